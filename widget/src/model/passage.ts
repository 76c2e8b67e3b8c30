/** The passage of the glossary that a citation points to, with what was cited marked in it. */

import type { Citation } from "./contract";
import { MARK_BEGINS, MARK_ENDS } from "./markdown";

/** A section of an entry, as Markdown. */
export interface Passage {
  readonly language: string;
  readonly kind: string;
  readonly heading: string;
  readonly text: string;
}

/**
 * The words of an answer that a citation vouches for: they stand before its number, or below the
 * heading that has it.
 *
 * @returns empty if the number does not stand in the text.
 */
export function slice(text: string, citation: Citation): string {
  const number = ` [${citation.n}]`;
  const at = text.indexOf(number);
  if (at < 0 || citation.length < 1) {
    return "";
  }
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  const below = text.slice(at + number.length);
  if (/^\*\*.*\*\*$/.test(line) && below.startsWith("\n\n")) {
    return [...below.slice(2)].slice(0, citation.length).join("");
  }
  return [...text.slice(0, at)].slice(-citation.length).join("");
}

/**
 * Put marks around a slice, for `markdown.read`.
 *
 * @returns undefined if no passage has it: the glossary has changed since.
 */
export function marked(passages: readonly Passage[], citation: Citation, cited: string): string | undefined {
  const fits = (passage: Passage) => passage.kind === citation.section && passage.heading === citation.heading;
  const found =
    passages.find((passage) => fits(passage) && passage.text.includes(cited)) ??
    passages.find((passage) => passage.text.includes(cited));
  if (!found || !cited) {
    return undefined;
  }
  const at = found.text.indexOf(cited);
  // The sign of a list item must stay first in its line.
  const sign = /^(?:\s*(?:[-*+]|\d{1,9}[.)]|>|#{1,6})\s+)*/.exec(cited)?.[0].length ?? 0;
  const lead = found.text.slice(0, at) + cited.slice(0, sign);
  return lead + MARK_BEGINS + cited.slice(sign) + MARK_ENDS + found.text.slice(at + cited.length);
}
