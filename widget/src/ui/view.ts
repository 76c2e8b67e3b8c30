/** What the parts of the panel know and may do: the seam between them and the element. */

import type { Turn } from "../model/conversation";
import type { Passage } from "../model/passage";
import type { Texts } from "../strings/texts";
import type { Ratings } from "./ratings";
import type { Unfolding } from "./unfolding";

/** A passage that is being fetched, is there, or cannot be had. */
export type Found = readonly Passage[] | "loading" | "gone";

export interface View {
  readonly texts: Texts;
  readonly unfolding: Unfolding;
  readonly ratings: Ratings;
  /** Level of the headings of what is said. */
  readonly level: number;
  /** Texts in the language of an answer: what is asked next is asked in it. */
  textsIn(language: string): Texts;
  /** Where an entry can be read; empty if nowhere. */
  entryAddress(entry: string): string;
  ask(question: string): void;
  focusInput(): void;
  retry(turn: Turn): void;
  edit(turn: Turn): void;
  copy(turn: Turn): void;
  isSlow(turn: Turn): boolean;
  /** Whether questions pressed here are answered: only below the last answer. */
  isLast(turn: Turn): boolean;
}
