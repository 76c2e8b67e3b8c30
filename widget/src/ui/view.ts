/** What the parts of the panel know and may do: the seam between them and the element. */

import type { Citation } from "../model/contract";
import type { Reply, Turn } from "../model/conversation";
import type { Passage } from "../model/passage";
import type { Texts } from "../strings/texts";

/** A passage that is being fetched, is there, or cannot be had. */
export type Found = readonly Passage[] | "loading" | "gone";

export interface View {
  readonly texts: Texts;
  /** Level of the headings of what is said. */
  readonly level: number;
  /** Texts in the language of an answer: what is asked next is asked in it. */
  textsIn(language: string): Texts;
  isUnfolded(turn: Turn, place: string): boolean;
  fold(turn: Turn, place: string, citation?: Citation): void;
  passages(entry: string): Found;
  /** Where an entry can be read; empty if nowhere. */
  entryAddress(entry: string): string;
  ask(question: string): void;
  focusInput(): void;
  retry(turn: Turn): void;
  edit(turn: Turn): void;
  rate(turn: Turn, verdict: "helpful" | "unhelpful"): void;
  /** Whether the reason of a thumb down is being asked for. */
  isExplaining(turn: Turn): boolean;
  explain(turn: Turn, comment: string | undefined): void;
  copy(turn: Turn): void;
  isSlow(turn: Turn): boolean;
  /** Whether a reply is none, because a person has taken over. */
  isSilent(reply: Reply): boolean;
  /** Whether questions pressed here are answered: only below the last answer. */
  isLast(turn: Turn): boolean;
}
