/** What is unfolded below answers, and the passages that are shown there. */

import type { Passage } from "../model/passage";
import type { Found } from "./view";

export class Unfolding {
  readonly #open = new Map<string, Set<string>>();
  readonly #found = new Map<string, Found>();

  /** @param fetch fetches the sections of an entry. @param changed is called when there is something else to show. */
  constructor(
    private readonly fetch: (entry: string) => Promise<readonly Passage[]>,
    private readonly changed: () => void,
  ) {}

  isOpen(turn: string, place: string): boolean {
    return this.#open.get(turn)?.has(place) ?? false;
  }

  /** Open or close a place of a turn; with an entry, its passages are fetched. */
  turn(turn: string, place: string, entry = ""): void {
    const open = this.#open.get(turn) ?? new Set();
    if (!open.delete(place)) {
      open.add(place);
      if (entry) {
        void this.#fetch(entry);
      }
    }
    this.#open.set(turn, open);
    this.changed();
  }

  passages(entry: string): Found {
    return this.#found.get(entry) ?? "gone";
  }

  async #fetch(entry: string): Promise<void> {
    if (typeof this.#found.get(entry) === "object") {
      return;
    }
    this.#found.set(entry, "loading");
    this.#found.set(entry, await this.fetch(entry).catch(() => "gone" as const));
    this.changed();
  }

  clear(): void {
    this.#open.clear();
  }
}
