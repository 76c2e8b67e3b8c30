/** Names of the glossary that fit what is being typed. */

import { isFields, list, text } from "./contract";

export interface Term {
  readonly text: string;
  readonly entry: string;
}

/** What of the input a suggestion would replace. */
export interface Fragment {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const LEAST = 2;
const MOST_WORDS = 4;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’./&+-]*/gu;

export function readTerms(value: unknown): Term[] {
  return list(value, (item) => {
    const found = isFields(item) ? { text: text(item["text"]), entry: text(item["entry"]) } : undefined;
    return found?.text && found.entry ? found : undefined;
  });
}

/**
 * The ends of the text before the caret that may be the beginning of a name, the longest first:
 * "what is instant me" gives "what is instant me", "is instant me", "instant me" and "me".
 */
export function fragments(typed: string, caret: number): Fragment[] {
  const before = typed.slice(0, caret);
  const words = [...before.matchAll(WORD)].slice(-MOST_WORDS);
  const last = words.at(-1);
  if (!last || last.index + last[0].length !== caret) {
    return [];
  }
  return words
    .map((word) => ({ from: word.index, to: caret, text: before.slice(word.index) }))
    .filter((fragment) => fragment.text.length >= LEAST);
}

/** One name per entry, none that is typed out already, the closest first. */
export function fitting(terms: readonly Term[], fragment: string, limit: number): Term[] {
  const wanted = fold(fragment);
  const found = new Map<string, Term>();
  const rated = terms
    .filter((term) => fold(term.text).startsWith(wanted) && fold(term.text) !== wanted)
    .sort((a, b) => a.text.length - b.text.length || a.text.localeCompare(b.text));
  for (const term of rated) {
    if (!found.has(term.entry)) {
      found.set(term.entry, term);
    }
  }
  return [...found.values()].slice(0, limit);
}

function fold(source: string): string {
  return source.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

export function accept(typed: string, fragment: Fragment, term: string): string {
  return typed.slice(0, fragment.from) + term + typed.slice(fragment.to);
}
