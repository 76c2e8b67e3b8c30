/** The link over the API, where nothing else gets through: docs/front-door.md. */

import { isFields, list, number, text } from "../model/contract";
import type { Note, Wish } from "../model/conversation";
import { readNote } from "../model/kept";
import { readTurn, Refusal } from "../model/wire";
import type { Hello, Link, LinkMaker, Listener, Taken, Welcome } from "./link";

const TOKEN = "X-Session-Token";
const WAIT = 20; // seconds that one request waits for its reply
const GIVE_UP = (WAIT + 15) * 1000; // ms until a request counts as lost
const HISTORY = 100;
const PAST_ALL = 2 ** 31 - 1; // a number that no message has
const LOOK = 5_000; // ms between looks for news of a hand-over that is under way

type Fetch = typeof fetch;

/** @param get how to ask; the browser's own unless a test gives another. */
export function overRest(server: string, get: Fetch = (...call) => fetch(...call)): LinkMaker {
  return (listener) => new RestLink(server, listener, get);
}

class RestLink implements Link {
  readonly live = false;
  #token = "";
  #closed = false;
  #lastNote = 0;
  #looking: ReturnType<typeof setInterval> | undefined;
  readonly #stop = new AbortController();

  constructor(
    private readonly server: string,
    private readonly listener: Listener,
    private readonly get: Fetch,
  ) {}

  async open(hello: Hello): Promise<Welcome> {
    this.#token = hello.token;
    this.#lastNote = hello.afterNote;
    const resumed = await this.#resumed(hello.after);
    if (resumed) {
      return resumed;
    }
    this.#token = "";
    this.#lastNote = 0;
    const made = await this.#call("POST", "/v1/session", hello.identity ? { identity: hello.identity } : {});
    this.#token = text(made["token"]);
    return { token: this.#token, conversation: text(made["conversation"]), resumed: false, history: [], notes: [] };
  }

  async #resumed(after: number): Promise<Welcome | undefined> {
    if (!this.#token) {
      return undefined;
    }
    try {
      const found = await this.#read(after, HISTORY);
      const listed = Array.isArray(found["turns"]) ? found["turns"] : [];
      const history = listed.flatMap((turn: unknown) => readTurn(turn, Date.now()) ?? []);
      for (const turn of history.filter((found) => !found.reply)) {
        void this.#follow(turn.id, turn.text);
      }
      const notes = this.#notes(found);
      return { token: this.#token, conversation: text(found["conversation"]), resumed: true, history, notes };
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_signed_in") {
        return undefined;
      }
      throw error;
    }
  }

  #read(after: number, limit: number): Promise<Readonly<Record<string, unknown>>> {
    return this.#call("GET", `/v1/conversation?after=${after}&limit=${limit}&after_note=${this.#lastNote}`);
  }

  /** @returns what is new; while a hand-over is under way, more is looked for. */
  #notes(found: Readonly<Record<string, unknown>>): Note[] {
    const notes = list(found["notes"], readNote);
    this.#lastNote = notes.at(-1)?.note ?? this.#lastNote;
    const state = readNote(found["handover"])?.state;
    clearInterval(this.#looking);
    this.#looking = state && state !== "ended" && !this.#closed ? setInterval(() => void this.#look(), LOOK) : undefined;
    return notes;
  }

  async #look(): Promise<void> {
    try {
      const { listener } = this;
      this.#notes(await this.#read(PAST_ALL, 1)).forEach((note) => listener.noted(note));
    } catch {
      // The next look may succeed; a lost connection is told by the next question.
    }
  }

  async ask(id: string, message: string): Promise<Taken> {
    const turn = readTurn(await this.#call("POST", "/v1/ask", { id, text: message, wait: 0 }), Date.now());
    if (!turn) {
      throw new Refusal("internal", "");
    }
    if (!turn.reply) {
      void this.#follow(id, message);
      return { number: turn.number };
    }
    void this.#look();
    return { number: turn.number, reply: turn.reply };
  }

  /** Ask again for the same message, which waits for its reply, until that is there. */
  async #follow(id: string, message: string): Promise<void> {
    try {
      while (!this.#closed) {
        const found = await this.#call("POST", "/v1/ask", { id, text: message, wait: WAIT });
        const turn = readTurn(found, Date.now());
        if (turn?.reply) {
          this.listener.replied(turn.number, turn.id, turn.reply);
          return this.#look();
        }
      }
    } catch {
      this.#drop();
    }
  }

  async rate(place: number, verdict: string, comment: string): Promise<void> {
    await this.#call("POST", "/v1/feedback", { number: place, verdict, comment });
  }

  async wish(wish: Wish): Promise<void> {
    await this.#call("POST", "/v1/handover", { wish });
    await this.#look();
  }

  async #call(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await this.get(this.server + path, {
      method,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      headers: this.#token ? { Authorization: `Bearer ${this.#token}` } : {},
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(GIVE_UP)]),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const fresh = response.headers.get(TOKEN);
    if (fresh) {
      this.#token = fresh;
      this.listener.renewed(fresh);
    }
    const found: unknown = response.status === 204 ? {} : await response.json().catch(() => undefined);
    if (!response.ok || !isFields(found)) {
      throw refusal(response, found);
    }
    return found;
  }

  #drop(): void {
    if (!this.#closed) {
      this.close();
      this.listener.dropped();
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#looking);
    this.#stop.abort();
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: "bad_request", 401: "not_signed_in", 404: "not_found", 409: "other_text", 413: "too_long", 429: "too_often", 503: "unavailable",
};

function refusal(response: Response, found: unknown): Refusal {
  const said = isFields(found) ? text(found["error"]) : "";
  const after = number(Number(response.headers.get("Retry-After"))) * 1000;
  return new Refusal(CODES[response.status] ?? "internal", said, after);
}

/**
 * End a session, as its user wishes.
 *
 * @param erase whether the conversation is to be erased before.
 * @throws Refusal, or another error if the server was not reached.
 */
export async function endSession(server: string, token: string, erase: boolean): Promise<void> {
  for (const path of erase ? ["conversation", "session"] : ["session"]) {
    const response = await fetch(`${server}/v1/${path}`, {
      method: "DELETE",
      credentials: "omit",
      headers: { Authorization: `Bearer ${token}` },
    });
    if (!response.ok && response.status !== 401) {
      throw refusal(response, undefined);
    }
  }
}
