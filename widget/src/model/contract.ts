/** What the assistant says, read from untrusted JSON: see docs/answer.schema.json and docs/socket.md. */

export type Kind = "answer" | "clarify" | "decline" | "smalltalk" | "handoff";

export interface Concept {
  readonly id: string;
  readonly term: string;
}

export interface Section {
  readonly concept: string;
  readonly kind: string;
  readonly heading: string;
}

export interface Citation {
  readonly n: number;
  readonly entry: string;
  readonly section: string;
  readonly heading: string;
  readonly file: string;
  readonly line: number;
  /** Characters (code points) of the cited slice. */
  readonly length: number;
  readonly version: string;
}

export interface Answer {
  readonly kind: Kind;
  readonly type: string;
  readonly language: string;
  readonly concepts: readonly Concept[];
  readonly sections: readonly Section[];
  readonly citations: readonly Citation[];
  readonly alternatives: readonly Concept[];
  readonly related: readonly Concept[];
  readonly suggestions: readonly string[];
  /** The probability that doing this is right, 0 to 1. */
  readonly confidence: number;
}

export interface Button {
  readonly title: string;
  readonly payload: string;
}

/** One message of a reply: ours carries an answer, one of a stock Rasa bot only text and buttons. */
export interface Message {
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly answer?: Answer;
}

const LONGEST_TEXT = 20_000;
const LONGEST_LIST = 100;
const KINDS: readonly string[] = ["answer", "clarify", "decline", "smalltalk", "handoff"];

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST_TEXT) : "";
}

export function number(value: unknown, otherwise = 0): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** Read a list; what is malformed in it is left out. */
export function list<T>(value: unknown, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.slice(0, LONGEST_LIST).flatMap((item: unknown) => read(item) ?? []);
}

function filled(value: unknown): string | undefined {
  return text(value) || undefined;
}

function readConcept(value: unknown): Concept | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const id = text(value["id"]);
  const term = text(value["term"]);
  return id && term ? { id, term } : undefined;
}

function readSection(value: unknown): Section | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  return {
    concept: text(value["concept"]),
    kind: text(value["kind"]),
    heading: text(value["heading"]),
  };
}

function readCitation(value: unknown): Citation | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const n = number(value["n"]);
  const entry = text(value["entry"]);
  if (!Number.isInteger(n) || n < 1 || !entry) {
    return undefined;
  }
  return {
    n,
    entry,
    section: text(value["section"]),
    heading: text(value["heading"]),
    file: text(value["file"]),
    line: number(value["line"]),
    length: number(value["length"]),
    version: text(value["glossary_version"]),
  };
}

function readButton(value: unknown): Button | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const title = text(value["title"]);
  return title ? { title, payload: text(value["payload"]) || title } : undefined;
}

/** Read the object `custom`; undefined if it is no answer of ours. */
export function readAnswer(value: unknown): Answer | undefined {
  if (!isFields(value) || value["version"] !== 1 || !KINDS.includes(text(value["kind"]))) {
    return undefined;
  }
  return {
    kind: value["kind"] as Kind,
    type: text(value["question_type"]),
    language: text(value["language"]),
    concepts: list(value["concepts"], readConcept),
    sections: list(value["sections"], readSection),
    citations: list(value["citations"], readCitation),
    alternatives: list(value["alternatives"], readConcept),
    related: list(value["related"], readConcept),
    suggestions: list(value["suggestions"], filled),
    confidence: number(value["confidence"]),
  };
}

/**
 * Read a message as the gateway or a stock Rasa channel sends it.
 *
 * @returns undefined if there is nothing to show in it.
 */
export function readMessage(value: unknown): Message | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const custom = value["custom"];
  const answer = readAnswer(isFields(custom) ? (custom["data"] ?? custom) : undefined);
  const buttons = list(value["buttons"] ?? value["quick_replies"], readButton);
  const said = text(value["text"]) || attachment(value);
  if (!said && !buttons.length) {
    return undefined;
  }
  return { text: said, buttons, ...(answer ? { answer } : {}) };
}

/** A picture of a stock bot is shown as a link: nothing is fetched unasked. */
function attachment(value: Fields): string {
  const attached = value["attachment"];
  const payload = isFields(attached) ? attached["payload"] : undefined;
  return text(value["image"]) || (isFields(payload) ? text(payload["src"]) : "");
}

export function readMessages(value: unknown): Message[] {
  return list(value, readMessage);
}
