/** A conversation as this browser knows it: what was asked, what came back, and how far it got. */

import type { Answer, Button } from "./contract";

/**
 * How far a question got: `waiting` for a connection, `sending`, `taken` by the server (it will be
 * answered, whatever happens), `answered`, or `refused` (see `problem`).
 */
export type Progress = "waiting" | "sending" | "taken" | "answered" | "refused";

export interface Reply {
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly answer?: Answer;
  /** `answered`, `failed` and `quarantined` with words of apology, or `silent`. */
  readonly outcome: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Rating {
  readonly verdict: "helpful" | "unhelpful" | "withdrawn";
  readonly comment: string;
  readonly at: number;
}

export interface Problem {
  readonly code: string;
  readonly text: string;
}

/** A question and its reply. */
export interface Turn {
  /** Our own id of it: sent again with it, it stays one message. */
  readonly id: string;
  readonly text: string;
  readonly progress: Progress;
  /** When it was asked, milliseconds since 1970. */
  readonly at: number;
  /** Its place in the conversation, given by the server; 0 until then. */
  readonly number: number;
  readonly reply?: Reply;
  readonly rating?: Rating;
  readonly problem?: Problem;
  /** The tab that sends it. */
  readonly tab: string;
  /** A suggestion that was pressed instead of typed words. */
  readonly chosen?: boolean;
}

export type HandoverState = "offered" | "requested" | "waiting" | "connected" | "ended";

/** What is wanted of a hand-over: to take the offer, or to leave it at any step. */
export type Wish = "request" | "cancel";

/** A step of a hand-over to a person, or what that person says. */
export interface Note {
  readonly note: number;
  readonly at: number;
  readonly state?: HandoverState;
  readonly agent?: string;
  readonly place?: number;
  readonly wait?: number;
  readonly reason?: string;
  readonly text?: string;
}

export interface Conversation {
  /** Counts new chats and deletions: of two tabs' versions the higher one is right. */
  readonly epoch: number;
  /** The session's token: a secret. */
  readonly token: string;
  readonly id: string;
  readonly turns: readonly Turn[];
  readonly notes: readonly Note[];
  /** Of a conversation whose session ended: to read only. */
  readonly past: readonly Turn[];
}

export const MOST_TURNS = 200;

export function empty(epoch = 0): Conversation {
  return { epoch, token: "", id: "", turns: [], notes: [], past: [] };
}

/** Add or change a turn; turns stand in the order of the server, what is not sent yet after them. */
export function put(conversation: Conversation, turn: Turn): Conversation {
  const others = conversation.turns.filter((known) => known.id !== turn.id);
  return { ...conversation, turns: ordered([...others, turn]) };
}

function ordered(turns: readonly Turn[]): Turn[] {
  const place = (turn: Turn) => turn.number || Number.MAX_SAFE_INTEGER;
  const sorted = [...turns].sort(
    (a, b) => place(a) - place(b) || a.at - b.at || (a.id < b.id ? -1 : 1),
  );
  return sorted.slice(-MOST_TURNS);
}

export function change(
  conversation: Conversation,
  id: string,
  changes: Partial<Turn>,
): Conversation {
  const known = conversation.turns.find((turn) => turn.id === id);
  return known ? put(conversation, { ...known, ...changes }) : conversation;
}

/** Take up what the server says about a message, ours or another tab's. A reply is taken once. */
export function learn(conversation: Conversation, heard: Turn): Conversation {
  const known = conversation.turns.find((turn) => turn.id === heard.id);
  return put(conversation, known ? further(known, heard) : heard);
}

export function addNote(conversation: Conversation, note: Note): Conversation {
  if (conversation.notes.some((known) => known.note === note.note)) {
    return conversation;
  }
  const notes = [...conversation.notes, note].sort((a, b) => a.note - b.note);
  return { ...conversation, notes: notes.slice(-MOST_TURNS) };
}

/** Remove a question that no server has. */
export function remove(conversation: Conversation, id: string): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.filter((turn) => turn.id !== id || turn.number > 0),
  };
}

/** The session ended: what was said stays readable, what was not sent goes on in the new one. */
export function renewed(conversation: Conversation, token: string, id: string): Conversation {
  const open = conversation.turns.filter((turn) => turn.progress !== "answered");
  const done = conversation.turns.filter((turn) => turn.progress === "answered");
  return {
    epoch: conversation.epoch + 1,
    token,
    id,
    turns: open.map((turn) => ({
      ...turn,
      number: 0,
      progress: turn.progress === "refused" ? "refused" : "waiting",
    })),
    notes: [],
    past: [...conversation.past, ...done].slice(-MOST_TURNS),
  };
}

/** The questions that a tab has to send, in order. */
export function toSend(conversation: Conversation, tab: string): Turn[] {
  return conversation.turns.filter(
    (turn) => turn.tab === tab && (turn.progress === "waiting" || turn.progress === "sending"),
  );
}

/** Make a tab the sender of everything that is not sent: the tab that asked may be gone. */
export function adopt(conversation: Conversation, tab: string): Conversation {
  const turns = conversation.turns.map((turn) =>
    turn.number || turn.progress === "refused"
      ? turn
      : { ...turn, tab, progress: "waiting" as const },
  );
  return { ...conversation, turns };
}

/** The number up to which nothing is missing: history is asked for from here on. */
export function complete(conversation: Conversation): number {
  const numbers = conversation.turns.filter((turn) => turn.number);
  const open = numbers.filter((turn) => !turn.reply).map((turn) => turn.number);
  return open.length
    ? Math.min(...open) - 1
    : Math.max(0, ...numbers.map((turn) => turn.number));
}

export function lastNote(conversation: Conversation): number {
  return Math.max(0, ...conversation.notes.map((note) => note.note));
}

export type Item = { readonly turn: Turn } | { readonly note: Note };

/** Turns in their order, with each note before what was asked after it. */
export function items({ turns, notes }: Conversation): Item[] {
  const found: Item[] = [];
  let next = 0;
  for (const turn of turns) {
    while (notes[next] && turn.number && notes[next]!.at < turn.at) {
      found.push({ note: notes[next++]! });
    }
    found.push({ turn });
  }
  return [...found, ...notes.slice(next).map((note) => ({ note }))];
}

/** The state of the hand-over; undefined where there is none. */
export function handover(conversation: Conversation): Note | undefined {
  return conversation.notes.findLast((note) => note.state);
}

/** Whether a reply is none, because a person had the conversation. */
export function isSilent(reply: Reply): boolean {
  return reply.outcome === "silent";
}

/** Whether the assistant is at work: while a person is connected it is silent. */
export function isAnswering(conversation: Conversation): boolean {
  return (
    handover(conversation)?.state !== "connected" &&
    conversation.turns.some((turn) => turn.progress === "taken")
  );
}

function isTaken(turn: Turn): boolean {
  return turn.progress === "taken" || turn.progress === "answered";
}

/** Of two versions of a turn the one that the server took further, else the first; the younger rating. */
function further(first: Turn, second: Turn): Turn {
  const rank = (turn: Turn) => (turn.progress === "answered" ? 2 : isTaken(turn) ? 1 : 0);
  const [best, other] = rank(second) > rank(first) ? [second, first] : [first, second];
  const reply = best.reply ?? other.reply;
  const ratings = [first.rating, second.rating].filter((rating) => rating !== undefined);
  const rating = ratings.sort((x, y) => y.at - x.at)[0];
  return {
    ...best,
    at: first.at,
    number: best.number || other.number,
    ...(reply ? { reply } : {}),
    ...(rating ? { rating } : {}),
  };
}

/**
 * Join what this tab knows with what another one wrote; doing so twice changes nothing.
 *
 * What the server took counts everywhere. About a question that it has not taken, the tab that
 * sends it is right: it may have been taken back there.
 */
export function merge(mine: Conversation, theirs: Conversation, tab: string): Conversation {
  if (mine.epoch !== theirs.epoch || (mine.id && theirs.id && mine.id !== theirs.id)) {
    return moved(mine, theirs, tab);
  }
  const known = new Map(mine.turns.map((turn) => [turn.id, turn]));
  const heard = new Map(theirs.turns.map((turn) => [turn.id, turn]));
  const stays = (turn: Turn, others: ReadonlyMap<string, Turn>, isOwner: boolean) =>
    isTaken(turn) || isOwner || others.has(turn.id);
  const here = mine.turns
    .filter((turn) => stays(turn, heard, turn.tab === tab))
    .map((turn) => {
      const other = heard.get(turn.id);
      return !other ? turn : turn.tab === tab ? further(turn, other) : further(other, turn);
    });
  const there = theirs.turns.filter((turn) => !known.has(turn.id) && stays(turn, known, turn.tab !== tab));
  return {
    ...theirs.notes.reduce(addNote, mine),
    token: theirs.token || mine.token,
    id: theirs.id || mine.id,
    turns: ordered([...here, ...there]),
    past: theirs.past.length >= mine.past.length ? theirs.past : mine.past,
  };
}

/** One of two tabs began a new session: all follow it, with what this tab has not got answered. */
function moved(mine: Conversation, theirs: Conversation, tab: string): Conversation {
  const isMineNewer = mine.epoch === theirs.epoch ? mine.id > theirs.id : mine.epoch > theirs.epoch;
  if (isMineNewer) {
    return mine;
  }
  const open = mine.turns.filter((turn) => turn.tab === tab && turn.progress !== "answered");
  const missing = open.filter((turn) => !theirs.turns.some((known) => known.id === turn.id));
  return missing.reduce((all, turn) => put(all, { ...turn, number: 0, progress: "waiting" }), theirs);
}
