/** Thumbs, and the reason of a thumb down. */

import type { Rating, Turn } from "../model/conversation";
import type { Done } from "./done";

export interface RatingsOptions {
  readonly done: Done;
  /** @throws if the server did not take it. */
  readonly send: (turn: Turn, verdict: Rating["verdict"], comment: string) => Promise<void>;
  readonly changed: () => void;
  /** Moves the focus back to the thumb down of a turn. */
  readonly focus: (turn: Turn) => void;
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
    const { done, send } = this.options;
    try {
      await send(turn, verdict, comment);
      done.tell(verdict === "withdrawn" ? "withdrawn" : "thanks");
    } catch {
      this.#explaining = "";
      done.warn("notRated");
    }
  }
}
