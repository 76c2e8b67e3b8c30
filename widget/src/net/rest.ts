/** The link over the API, where nothing else gets through: docs/front-door.md. */

import { isFields, number, text } from "../model/contract";
import { readTurn, Refusal } from "../model/wire";
import type { Hello, Link, LinkMaker, Listener, Taken, Welcome } from "./link";

const TOKEN = "X-Session-Token";
const WAIT = 20; // seconds that one request waits for its reply
const GIVE_UP = (WAIT + 15) * 1000; // ms until a request counts as lost
const HISTORY = 100;

type Fetch = typeof fetch;

/** @param get how to ask; the browser's own unless a test gives another. */
export function overRest(server: string, get: Fetch = (...call) => fetch(...call)): LinkMaker {
  return (listener) => new RestLink(server, listener, get);
}

class RestLink implements Link {
  readonly live = false;
  #token = "";
  #closed = false;
  readonly #stop = new AbortController();

  constructor(
    private readonly server: string,
    private readonly listener: Listener,
    private readonly get: Fetch,
  ) {}

  async open(hello: Hello): Promise<Welcome> {
    this.#token = hello.token;
    const resumed = await this.#resumed(hello.after);
    if (resumed) {
      return resumed;
    }
    this.#token = "";
    const made = await this.#call("POST", "/v1/session", hello.identity ? { identity: hello.identity } : {});
    this.#token = text(made["token"]);
    return { token: this.#token, conversation: text(made["conversation"]), resumed: false, history: [], notes: [] };
  }

  async #resumed(after: number): Promise<Welcome | undefined> {
    if (!this.#token) {
      return undefined;
    }
    try {
      const found = await this.#call("GET", `/v1/conversation?after=${after}&limit=${HISTORY}`);
      const listed = Array.isArray(found["turns"]) ? found["turns"] : [];
      const history = listed.flatMap((turn: unknown) => readTurn(turn, Date.now()) ?? []);
      for (const turn of history.filter((found) => !found.reply)) {
        void this.#follow(turn.id, turn.text);
      }
      return { token: this.#token, conversation: text(found["conversation"]), resumed: true, history, notes: [] };
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_signed_in") {
        return undefined;
      }
      throw error;
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
          return;
        }
      }
    } catch {
      this.#drop();
    }
  }

  async rate(place: number, verdict: string, comment: string): Promise<void> {
    await this.#call("POST", "/v1/feedback", { number: place, verdict, comment });
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
