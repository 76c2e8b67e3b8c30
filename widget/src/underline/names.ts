/** The names of the glossary, and where a text has them. */

import { type Word, wordsOf } from "./words";

/** Stems joined by blanks, how it must be written (empty for anyhow), ids of its entries. */
export type Listed = readonly [stems: string, written: string, ...entries: string[]];

export interface Match {
  readonly from: number;
  readonly to: number;
  readonly key: string;
  readonly entries: readonly string[];
}

interface Name {
  readonly stems: readonly string[];
  readonly written: string;
  readonly key: string;
  readonly entries: readonly string[];
}

/** What may stand between the words of one name. */
const GAP = /^(?:\s+|[-‐‑–/.&·]|\s?[&/–-]\s?)$/;

export class Names {
  /** By their first word, the longest first. */
  readonly #known = new Map<string, Name[]>();

  constructor(
    listed: readonly Listed[],
    private readonly language: string,
  ) {
    for (const [key, written, ...entries] of listed) {
      const stems = key.split(" ");
      const first = this.#known.get(stems[0]!) ?? [];
      this.#known.set(stems[0]!, first);
      first.push({ stems, written, key, entries });
    }
    for (const names of this.#known.values()) {
      names.sort((a, b) => b.stems.length - a.stems.length);
    }
  }

  /** @returns the names in a text from left to right, the longest where several begin. */
  in(text: string): Match[] {
    const words = wordsOf(text, this.language);
    const found: Match[] = [];
    for (let at = 0; at < words.length; ) {
      const name = this.#known.get(words[at]!.stem)?.find((each) => stands(each, words, at, text));
      if (name) {
        const to = words[at + name.stems.length - 1]!.to;
        found.push({ from: words[at]!.from, to, key: name.key, entries: name.entries });
      }
      at += name?.stems.length ?? 1;
    }
    return found;
  }
}

function stands({ stems, written }: Name, words: readonly Word[], at: number, text: string): boolean {
  const here = words.slice(at, at + stems.length);
  const fits = here.length === stems.length && here.every(({ stem, from }, place) =>
    stem === stems[place] && (!place || GAP.test(text.slice(here[place - 1]!.to, from))));
  return fits && (!written || text.slice(here[0]!.from, here.at(-1)!.to).replace(/['’]?s$/, "") === written.replace(/['’]?s$/, ""));
}
