/** The questions to begin with: the page's own, or some about terms of the glossary that change daily. */

import { starters } from "../model/starters";
import type { Term } from "../model/terms";
import type { Texts } from "../strings/texts";

const DAY = 86_400_000; // ms

export interface OpenersOptions {
  readonly texts: () => Texts;
  /** The page's own, separated by `|`. */
  readonly given: () => string;
  readonly terms: (begins: string) => Promise<{ terms: Term[] }>;
  readonly changed: () => void;
}

export class Openers {
  #found: readonly string[] = [];
  #isFinding = false;

  constructor(private readonly options: OpenersOptions) {}

  get questions(): readonly string[] {
    const given = this.options.given().split("|").map((question) => question.trim()).filter(Boolean);
    return given.length ? given : this.#found;
  }

  /** The language or the server is another. */
  reset(): void {
    this.#found = [];
  }

  /** Fetch terms, if there is nothing to begin with yet. */
  async find(): Promise<void> {
    if (this.#isFinding || this.questions.length) {
      return;
    }
    this.#isFinding = true;
    const texts = this.options.texts();
    const { terms } = await this.options.terms("").catch(() => ({ terms: [] }));
    const chosen = starters(terms, Math.floor(Date.now() / DAY));
    this.#found = [...chosen.map((term) => texts.say("whatIs", { term })), texts.say("capabilities")];
    this.#isFinding = false;
    this.options.changed();
  }
}
