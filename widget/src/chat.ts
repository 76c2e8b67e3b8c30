/** The chat without its looks: it asks, keeps, sends once, reconnects, and tells who listens. */

import { delay } from "./model/backoff";
import {
  adopt, addNote, change, complete, type Conversation, empty, handover, lastNote, learn, merge, type Note,
  put, type Rating, remove, renewed, type Reply, toSend, type Turn, type Wish,
} from "./model/conversation";
import { read, write } from "./model/kept";
import { isFinal, Refusal } from "./model/wire";
import type { Link, LinkMaker, Listener, Welcome } from "./net/link";
import type { Surroundings } from "./ports";

/**
 * `idle` before the first use, `connecting`, `live`, `limited` (the server cannot speak first),
 * `offline` (this device), `lost` (the server; we try again).
 */
export type Status = "idle" | "connecting" | "live" | "limited" | "offline" | "lost";

export type News =
  | { readonly type: "changed" }
  | { readonly type: "status"; readonly status: Status }
  | { readonly type: "sent"; readonly turn: Turn }
  | { readonly type: "answered"; readonly turn: Turn }
  | { readonly type: "noted"; readonly note: Note }
  | { readonly type: "refused"; readonly turn: Turn }
  | { readonly type: "restarted" };

export interface ChatOptions {
  /** Ways to the server, the best first. */
  readonly ways: readonly LinkMaker[];
  /** Ends a session on the server, and erases what it kept of the conversation if that is wished. */
  readonly end: (token: string, erase: boolean) => Promise<void>;
  /** A JWT by which the host page names its user; empty if it does not. */
  readonly identity: () => string;
}

const BETTER_WAY_AFTER = 60_000; // ms until a limited connection tries a better one
const MOST_TRIES = 5; // of a message that the server fails at
const AGAIN_AFTER = 2_000; // ms, where the server does not say

export class Chat {
  status: Status = "idle";
  /** Whether the conversation will be there after a reload. */
  isKept = true;
  #known: Conversation = empty();
  #link: Link | undefined;
  #connecting = false;
  #failures = 0;
  #cancelTimer: (() => void) | undefined;
  #sending = false;
  readonly #tries = new Map<string, number>();
  readonly #tab: string;
  readonly #listeners = new Set<(news: News) => void>();
  #unwatch: (() => void) | undefined;

  constructor(
    private readonly options: ChatOptions,
    private readonly around: Surroundings,
  ) {
    this.#tab = around.name();
  }

  get conversation(): Conversation {
    return this.#known;
  }

  /** Whether something is still to come that nobody has to ask for. */
  get isExpecting(): boolean {
    const step = handover(this.#known)?.state;
    const open = this.#known.turns.some((turn) => !["answered", "refused"].includes(turn.progress));
    return open || (step !== undefined && step !== "ended" && step !== "offered");
  }

  listen(heard: (news: News) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** Take up what is kept. Nothing is written and nothing is asked for. */
  load(): void {
    if (this.#unwatch) {
      return;
    }
    this.#known = adopt(read(this.around.keep.read()) ?? empty(), this.#tab);
    this.#unwatch = this.around.keep.watch((text) => this.#heardFromTab(text));
    this.#tell({ type: "changed" });
  }

  /** Connect, now: somebody wants to use it, or the network is said to be back. */
  connect(): void {
    this.load();
    if (this.#link?.live || this.#connecting) {
      return;
    }
    this.#cancelTimer?.();
    void this.#tryWays();
  }

  /** The device lost its network: tell at once, rather than when a request fails. */
  wentOffline(): void {
    if (this.status !== "idle") {
      this.#drop();
      this.#become("offline");
    }
  }

  /** @returns the new turn; undefined if there is nothing to ask. */
  ask(text: string, chosen = false): Turn | undefined {
    const asked = text.trim();
    if (!asked) {
      return undefined;
    }
    this.load();
    const turn: Turn = {
      id: this.around.name(), text: asked, progress: "waiting", at: this.around.clock.now(), number: 0, tab: this.#tab,
      ...(chosen ? { chosen } : {}),
    };
    this.#update(put(this.#known, turn));
    this.#tell({ type: "sent", turn });
    if (!this.#link) {
      this.connect();
    }
    void this.#pump();
    return turn;
  }

  /** Send a question again that was refused or waits. */
  retry(id: string): void {
    this.#tries.delete(id);
    const turn = this.#known.turns.find((known) => known.id === id);
    if (turn?.progress === "refused") {
      const { problem: _, ...again } = turn;
      const name = turn.problem?.code === "other_text" ? this.around.name() : turn.id;
      this.#update(put(remove(this.#known, id), { ...again, id: name, progress: "waiting", tab: this.#tab }));
    }
    this.connect();
    void this.#pump();
  }

  /** Take back a question that no server has. @returns its text. */
  takeBack(id: string): string {
    const turn = this.#known.turns.find((known) => known.id === id);
    if (!turn || turn.number || turn.progress === "sending") {
      return "";
    }
    this.#update(remove(this.#known, id));
    return turn.text;
  }

  /** @throws if the server did not take it. */
  async rate(id: string, verdict: Rating["verdict"], comment = ""): Promise<void> {
    const turn = this.#known.turns.find((known) => known.id === id);
    if (!turn?.number || !this.#link) {
      throw new Error("not connected");
    }
    const before = turn.rating ?? { verdict: "withdrawn", comment: "" };
    this.#update(change(this.#known, id, { rating: { verdict, comment, at: this.around.clock.now() } }));
    try {
      await this.#link.rate(turn.number, verdict, comment);
    } catch (error) {
      this.#update(change(this.#known, id, { rating: { ...before, at: this.around.clock.now() + 1 } }));
      throw error;
    }
  }

  /** Take the offer of a person, or leave the hand-over. @throws if the server did not take it. */
  async wish(wish: Wish): Promise<void> {
    if (!this.#link) {
      throw new Error("not connected");
    }
    await this.#link.wish(wish);
  }

  /**
   * Begin a new conversation; the former one is forgotten in this browser and its session ended.
   *
   * @param erase whether the server is to forget it, too.
   * @throws if the server did not do its part.
   */
  async restart(erase = false): Promise<void> {
    const { token, epoch } = this.#known;
    this.#drop();
    this.#become("idle");
    this.#known = empty(epoch + 1);
    this.around.keep.clear();
    this.isKept = true;
    this.#tell({ type: "restarted" });
    this.#tell({ type: "changed" });
    if (token) {
      await this.options.end(token, erase);
    }
  }

  /** Stop for good. What is not sent stays kept for the next page. */
  destroy(): void {
    this.#drop();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#listeners.clear();
  }

  // ---- The connection

  async #tryWays(): Promise<void> {
    if (!this.around.online()) {
      this.#become("offline");
      return;
    }
    this.#connecting = true;
    if (!this.#link) {
      this.#become("connecting");
    }
    const epoch = this.#known.epoch;
    const ways = this.#link ? this.options.ways.slice(0, -1) : this.options.ways;
    const wait = await this.#firstOpen(ways);
    this.#connecting = false;
    if (epoch !== this.#known.epoch && !this.#link) {
      return void (this.isExpecting && this.connect());
    }
    if (wait !== undefined && !this.#link) {
      this.#failed(wait);
    }
    this.#planBetterWay();
  }

  /** Try one way after the other. @returns ms to wait before trying again; undefined if one is open. */
  async #firstOpen(ways: readonly LinkMaker[]): Promise<number | undefined> {
    for (const way of ways) {
      const wait = await this.#open(way);
      if (wait === undefined || wait > 0) {
        return wait;
      }
    }
    return 0;
  }

  async #open(way: LinkMaker): Promise<number | undefined> {
    const epoch = this.#known.epoch;
    const link: Link = way(this.#listener(() => link));
    try {
      const greet = () => {
        this.#takeUpKept();
        const { token } = this.#known;
        return link.open({
          token, identity: this.options.identity(), after: complete(this.#known), afterNote: lastNote(this.#known),
        });
      };
      const welcome = this.#known.token ? await greet() : await this.around.alone(async () => {
        const made = await greet();
        this.#adoptSession(made);
        return made;
      });
      if (epoch !== this.#known.epoch && this.#known.token !== welcome.token) {
        link.close();
        return 0;
      }
      this.#welcomed(link, welcome);
      return undefined;
    } catch (error) {
      link.close();
      return error instanceof Refusal ? error.after : 0;
    }
  }

  #listener(mine: () => Link): Listener {
    const current = <Given extends unknown[]>(act: (...given: Given) => void) => (...given: Given) => {
      if (this.#link === mine()) {
        act(...given);
      }
    };
    return {
      replied: current((number, id, reply) => this.#replied(number, id, reply)),
      asked: current((turn) => this.#update(learn(this.#known, turn))),
      noted: current((note) => this.#takeNotes([note])),
      renewed: current((token) => this.#update({ ...this.#known, token })),
      dropped: current(() => this.#failed(0)),
    };
  }

  #adoptSession(welcome: Welcome): void {
    const { id, turns } = this.#known;
    const other = id !== "" && id !== welcome.conversation && turns.some((turn) => turn.number);
    this.#update(
      other
        ? renewed(this.#known, welcome.token, welcome.conversation)
        : { ...this.#known, token: welcome.token, id: welcome.conversation },
    );
  }

  #welcomed(link: Link, welcome: Welcome): void {
    this.#link?.close();
    this.#link = link;
    this.#failures = 0;
    this.#adoptSession(welcome);
    this.#become(link.live ? "live" : "limited");
    this.#takeTurns(welcome.history);
    this.#takeNotes(welcome.notes);
    this.#update(adopt(this.#known, this.#tab));
    void this.#pump();
  }

  /** There is no connection: say so and try again later. */
  #failed(wait: number): void {
    this.#drop();
    if (!this.around.online()) {
      this.#become("offline");
      return;
    }
    this.#become("lost");
    this.#failures += 1;
    this.#again(Math.max(wait, delay(this.#failures, this.around.chance())), () => this.connect());
  }

  #planBetterWay(): void {
    if (this.#link && !this.#link.live && this.options.ways.length > 1) {
      this.#again(BETTER_WAY_AFTER, () => this.connect());
    }
  }

  #again(ms: number, act: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.around.clock.after(ms, act);
  }

  #drop(): void {
    this.#cancelTimer?.();
    this.#link?.close();
    this.#link = undefined;
    const unsent = this.#known.turns.filter((turn) => turn.progress === "sending" && turn.tab === this.#tab);
    if (unsent.length) {
      this.#update(unsent.reduce((all, turn) => put(all, { ...turn, progress: "waiting" }), this.#known));
    }
  }

  #become(status: Status): void {
    if (status !== this.status) {
      this.status = status;
      this.#tell({ type: "status", status });
    }
  }

  // ---- Messages

  /** Send what waits, one after the other: the order of asking is the order of the conversation. */
  async #pump(): Promise<void> {
    if (this.#sending) {
      return;
    }
    this.#sending = true;
    try {
      let next = toSend(this.#known, this.#tab)[0];
      while (next && this.#link && (await this.#send(this.#link, next))) {
        next = toSend(this.#known, this.#tab)[0];
      }
    } finally {
      this.#sending = false;
    }
  }

  /** @returns whether to go on with the next. */
  async #send(link: Link, turn: Turn): Promise<boolean> {
    this.#update(change(this.#known, turn.id, { progress: "sending" }));
    try {
      const taken = await link.ask(turn.id, turn.text);
      const known = this.#known.turns.find((found) => found.id === turn.id) ?? turn;
      const { reply, ...rest } = known;
      const got = taken.reply ?? reply;
      this.#takeTurns([{
        ...rest, number: taken.number, progress: got ? "answered" : "taken", ...(got ? { reply: got } : {}),
      }]);
      this.#tries.delete(turn.id);
      return true;
    } catch (error) {
      return this.#link === link && this.#notTaken(turn, error);
    }
  }

  #notTaken(turn: Turn, error: unknown): boolean {
    if (!(error instanceof Refusal)) {
      this.#failed(0);
      return false;
    }
    if (error.code === "not_signed_in" || error.code === "session_ended") {
      this.#drop();
      this.connect();
      return false;
    }
    const tried = (this.#tries.get(turn.id) ?? 0) + 1;
    this.#tries.set(turn.id, tried);
    if (isFinal(error) || (error.code === "internal" && tried >= MOST_TRIES)) {
      this.#refuse(turn, error);
      return true;
    }
    this.#update(change(this.#known, turn.id, { progress: "waiting" }));
    this.around.clock.after(error.after || AGAIN_AFTER, () => void this.#pump());
    return false;
  }

  #refuse(turn: Turn, error: Refusal): void {
    const problem = { code: error.code, text: error.message };
    this.#update(change(this.#known, turn.id, { progress: "refused", problem }));
    this.#tell({ type: "refused", turn: { ...turn, progress: "refused", problem } });
  }

  #replied(number: number, id: string, reply: Reply): void {
    const turn = this.#known.turns.find((known) => (id ? known.id === id : known.number === number));
    if (turn) {
      this.#takeTurns([{ ...turn, number: number || turn.number, progress: "answered", reply }]);
    }
  }

  #takeTurns(turns: readonly Turn[]): void {
    const before = new Set(this.#known.turns.filter((turn) => turn.reply).map((turn) => turn.id));
    this.#update(turns.reduce(learn, this.#known));
    for (const { id } of turns) {
      const turn = this.#known.turns.find((known) => known.id === id);
      if (turn?.reply && !before.has(id)) {
        before.add(id);
        this.#tell({ type: "answered", turn });
      }
    }
  }

  #takeNotes(notes: readonly Note[]): void {
    const fresh = notes.filter((note) => !this.#known.notes.some((known) => known.note === note.note));
    this.#update(fresh.reduce(addNote, this.#known));
    for (const note of fresh) {
      this.#tell({ type: "noted", note });
    }
  }

  // ---- Keeping

  #heardFromTab(text: string | null): void {
    const kept = read(text);
    const before = this.#known;
    this.#known = kept ? merge(this.#known, kept, this.#tab) : empty(this.#known.epoch + 1);
    if (this.#known.id !== before.id) {
      this.#follow(before.id !== "" && !this.#known.id);
    }
    this.#tell({ type: "changed" });
  }

  /** Another tab left the conversation that we are connected to. */
  #follow(isForgotten: boolean): void {
    const wasConnected = this.#link !== undefined;
    this.#drop();
    this.#become("idle");
    if (isForgotten) {
      this.#tell({ type: "restarted" });
    } else if (wasConnected) {
      this.connect();
    }
  }

  #takeUpKept(): void {
    const kept = read(this.around.keep.read());
    if (kept) {
      this.#known = merge(this.#known, kept, this.#tab);
    }
  }

  #update(next: Conversation): void {
    const kept = read(this.around.keep.read());
    const both = kept ? merge(next, kept, this.#tab) : next;
    this.#known = { ...both, token: both.id === next.id && next.token ? next.token : both.token };
    this.isKept = this.around.keep.write(write(this.#known));
    this.#tell({ type: "changed" });
  }

  #tell(news: News): void {
    for (const heard of [...this.#listeners]) {
      heard(news);
    }
  }
}
