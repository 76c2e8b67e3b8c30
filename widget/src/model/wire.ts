/** Messages of the gateway, socket and REST alike, as turns and replies. */

import { isFields, number, readMessage, readMessages, text } from "./contract";
import type { Reply, Turn } from "./conversation";

/** A problem that the server names: see the table of errors in docs/socket.md. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Milliseconds until trying again may help. */
    readonly after = 0,
  ) {
    super(message);
  }
}

/** Codes of what is refused for good: sending the same again does not help. */
const FINAL: readonly string[] = ["bad_request", "too_long", "other_text", "not_found", "unknown_event"];

export function isFinal(refusal: Refusal): boolean {
  return FINAL.includes(refusal.code);
}

/** @returns the refusal in an acknowledgement; undefined if there is none. */
export function readRefusal(ack: unknown): Refusal | undefined {
  const error = isFields(ack) ? ack["error"] : undefined;
  if (!isFields(error)) {
    return undefined;
  }
  return new Refusal(text(error["code"]) || "internal", text(error["text"]), number(error["retry_after"]) * 1000);
}

/** Read a `bot_uttered`: of ours, where it may say nothing, or of a stock Rasa channel. */
export function readReply(value: unknown, now: number): Reply | undefined {
  const message = readMessage(value);
  if (!isFields(value) || (!message && !number(value["number"]))) {
    return undefined;
  }
  return {
    ...(message ?? { text: "", buttons: [] }),
    outcome: text(value["outcome"]) || "answered",
    at: number(value["made"]) * 1000 || now,
  };
}

/** Read a turn out of a history of the socket (`answer`) or of the API (`messages`). */
export function readTurn(value: unknown, now: number): Turn | undefined {
  if (!isFields(value) || !number(value["number"]) || !text(value["id"])) {
    return undefined;
  }
  const reply = readReply(value["answer"], now) ?? joined(value, now);
  return {
    id: text(value["id"]),
    text: text(value["text"]),
    number: number(value["number"]),
    at: number(value["accepted"]) * 1000 || now,
    tab: "",
    progress: reply ? "answered" : "taken",
    ...(reply ? { reply } : {}),
  };
}

function joined(turn: Readonly<Record<string, unknown>>, now: number): Reply | undefined {
  const outcome = text(turn["outcome"]);
  const messages = readMessages(turn["messages"]);
  if (!outcome || outcome === "pending" || "answer" in turn) {
    return undefined;
  }
  const answer = messages.find((message) => message.answer)?.answer;
  return {
    text: messages.map((message) => message.text).join("\n\n"),
    buttons: messages.flatMap((message) => message.buttons),
    outcome,
    at: now,
    ...(answer ? { answer } : {}),
  };
}
