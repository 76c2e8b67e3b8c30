/** How long an answer takes: that it is made is told after a second, and that it takes long when it does. */

import type { Turn } from "../model/conversation";

const TOLD = 1000; // ms
const SLOW = 20_000; // ms

export class Patience {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /**
   * @param isDue whether the answer to a turn is being made.
   * @param tell is called with what there is to say then.
   */
  constructor(
    private readonly isDue: (id: string) => boolean,
    private readonly tell: (key: "answering" | "slow") => void,
  ) {}

  watch(turn: Turn): void {
    this.#later(TOLD, turn.id, "answering");
    this.#later(SLOW, turn.id, "slow");
  }

  isSlow(turn: Turn): boolean {
    return Date.now() - turn.at >= SLOW;
  }

  stop(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
  }

  #later(ms: number, id: string, key: "answering" | "slow"): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.isDue(id)) {
        this.tell(key);
      }
    }, ms);
    this.#timers.add(timer);
  }
}
