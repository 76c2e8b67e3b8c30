/** A reply as it is shown: blocks, sources, chips, and two concepts side by side. */

import type { Answer, Citation, Concept } from "./contract";
import type { Reply } from "./conversation";
import { type Block, cited, plain, read } from "./markdown";

export interface Row {
  /** Kind of section; `differences` and `common` run over all columns. */
  readonly kind: string;
  readonly heading: string;
  /** One cell per concept, or a single one that concerns all. */
  readonly cells: readonly (readonly Block[])[];
}

export interface Comparison {
  readonly concepts: readonly Concept[];
  readonly rows: readonly Row[];
}

export interface Reading {
  readonly blocks: readonly Block[];
  readonly citations: readonly Citation[];
  readonly comparison?: Comparison;
  /** What a screen reader says. */
  readonly plain: string;
}

const readings = new WeakMap<Reply, Reading>();

/** Read a reply; the same reply is read once. */
export function reading(reply: Reply): Reading {
  const known = readings.get(reply);
  if (known) {
    return known;
  }
  const made = readOnce(reply);
  readings.set(reply, made);
  return made;
}

function readOnce(reply: Reply): Reading {
  const citations = reply.answer?.citations ?? [];
  const numbers = new Set(citations.map((citation) => citation.n));
  const blocks = read(withoutSources(reply.text, citations), numbers);
  const comparison = reply.answer ? compared(reply.answer, blocks) : undefined;
  return { blocks, citations, plain: plain(blocks), ...(comparison ? { comparison } : {}) };
}

/** Without the last paragraph if it lists the sources, which we show in another way. */
export function withoutSources(text: string, citations: readonly Citation[]): string {
  const at = text.lastIndexOf("\n\n");
  const last = text.slice(at + 2);
  const listed = citations.every((citation) => last.includes(`[${citation.n}] ${citation.file}`));
  return at > 0 && citations.length && listed ? text.slice(0, at) : text;
}

/** The table of a comparison; undefined if the reply is none, or one that we cannot tell apart. */
function compared(answer: Answer, blocks: readonly Block[]): Comparison | undefined {
  const { concepts, sections, citations } = answer;
  if (answer.type !== "compare" || concepts.length < 2 || sections.length !== citations.length) {
    return undefined;
  }
  const pieces = blocks.flatMap(apart);
  const saying = (n: number) => pieces.filter((piece) => cited(piece).includes(n));
  // A number at a heading speaks for what stands below it: that is read as it is.
  if (citations.some((citation) => !saying(citation.n).length || saying(citation.n).some(isTitle))) {
    return undefined;
  }
  const rows: Row[] = [];
  for (const kind of new Set(sections.map((section) => section.kind))) {
    const of = sections.map((section, place) => ({ ...section, n: citations[place]!.n })).filter((section) => section.kind === kind);
    const heading = of[0]!.heading;
    if (kind === "differences") {
      rows.push({ kind, heading, cells: [unique(of.flatMap((section) => saying(section.n)))] });
    } else {
      const cell = (concept: Concept) => of.filter((section) => section.concept === concept.id).flatMap((section) => saying(section.n));
      rows.push({ kind, heading, cells: concepts.map((concept) => unique(cell(concept))) });
    }
  }
  const rest = pieces.filter((piece) => !cited(piece).length && !isTitle(piece));
  return { concepts, rows: rest.length ? [...rows, { kind: "common", heading: "", cells: [rest] }] : rows };
}

/** The items of a list one by one, all else as it is. */
function apart(block: Block): Block[] {
  return block.type === "list" ? block.items.map((item) => ({ ...block, items: [item] })) : [block];
}

/** A heading, or a paragraph that is nothing but bold, which is what titles of answers are. */
function isTitle(block: Block): boolean {
  return (
    block.type === "heading" ||
    (block.type === "paragraph" && block.parts[0]?.type === "strong" && block.parts.slice(1).every((part) => part.type !== "text" || !part.text.trim()))
  );
}

function unique(blocks: readonly Block[]): Block[] {
  return [...new Set(blocks)];
}
