/** A conversation as text for the browser's storage; what is read back is not trusted. */

import { isFields, list, number, readAnswer, readMessage, text } from "./contract";
import { type Conversation, empty, type Note, type Progress, type Rating, type Reply, type Turn } from "./conversation";

const VERSION = 1;
const PROGRESS: readonly string[] = ["waiting", "sending", "taken", "answered", "refused"];
const VERDICTS: readonly string[] = ["helpful", "unhelpful", "withdrawn"];
const STATES: readonly string[] = ["offered", "requested", "waiting", "connected", "ended"];

export function write(conversation: Conversation): string {
  return JSON.stringify({ v: VERSION, ...conversation });
}

/** @returns undefined if it is none of ours, or of another version. */
export function read(kept: string | null): Conversation | undefined {
  let found: unknown;
  try {
    found = JSON.parse(kept ?? "");
  } catch {
    return undefined;
  }
  if (!isFields(found) || found["v"] !== VERSION) {
    return undefined;
  }
  return {
    ...empty(number(found["epoch"])),
    token: text(found["token"]),
    id: text(found["id"]),
    turns: turns(found["turns"]),
    notes: Array.isArray(found["notes"]) ? found["notes"].flatMap((note) => readNote(note) ?? []) : [],
    past: turns(found["past"]),
  };
}

function turns(value: unknown): Turn[] {
  return Array.isArray(value) ? value.flatMap((turn) => readTurn(turn) ?? []) : [];
}

function readTurn(value: unknown): Turn | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const id = text(value["id"]);
  const progress = text(value["progress"]);
  if (!id || !PROGRESS.includes(progress)) {
    return undefined;
  }
  const reply = readReply(value["reply"]);
  const rating = readRating(value["rating"]);
  const problem = value["problem"];
  return {
    id,
    text: text(value["text"]),
    progress: progress === "answered" && !reply ? "taken" : (progress as Progress),
    at: number(value["at"]),
    number: number(value["number"]),
    tab: text(value["tab"]),
    ...(reply ? { reply } : {}),
    ...(rating ? { rating } : {}),
    ...(isFields(problem) ? { problem: { code: text(problem["code"]), text: text(problem["text"]) } } : {}),
    ...(value["chosen"] === true ? { chosen: true } : {}),
  };
}

function readReply(value: unknown): Reply | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const kept = value["answer"];
  // Kept as read, so with `version` instead of the wire's `glossary_version` in citations.
  const wire = isFields(kept)
    ? {
        ...kept, version: 1, question_type: kept["type"],
        citations: list(kept["citations"], (c) => (isFields(c) ? { ...c, glossary_version: c["version"] } : undefined)),
      }
    : undefined;
  const answer = readAnswer(wire);
  const message = readMessage({ text: value["text"], buttons: value["buttons"] });
  return {
    text: message?.text ?? "",
    buttons: message?.buttons ?? [],
    outcome: text(value["outcome"]),
    at: number(value["at"]),
    ...(answer ? { answer } : {}),
  };
}

function readRating(value: unknown): Rating | undefined {
  if (!isFields(value) || !VERDICTS.includes(text(value["verdict"]))) {
    return undefined;
  }
  return { verdict: value["verdict"] as Rating["verdict"], comment: text(value["comment"]), at: number(value["at"]) };
}

/** Read a note, kept or off the wire (there `made` in seconds stands for `at`). */
export function readNote(value: unknown): Note | undefined {
  if (!isFields(value) || !number(value["note"])) {
    return undefined;
  }
  const state = text(value["state"]);
  const author = value["author"];
  const agent = text(value["agent"]) || (isFields(author) ? text(author["name"]) : "");
  const said = text(value["text"]);
  if (!STATES.includes(state) && !said) {
    return undefined;
  }
  return {
    note: number(value["note"]),
    at: number(value["at"]) || number(value["made"]) * 1000,
    ...(STATES.includes(state) ? { state: state as NonNullable<Note["state"]> } : {}),
    ...(agent ? { agent } : {}),
    ...(number(value["place"]) ? { place: number(value["place"]) } : {}),
    ...(number(value["wait"]) ? { wait: number(value["wait"]) } : {}),
    ...(text(value["reason"]) ? { reason: text(value["reason"]) } : {}),
    ...(said ? { text: said } : {}),
  };
}
