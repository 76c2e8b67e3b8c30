/** The link over Socket.IO; the only module that knows the library. Events: docs/socket.md. */

import { Manager, type Socket } from "socket.io-client";
import { isFields, number, text } from "../model/contract";
import type { Wish } from "../model/conversation";
import { readNote } from "../model/kept";
import { readRefusal, readReply, readTurn, Refusal } from "../model/wire";
import type { Hello, Link, LinkMaker, Listener, Taken, Welcome } from "./link";

const CONNECT_WITHIN = 4_000; // ms; a proxy that swallows WebSockets answers nothing at all
const ACK_WITHIN = 20_000; // ms; after them we take the connection for dead
const HISTORY = 50;

/** @param transport one at a time: a fallback is a link of its own. */
export function overSocket(server: string, transport: "websocket" | "polling"): LinkMaker {
  return (listener) => new SocketLink(server, transport, listener);
}

class SocketLink implements Link {
  readonly live = true;
  readonly #socket: Socket;

  constructor(server: string, transport: "websocket" | "polling", private readonly listener: Listener) {
    this.#socket = new Manager(server, {
      transports: [transport],
      upgrade: false,
      reconnection: false,
      autoConnect: false,
      timeout: CONNECT_WITHIN,
      path: "/socket.io",
      withCredentials: false,
    }).socket("/");
  }

  async open(hello: Hello): Promise<Welcome> {
    await this.#connected();
    this.#listen();
    const ack = await this.#emit("session_request", {
      v: 1,
      session_id: hello.token,
      after: hello.after,
      after_note: hello.afterNote,
      last: HISTORY,
      ...(hello.identity ? { identity: hello.identity } : {}),
    });
    const now = Date.now();
    return {
      token: text(ack["session_id"]),
      conversation: text(ack["conversation"]),
      resumed: ack["resumed"] === true,
      history: each(ack["history"], (turn) => readTurn(turn, now)),
      notes: each(ack["notes"], readNote),
    };
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("connect", resolve);
      this.#socket.once("connect_error", reject);
      this.#socket.connect();
    });
  }

  #listen(): void {
    const { listener } = this;
    const socket = this.#socket;
    socket.on("bot_uttered", (said: unknown) => this.#uttered(said));
    socket.on("user_message", (message: unknown) => {
      const turn = readTurn(message, Date.now());
      if (turn) {
        listener.asked(turn);
      }
    });
    socket.on("handover", (step: unknown) => this.#noted(step));
    socket.on("session_token", (renewed: unknown) => {
      if (isFields(renewed) && text(renewed["session_id"])) {
        listener.renewed(text(renewed["session_id"]));
      }
    });
    socket.on("disconnect", () => listener.dropped());
  }

  #uttered(said: unknown): void {
    if (!isFields(said)) {
      return;
    }
    if (number(said["note"])) {
      this.#noted(said);
      return;
    }
    const reply = readReply(said, Date.now());
    if (reply) {
      this.listener.replied(number(said["number"]), text(said["reply_to"]), reply);
    }
  }

  #noted(step: unknown): void {
    const note = readNote(step);
    if (note) {
      this.listener.noted(note);
    }
  }

  async ask(id: string, message: string): Promise<Taken> {
    const ack = await this.#emit("user_uttered", { id, message });
    const reply = readReply(ack["answer"], Date.now());
    return { number: number(ack["number"]), ...(reply ? { reply } : {}) };
  }

  async rate(place: number, verdict: string, comment: string): Promise<void> {
    await this.#emit("feedback", { number: place, verdict, comment });
  }

  async wish(wish: Wish): Promise<void> {
    await this.#emit("handover", { wish });
  }

  /** Nothing is kept by the library for later: what was not sent is in our own queue. */
  async #emit(event: string, payload: object): Promise<Readonly<Record<string, unknown>>> {
    if (!this.#socket.connected) {
      throw new Error("not connected");
    }
    const ack: unknown = await this.#socket.timeout(ACK_WITHIN).emitWithAck(event, payload);
    const refusal = readRefusal(ack);
    if (refusal) {
      throw refusal;
    }
    if (!isFields(ack)) {
      throw new Refusal("internal", "");
    }
    return ack;
  }

  close(): void {
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }
}

function each<T>(value: unknown, read: (item: unknown) => T | undefined): T[] {
  return Array.isArray(value) ? value.flatMap((item: unknown) => read(item) ?? []) : [];
}
