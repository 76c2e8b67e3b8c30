/** The chat as an element. Registering it is another module's affair. */

import { html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Chat, type News } from "../chat";
import { handover, isAnswering, items, type Note, type Reply, type Turn } from "../model/conversation";
import { reading } from "../model/reading";
import { starters } from "../model/starters";
import { answerText, asJson, asText } from "../model/transcript";
import { fetchPassages, fetchTerms } from "../net/glossary";
import { endSession, overRest } from "../net/rest";
import { overSocket } from "../net/socket";
import type { Strings } from "../strings/en";
import { direction, fetchTexts, Texts } from "../strings/texts";
import { browser, keepName } from "../surroundings";
import { Announcer } from "./announcer";
import { questionsView } from "./answer-view";
import { Composer } from "./composer";
import { ConnectionNotice } from "./connection-notice";
import type { ChatEvents, Detail } from "./events";
import { Head } from "./head";
import { downIcon } from "./icons";
import { Launcher, launcherStyle, sheet } from "./launcher";
import { Place } from "./place";
import { loop, Screen } from "./screen";
import { panelStyle } from "./styles";
import { noteView, stepText, turnView, typingView } from "./turn-view";
import { Unfolding } from "./unfolding";
import type { Found, View } from "./view";

const LONGEST = 2000; // characters of a question, as the gateway has it
const SLOW = 20_000; // ms until we say that it takes longer
const DAY = 86_400_000; // ms

export class ChatElement extends LitElement implements View {
  static override properties: PropertyDeclarations = {
    server: {}, mode: { reflect: true }, theme: { reflect: true }, position: { reflect: true },
    heading: {}, greeting: {}, suggestions: {}, privacy: {}, transport: {},
    entries: {}, launcher: {}, consent: { type: Boolean }, open: { type: Boolean, reflect: true },
  };

  /** Where the gateway is: an origin, without a slash at its end. */
  declare server: string;
  /** `floating`, `page` (fills the page) or `inline` (fills its place). */
  declare mode: string;
  /** `auto`, `light`, `dark` or `contrast`. */
  declare theme: string;
  /** `end` or `start` of the line, at the bottom. */
  declare position: string;
  declare heading: string;
  declare greeting: string;
  /** Questions to begin with, separated by `|`. */
  declare suggestions: string;
  /** Address of what is said about privacy. */
  declare privacy: string;
  /** `auto`, `socket` or `rest`. */
  declare transport: string;
  /** Address of an entry, with `{id}` in it; else its page on the server. `none` for none. */
  declare entries: string;
  /** Text of the launcher. */
  declare launcher: string;
  /** Whether nothing is sent before somebody has agreed. */
  declare consent: boolean;
  declare open: boolean;
  /** A JWT by which the page names its user; never an attribute, which others could read. */
  identity = "";

  texts = new Texts("en");
  #strings: Partial<Strings> = {};
  #chat: Chat | undefined;
  #chatServer = "";
  #button: Launcher | undefined;
  #announcer: Announcer | undefined;
  readonly #composer: Composer;
  readonly #screen = new Screen(() => this.requestUpdate());
  readonly #head = new Head({
    texts: () => this.texts,
    changed: () => this.requestUpdate(),
    focus: (selector) => void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>(selector)?.focus()),
    restart: () => {
      void this.reset();
      this.focusInput();
    },
    forget: () => {
      void this.#restart(true);
      this.focusInput();
    },
    download: (format) => this.#download(format),
    close: () => this.close(),
  });
  readonly #unfolding = new Unfolding((entry) => fetchPassages(this.#origin, entry), () => this.requestUpdate());
  readonly #place = new Place(() => this.requestUpdate());
  readonly #connection = new ConnectionNotice((key) => this.#announce(this.texts.say(key)), () => this.requestUpdate());
  #opener: HTMLElement | null = null;
  #focusMoves: "in" | "out" | undefined;
  #stopListening: (() => void)[] = [];

  /** After a chat is deleted, nothing is sent or kept until somebody asks again. */
  #isAtRest = false;
  #hasTexts = false;
  #hasAgreed = false;
  #notice = "";
  #unread = 0;
  #isFinding = false;
  #starters: readonly string[] = [];
  #explaining = "";
  #risesNow = false;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor() {
    super();
    this.server = "";
    this.mode = "floating";
    this.theme = "auto";
    this.position = "end";
    this.heading = this.greeting = this.suggestions = this.privacy = this.entries = this.launcher = "";
    this.transport = "auto";
    this.consent = false;
    this.open = false;
    this.#composer = new Composer(this, {
      texts: () => this.texts,
      longest: LONGEST,
      terms: (begins) => fetchTerms(this.#origin, begins, this.texts.language.split("-")[0]!),
      send: (text) => this.send(text),
      lastQuestion: () => this.#chat?.conversation.turns.at(-1)?.text ?? "",
      announce: (text) => this.#announcer?.say(text, this.texts.language),
      root: () => this.shadowRoot,
    });
  }

  // ---- For the page

  /** Send a question as if it had been typed. */
  send(text: string): void {
    if (this.#emit("chat-send", { text }, true)) {
      this.#isAtRest = false;
      this.#begin();
      this.#notice = "";
      this.#chat?.ask(text);
    }
  }

  show(): void {
    this.open = true;
  }

  close(): void {
    this.open = false;
  }

  toggle(): void {
    this.open = !this.open;
  }

  /** Begin a new conversation. */
  async reset(): Promise<void> {
    await this.#restart(false);
  }

  /** The conversation, as plain text or JSON. */
  transcript(format: "text" | "json" = "text"): string {
    const conversation = this.#chat?.conversation;
    if (!conversation) {
      return "";
    }
    const { texts } = this;
    const names = { you: texts.say("youSaid"), assistant: texts.say("assistantSaid"), person: texts.say("person") };
    const time = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "short" });
    return format === "json" ? asJson(conversation) : asText(conversation, names, (at) => time.format(at));
  }

  /** Texts of your own; those that are missing stay as they are. */
  setStrings(strings: Partial<Strings>): void {
    this.#strings = strings;
    this.requestUpdate();
  }

  destroy(): void {
    this.remove();
  }

  // ---- Life

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang", "dir"];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    if (name === "lang" || name === "dir") {
      this.requestUpdate();
    }
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet(launcherStyle), sheet(panelStyle)];
    this.#button = new Launcher(root);
    this.#button.button.addEventListener("click", () => this.show());
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#announcer = new Announcer(this);
    this.#screen.watch();
    this.#onWindow("online", () => this.#chat?.status !== "idle" && this.#chat?.connect());
    this.#onWindow("offline", () => this.#chat?.wentOffline());
    const visible = () => {
      if (!document.hidden && this.#chat && ["lost", "offline"].includes(this.#chat.status)) {
        this.#chat.connect();
      }
    };
    document.addEventListener("visibilitychange", visible);
    this.#stopListening.push(() => document.removeEventListener("visibilitychange", visible));
    if (this.#isKept()) {
      this.#resume();
    }
    this.#emit("chat-ready", undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening.forEach((stop) => stop());
    this.#stopListening = [];
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#connection.stop();
    this.#screen.unwatch();
    this.#announcer?.remove();
    this.#chat?.destroy();
    this.#chat = undefined;
  }

  #onWindow(name: "online" | "offline", act: () => void): void {
    window.addEventListener(name, act);
    this.#stopListening.push(() => window.removeEventListener(name, act));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("open") && (changed.get("open") !== undefined || this.open)) {
      this.#turned();
    }
    const spoken = this.#spoken();
    if (changed.has("server") || spoken !== this.texts.language) {
      this.#composer.reset();
      this.#starters = [];
    }
    this.#chooseTexts(spoken);
    if ((this.open || this.#isPlaced) && this.#mayAsk && !this.#isAtRest) {
      this.#begin();
    }
  }

  protected override updated(changed: PropertyValues): void {
    const { button } = this.#button!;
    this.#button!.label = this.launcher || this.texts.say("launcher");
    this.#button!.isExpanded = this.open;
    this.#button!.unread(this.#unread, this.texts.say("unread", { n: this.#unread }));
    button.hidden = this.open;
    button.dir = this.#readingDirection;
    button.lang = this.texts.language;
    const panel = this.#panel;
    if (panel && this.#isWhole) {
      this.#screen.hold(panel);
    } else {
      this.#screen.release();
    }
    if (changed.has("open")) {
      this.#focusMoves = this.open ? "in" : changed.get("open") ? "out" : undefined;
    }
    this.#moveFocus();
    this.#place.drawn(this.#log);
  }

  /** Into the panel when it was opened, back to what opened it when it was closed; never else. */
  #moveFocus(): void {
    if (this.#focusMoves === "in" && this.#panel && !this.#isPlaced) {
      const touch = window.matchMedia("(pointer: coarse)").matches;
      const input = touch ? null : this.#composer.input;
      (input ?? this.#panel).focus({ preventScroll: true });
      this.#focusMoves = undefined;
    } else if (this.#focusMoves === "out") {
      const opener = this.#opener;
      const hasOpener = opener?.isConnected && opener !== document.body && opener !== (this as HTMLElement);
      (hasOpener ? opener : this.#button!.button).focus({ preventScroll: true });
      this.#focusMoves = undefined;
    }
  }

  /** It was opened or closed; the page may object. */
  #turned(): void {
    if (!this.#emit(this.open ? "chat-open" : "chat-close", undefined, true)) {
      this.open = !this.open;
      return;
    }
    this.#head.reset();
    this.#risesNow = this.open;
    if (this.open) {
      this.#isAtRest = false;
      this.#opener = document.activeElement as HTMLElement | null;
      this.#place.goTo("end");
      this.#countUnread(0);
    }
  }

  /** The panel waits for its first texts; a change of language waits for the new ones. */
  #chooseTexts(language: string): void {
    const fetched = fetchTexts(language);
    if (!fetched) {
      this.texts = new Texts(language, this.#strings);
      this.#hasTexts = true;
    }
    void fetched?.then(() => this.requestUpdate());
  }

  get #origin(): string {
    return (this.server || window.location.origin).replace(/\/+$/, "");
  }

  #spoken(): string {
    return this.lang || this.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang || "en";
  }

  get #readingDirection(): "ltr" | "rtl" {
    return this.dir === "rtl" || this.dir === "ltr" ? this.dir : direction(this.texts.language);
  }

  get #isPlaced(): boolean {
    return this.mode === "page" || this.mode === "inline";
  }

  get #isPage(): boolean {
    return this.mode === "page";
  }

  /** Level of the headings of what is said. */
  get level(): number {
    return this.#isPage ? 2 : 3;
  }

  get #isWhole(): boolean {
    return this.open && !this.#isPlaced && this.#screen.isSmall;
  }

  get #mayAsk(): boolean {
    return !this.consent || this.#hasAgreed || this.#isKept();
  }

  get #panel(): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(".panel") ?? null;
  }

  get #log(): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(".log") ?? null;
  }

  #isKept(): boolean {
    try {
      return window.localStorage.getItem(keepName(this.#origin)) !== null;
    } catch {
      return false;
    }
  }

  // ---- The chat

  /** Somebody wants to use it: connect. */
  #begin(): void {
    const chat = this.#made();
    if (chat.status === "idle") {
      chat.connect();
    }
    void this.#findStarters();
  }

  /** Somebody used it on another page: go on only if an answer is still to come. */
  #resume(): void {
    const chat = this.#made();
    chat.load();
    if (chat.isExpecting) {
      chat.connect();
    }
  }

  #made(): Chat {
    if (this.#chat && this.#chatServer === this.#origin) {
      return this.#chat;
    }
    this.#chat?.destroy();
    const server = this.#origin;
    const socket = [overSocket(server, "websocket"), overSocket(server, "polling")];
    const rest = [overRest(server)];
    const ways = this.transport === "rest" ? rest : this.transport === "socket" ? socket : [...socket, ...rest];
    this.#chatServer = server;
    this.#chat = new Chat(
      { ways, end: (token, erase) => endSession(server, token, erase), identity: () => this.identity },
      browser(server),
    );
    this.#chat.listen((news) => this.#heard(news));
    return this.#chat;
  }

  #heard(news: News): void {
    switch (news.type) {
      case "status":
        this.#emit("chat-status", { status: news.status });
        this.#connection.hear(news.status);
        break;
      case "sent":
        this.#place.goTo("end");
        this.#watchTurn(news.turn);
        break;
      case "answered":
        this.#answered(news.turn);
        break;
      case "noted":
        this.#noted(news.note);
        break;
      case "refused":
        this.#emit("chat-error", { id: news.turn.id, ...news.turn.problem! });
        this.#announcer?.warn(this.texts.say("announceNotSent", { text: news.turn.text }), this.texts.language);
        break;
      case "restarted":
        this.#unfolding.clear();
        this.#explaining = "";
        this.#countUnread(0);
        break;
      case "changed":
        break;
    }
    this.requestUpdate();
  }

  get #isWithPerson(): boolean {
    return this.#chat !== undefined && handover(this.#chat.conversation)?.state === "connected";
  }

  #answered(turn: Turn): void {
    const reply = turn.reply!;
    if (this.isSilent(reply)) {
      return;
    }
    this.#emit("chat-answer", { id: turn.id, text: turn.text, reply });
    this.#arrived(turn.id);
    const read = reading(reply);
    const said = [read.plain || this.texts.say("noAnswer")];
    if (read.citations.length) {
      said.push(this.texts.say("announceSources", { n: read.citations.length }));
    }
    const related = Math.min(4, reply.answer?.related.length ?? 0);
    if (related) {
      said.push(this.texts.say("announceRelated", { n: related }));
    }
    this.#announce(said.join("\n"), reply.answer?.language);
  }

  #noted(note: Note): void {
    if (note.state) {
      this.#emit("chat-handover", { state: note.state, agent: note.agent ?? "" });
    }
    this.#arrived(`note-${note.note}`, note.text !== undefined);
    const name = this.texts.say("personSaid", { name: note.agent || this.texts.say("person") });
    this.#announce(note.text ? `${name}: ${note.text}` : stepText(note, this));
  }

  /** Follow the end of the conversation only if it is what is being read. */
  #arrived(id: string, counts = true): void {
    if (!this.open && !this.#isPlaced) {
      this.#countUnread(this.#unread + (counts ? 1 : 0));
    } else {
      this.#place.arrived(id);
    }
  }

  #announce(text: string, language = this.texts.language): void {
    if (this.open || this.#isPlaced) {
      this.#announcer?.say(text, language);
    } else if (this.#unread) {
      this.#announcer?.say(this.texts.say("unread", { n: this.#unread }), this.texts.language);
    }
  }

  #countUnread(count: number): void {
    if (count !== this.#unread) {
      this.#unread = count;
      this.#emit("chat-unread", { count });
    }
  }

  #watchTurn(turn: Turn): void {
    const current = () => this.#chat?.conversation.turns.find((known) => known.id === turn.id);
    this.#later(1000, () => {
      if (current()?.progress === "taken" && this.open) {
        this.#announcer?.say(this.texts.say("answering"), this.texts.language);
      }
    });
    this.#later(SLOW, () => {
      if (current()?.progress === "taken") {
        this.#announcer?.say(this.texts.say("slow"), this.texts.language);
        this.requestUpdate();
      }
    });
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  async #findStarters(): Promise<void> {
    if (this.suggestions || this.#starters.length || this.#isFinding || this.#chat?.conversation.turns.length) {
      return;
    }
    this.#isFinding = true;
    const language = this.texts.language.split("-")[0]!;
    try {
      const { terms } = await fetchTerms(this.#origin, "", language);
      const chosen = starters(terms, Math.floor(Date.now() / DAY));
      this.#starters = [...chosen.map((term) => this.texts.say("whatIs", { term })), this.texts.say("capabilities")];
    } catch {
      this.#starters = [this.texts.say("capabilities")];
    }
    this.#isFinding = false;
    this.requestUpdate();
  }

  async #restart(erase: boolean): Promise<void> {
    const chat = this.#made();
    this.#isAtRest = true;
    this.#head.reset();
    try {
      await chat.restart(erase);
      this.#notice = erase ? this.texts.say("forgotten") : "";
    } catch {
      this.#notice = erase ? this.texts.say("forgottenHere") : "";
    }
    if (this.#notice) {
      this.#announcer?.say(this.#notice, this.texts.language);
    }
    this.requestUpdate();
  }

  #emit<Name extends keyof ChatEvents>(name: Name, detail: Detail<Name>, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }

  // ---- What the parts of the panel may do (View)

  textsIn(language: string): Texts {
    if (!language || language === this.texts.language) {
      return this.texts;
    }
    void fetchTexts(language);
    return new Texts(language);
  }

  isUnfolded(turn: Turn, place: string): boolean {
    return this.#unfolding.isOpen(turn.id, place);
  }

  fold(turn: Turn, place: string, citation?: { entry: string }): void {
    this.#unfolding.turn(turn.id, place, citation?.entry);
  }

  passages(entry: string): Found {
    return this.#unfolding.passages(entry);
  }

  entryAddress(entry: string): string {
    const pattern = this.entries || `${this.#origin}/terms/{id}`;
    const address = pattern.replaceAll("{id}", encodeURIComponent(entry));
    return /^(?:https?:\/\/|\/(?!\/))/.test(address) ? address : "";
  }

  ask(question: string): void {
    this.send(question);
    this.focusInput();
  }

  focusInput(): void {
    const touch = window.matchMedia("(pointer: coarse)").matches;
    (touch ? this.#log : this.#composer.input)?.focus({ preventScroll: true });
  }

  retry(turn: Turn): void {
    this.#chat?.retry(turn.id);
    this.focusInput();
  }

  edit(turn: Turn): void {
    const text = this.#chat?.takeBack(turn.id);
    if (text) {
      this.#composer.write(text);
      this.#composer.input?.focus();
    }
  }

  rate(turn: Turn, verdict: "helpful" | "unhelpful"): void {
    const chosen = turn.rating?.verdict === verdict ? "withdrawn" : verdict;
    this.#explaining = chosen === "unhelpful" ? turn.id : "";
    void this.#sendRating(turn, chosen, "");
  }

  isExplaining(turn: Turn): boolean {
    return this.#explaining === turn.id;
  }

  explain(turn: Turn, comment: string | undefined): void {
    this.#explaining = "";
    if (comment) {
      void this.#sendRating(turn, "unhelpful", comment);
    }
    this.shadowRoot?.querySelector<HTMLElement>(`[data-id="${turn.id}"] .unhelpful`)?.focus();
    this.requestUpdate();
  }

  async #sendRating(turn: Turn, verdict: "helpful" | "unhelpful" | "withdrawn", comment: string): Promise<void> {
    try {
      await this.#made().rate(turn.id, verdict, comment);
      this.#emit("chat-feedback", { id: turn.id, verdict, comment });
      this.#announcer?.say(this.texts.say(verdict === "withdrawn" ? "withdrawn" : "thanks"), this.texts.language);
    } catch {
      this.#explaining = "";
      this.#announcer?.warn(this.texts.say("notRated"), this.texts.language);
      this.requestUpdate();
    }
  }

  copy(turn: Turn): void {
    const copied = navigator.clipboard?.writeText(answerText(turn.reply!)) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => this.#announcer?.say(this.texts.say("copied"), this.texts.language),
      () => this.#announcer?.warn(this.texts.say("notCopied"), this.texts.language),
    );
  }

  isSlow(turn: Turn): boolean {
    return Date.now() - turn.at >= SLOW && !this.#isWithPerson;
  }

  isSilent(reply: Reply): boolean {
    return !reply.text && !reply.buttons.length && this.#isWithPerson;
  }

  isLast(turn: Turn): boolean {
    return this.#chat?.conversation.turns.at(-1)?.id === turn.id;
  }

  #toEnd(): void {
    this.#place.goTo(this.#chat?.conversation.turns.at(-1)?.id ?? "end");
    this.requestUpdate();
    this.focusInput();
  }

  // ---- Keys

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      this.#escape(event);
    } else if (event.key === "F6") {
      event.preventDefault();
      const isInInput = this.shadowRoot?.activeElement === this.#composer.input;
      (isInInput ? this.#log : this.#composer.input)?.focus();
    } else if (event.key === "Tab" && this.#isWhole && this.#panel && this.shadowRoot) {
      loop(event, this.#panel, this.shadowRoot);
    }
  };

  #escape(event: KeyboardEvent): void {
    event.stopPropagation();
    if (!this.#head.leave() && !this.#isPlaced) {
      this.close();
    }
  }

  // ---- The panel

  protected override render(): unknown {
    const isShown = (this.open || this.#isPlaced) && this.#hasTexts;
    return html`<div class="unseen"><slot></slot></div>${isShown ? this.#panelView() : nothing}`;
  }

  #panelView(): TemplateResult {
    const isDialog = !this.#isPlaced;
    const classes = ["panel", this.#head.isWide && "wide", this.#isWhole && "whole", this.#risesNow && "rises"].filter(Boolean).join(" ");
    return html`<div class=${classes} part="panel" dir=${this.#readingDirection} lang=${this.texts.language} tabindex="-1"
      role=${isDialog ? "dialog" : this.#isPage ? "main" : "region"} aria-modal=${this.#isWhole ? "true" : nothing} aria-labelledby="name" @keydown=${this.#key}>
      ${this.#head.template({ name: this.heading, level: this.level - 1, canClose: isDialog, canGrow: isDialog && !this.#isWhole })}
      ${this.#stripView()}
      ${this.#logView()}
      ${this.#mayAsk ? html`<div class="foot">
        ${this.#place.hasNewer ? html`<button type="button" class="newer" @click=${this.#toEnd}>${downIcon}${this.texts.say("newAnswer")}</button>` : nothing}
        ${this.#composer.template()}</div>` : nothing}
    </div>`;
  }

  #download(format: "text" | "json"): void {
    const type = format === "json" ? "application/json" : "text/plain;charset=utf-8";
    const address = URL.createObjectURL(new Blob([this.transcript(format)], { type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `chat.${format === "json" ? "json" : "txt"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    this.shadowRoot?.querySelector<HTMLElement>("#menu")?.focus();
  }

  #stripView(): unknown {
    const { texts } = this;
    const step = this.#chat && handover(this.#chat.conversation);
    const { text: key, isAway, isLost } = this.#connection;
    const retry = isLost ? html`<button type="button" class="plain" @click=${() => this.#chat?.connect()}>${texts.say("retry")}</button>` : nothing;
    return [
      key ? html`<p class="strip ${isAway ? "bad" : ""}" part="status">${texts.say(key)}${retry}</p>` : nothing,
      this.#chat && !this.#chat.isKept ? html`<p class="strip">${texts.say("notKept")}</p>` : nothing,
      step && step.state !== "ended" ? html`<p class="strip" part="handover">${stepText(step, this)}</p>` : nothing,
    ];
  }

  #logView(): TemplateResult {
    const { texts } = this;
    const conversation = this.#chat?.conversation;
    const said = conversation ? items(conversation) : [];
    const past = conversation?.past ?? [];
    return html`<div class="log" part="log" role="log" aria-live="off" aria-label=${texts.say("conversation")} tabindex="0" @scroll=${this.#place.scrolled}>
      ${past.length ? html`${repeat(past, (turn) => turn.id, (turn) => turnView(turn, this))}<p class="divider">${texts.say("newConversation")}</p>` : nothing}
      ${this.#greetingView(said.length > 0)}
      ${repeat(said, (item) => ("turn" in item ? item.turn.id : item.note.note), (item) => ("turn" in item ? turnView(item.turn, this) : html`<div data-id="note-${item.note.note}">${noteView(item.note, this)}</div>`))}
      ${conversation && isAnswering(conversation) ? typingView(this) : nothing}
    </div>`;
  }

  #greetingView(hasBegun: boolean): TemplateResult {
    const { texts } = this;
    const given = this.suggestions.split("|").map((question) => question.trim()).filter(Boolean);
    const questions = given.length ? given : this.#starters;
    return html`<div class="greeting" part="greeting">
      ${this.#notice ? html`<p class="step">${this.#notice}</p>` : nothing}
      <p class="hello">${this.greeting || texts.say("greeting")}</p>
      <p class="quiet">${texts.say("notice")}${this.#privacyView()}</p>
      ${this.#mayAsk ? nothing : html`<p>${texts.say("consent", { host: new URL(this.#origin).host })}</p>
        <div class="choices"><button type="button" class="choice main" @click=${this.#agree}>${texts.say("agree")}</button></div>`}
      ${this.#mayAsk && !hasBegun ? questionsView(texts.say("suggested"), questions, this) : nothing}
    </div>`;
  }

  #privacyView(): unknown {
    const isLink = /^(?:https?:\/\/|\/(?!\/))/.test(this.privacy);
    return isLink ? html` <a href=${this.privacy} target="_blank" rel="noopener">${this.texts.say("privacy")}<span class="unseen"> (${this.texts.say("newTab")})</span></a>` : nothing;
  }

  readonly #agree = (): void => {
    this.#hasAgreed = true;
    this.requestUpdate();
    void this.updateComplete.then(() => this.focusInput());
  };
}
