/** Thumbs, and the reason of a thumb down. */

import type { Rating, Turn } from "../model/conversation";
import type { Done } from "./done";
import type { Voice } from "./voice";

export interface RatingsOptions {
  readonly voice: Voice;
  readonly done: Done;
  /** @throws if the server did not take it. */
  readonly send: (turn: Turn, verdict: Rating["verdict"], comment: string) => Promise<void>;
  readonly changed: () => void;
  /** Moves the focus back to the thumb down of a turn. */
  readonly focus: (turn: Turn) => void;
  /** Brings the question for the reason into sight, once it is drawn. */
  readonly reveal: (turn: Turn) => void;
}

export class Ratings {
  #explaining = "";

  constructor(private readonly options: RatingsOptions) {}

  /** Whether the reason of a thumb down is being asked for. */
  isExplaining(turn: Turn): boolean {
    return this.#explaining === turn.id;
  }

  reset(): void {
    this.#explaining = "";
  }

  /** Press a thumb; pressed again, it is taken back. */
  rate(turn: Turn, verdict: "helpful" | "unhelpful"): void {
    const chosen = turn.rating?.verdict === verdict ? "withdrawn" : verdict;
    this.#explaining = chosen === "unhelpful" ? turn.id : "";
    void this.#send(turn, chosen, "");
    this.options.reveal(turn);
  }

  /** @param comment the reason; empty if there is none to tell. */
  explain(turn: Turn, comment: string): void {
    this.#explaining = "";
    if (comment) {
      void this.#send(turn, "unhelpful", comment);
    }
    this.options.focus(turn);
    this.options.changed();
  }

  async #send(turn: Turn, verdict: Rating["verdict"], comment: string): Promise<void> {
    const { done, voice, send } = this.options;
    try {
      await send(turn, verdict, comment);
      // A thumb that is pressed is seen to be; the words that were sent are gone.
      const key = verdict === "withdrawn" ? verdict : "thanks";
      if (comment) {
        done.tell(key);
      } else {
        voice.say(key);
      }
    } catch {
      this.#explaining = "";
      done.warn("notRated");
    }
  }
}
