/** The port to a server: one connection with one session. */

import type { Note, Reply, Turn, Wish } from "../model/conversation";

/** What the client says of itself when it asks for its session. */
export interface Hello {
  readonly token: string;
  readonly identity: string;
  readonly after: number;
  readonly afterNote: number;
}

/** What the server says to that. */
export interface Welcome {
  readonly token: string;
  readonly conversation: string;
  /** Whether it is the session that was asked for. */
  readonly resumed: boolean;
  readonly history: readonly Turn[];
  readonly notes: readonly Note[];
}

/** A message is on the server's disk: from now on it will be answered. */
export interface Taken {
  readonly number: number;
  readonly reply?: Reply;
}

export interface Listener {
  replied(number: number, id: string, reply: Reply): void;
  /** A message of this conversation that came another way. */
  asked(turn: Turn): void;
  noted(note: Note): void;
  renewed(token: string): void;
  /** The connection is gone, and will not come back by itself. */
  dropped(): void;
}

export interface Link {
  /** Whether the server can speak first. */
  readonly live: boolean;
  /** @throws Refusal, or another error if there is no connection. */
  open(hello: Hello): Promise<Welcome>;
  /** @throws Refusal, or another error if nobody knows whether it arrived. */
  ask(id: string, text: string): Promise<Taken>;
  rate(number: number, verdict: string, comment: string): Promise<void>;
  /** @throws Refusal, or another error if it was not taken. */
  wish(wish: Wish): Promise<void>;
  close(): void;
}

/** Makes a link; it is not connected yet. */
export type LinkMaker = (listener: Listener) => Link;
