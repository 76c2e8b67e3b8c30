/** A conversation as a file to keep. */

import type { Conversation, Reply, Turn } from "./conversation";
import { reading } from "./reading";

/** The words of an answer with its sources, as plain text. */
export function answerText(reply: Reply): string {
  const { plain, citations } = reading(reply);
  const sources = citations.map((citation) => `[${citation.n}] ${citation.entry}: ${citation.file}, ${citation.line}`);
  return sources.length ? `${plain}\n\n${sources.join("\n")}` : plain;
}

export interface Names {
  readonly you: string;
  readonly assistant: string;
  readonly person: string;
}

/** @param time writes a moment, given in milliseconds since 1970. */
export function asText(conversation: Conversation, names: Names, time: (at: number) => string): string {
  const said = all(conversation).map((item) =>
    item.kind === "turn" ? turnText(item.turn, names, time) : `${item.agent || names.person}, ${time(item.at)}:\n${item.text}\n`,
  );
  return said.join("\n");
}

function turnText(turn: Turn, names: Names, time: (at: number) => string): string {
  const asked = `${names.you}, ${time(turn.at)}:\n${turn.text}\n`;
  return turn.reply ? `${asked}\n${names.assistant}, ${time(turn.reply.at)}:\n${answerText(turn.reply)}\n` : asked;
}

type Item =
  | { readonly kind: "turn"; readonly at: number; readonly turn: Turn }
  | { readonly kind: "note"; readonly at: number; readonly agent: string; readonly text: string };

function all(conversation: Conversation): Item[] {
  const turns = [...conversation.past, ...conversation.turns].map((turn) => ({ kind: "turn" as const, at: turn.at, turn }));
  const notes = conversation.notes.flatMap((note) =>
    note.text ? [{ kind: "note" as const, at: note.at, agent: note.agent ?? "", text: note.text }] : [],
  );
  return [...turns, ...notes].sort((a, b) => a.at - b.at);
}

/** For programs; without the session's token, which is a secret. */
export function asJson(conversation: Conversation): string {
  const { past, turns, notes } = conversation;
  const told = [...past, ...turns].map(({ id, number, text, at, progress, reply, rating }) => ({ id, number, text, at, progress, reply, rating }));
  return JSON.stringify({ version: 1, turns: told, notes }, undefined, 2);
}
