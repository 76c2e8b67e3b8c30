/** Terms to begin with, where the page names no questions. */

import type { Term } from "./terms";

const MOST = 3;

/**
 * Choose terms from all over the glossary, others each day.
 *
 * @param terms in the order of the alphabet.
 * @param day counts days.
 */
export function starters(terms: readonly Term[], day: number): string[] {
  const names = [...new Map(terms.map((term) => [term.entry, term.text])).values()];
  const step = Math.ceil(names.length / MOST);
  return Array.from({ length: Math.min(MOST, names.length) }, (_, place) => names[(day * 7 + place * step) % names.length]!);
}
