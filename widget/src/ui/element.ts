/** The chat as an element. Registering it is another module's affair. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { browserChat, isKept } from "../browser-chat";
import type { Chat, News } from "../chat";
import { handover, isAnswering, isSilent, items, type Item, type Note, type Turn, type Wish } from "../model/conversation";
import { answerText, asJson, asText } from "../model/transcript";
import { fetchPassages, fetchTerms } from "../net/glossary";
import { fetchTexts, type Key, Texts, type Values } from "../strings/texts";
import { Composer } from "./composer";
import { ConnectionNotice } from "./connection-notice";
import { Device } from "./device";
import { Done } from "./done";
import type { ChatEvents, Detail } from "./events";
import { greetingView } from "./greeting-view";
import { Head } from "./head";
import { downIcon } from "./icons";
import { Launcher, launcherStyle, sheet } from "./launcher";
import { Openers } from "./openers";
import { isTouched, PanelFocus } from "./panel-focus";
import { Patience } from "./patience";
import { Place } from "./place";
import { Ratings } from "./ratings";
import { saveFile } from "./save-file";
import { loop, Screen } from "./screen";
import { SettingsElement } from "./settings";
import { stepView } from "./step";
import { panelStyle } from "./styles";
import { noteView, turnView, typingView } from "./turn-view";
import { Unfolding } from "./unfolding";
import type { View } from "./view";
import { Voice } from "./voice";

const LONGEST = 2000; // characters of a question, as the gateway has it

export class ChatElement extends SettingsElement implements View {
  #chat: Chat | undefined;
  #chatServer = "";
  #button: Launcher | undefined;
  readonly #composer: Composer;
  readonly #changed = () => this.requestUpdate();
  readonly #voice = new Voice(() => this.texts);
  readonly #done = new Done(this.#voice, this.#changed);
  readonly #screen = new Screen(this.#changed);
  readonly #head = new Head({
    texts: () => this.texts,
    changed: this.#changed,
    focus: (selector) => this.#focusOn(selector),
    restart: () => {
      void this.reset();
      this.focusInput();
    },
    forget: () => {
      void this.#restart(true);
      this.focusInput();
    },
    download: (format) => {
      saveFile(`chat.${format === "json" ? "json" : "txt"}`, this.transcript(format));
      this.#find("#menu")?.focus();
    },
    close: () => this.close(),
  });
  readonly unfolding = new Unfolding((entry) => fetchPassages(this.origin, entry), this.#changed);
  readonly ratings = new Ratings({
    voice: this.#voice,
    done: this.#done,
    send: async ({ id }, verdict, comment) => {
      await this.#made().rate(id, verdict, comment);
      this.#emit("chat-feedback", { id, verdict, comment });
    },
    changed: this.#changed,
    focus: ({ id }) => this.#find(`[data-id="${id}"] .unhelpful`)?.focus(),
    reveal: ({ id }) => void this.updateComplete.then(() => this.#find(`[data-id="${id}"] .reason`)?.scrollIntoView({ block: "nearest" })),
  });
  readonly #terms = (begins: string) => fetchTerms(this.origin, begins, this.texts.language.split("-")[0]!);
  readonly #openers = new Openers({ texts: () => this.texts, given: () => this.suggestions, terms: this.#terms, changed: this.#changed });
  readonly #patience = new Patience(
    (id) => this.#chat?.conversation.turns.find((turn) => turn.id === id)?.progress === "taken",
    (key) => {
      this.#tell(key);
      this.requestUpdate();
    },
  );
  readonly #place = new Place(this.#changed);
  readonly #connection = new ConnectionNotice((key) => this.#tell(key), this.#changed);
  readonly #device = new Device({
    online: () => this.#chat?.status !== "idle" && this.#chat?.connect(),
    offline: () => this.#chat?.wentOffline(),
    seen: () => ["lost", "offline"].includes(this.#chat?.status ?? "") && this.#chat?.connect(),
  });
  readonly #focus = new PanelFocus(() => this.#button!.button);

  /** After a chat is deleted, nothing is sent or kept until somebody asks again. */
  #isAtRest = false;
  #hasAgreed = false;
  #notice: Key | undefined;
  #unread = 0;
  #risesNow = false;

  constructor() {
    super();
    this.#composer = new Composer(this, {
      texts: () => this.texts,
      longest: LONGEST,
      terms: this.#terms,
      send: (text) => this.send(text),
      lastQuestion: () => this.#chat?.conversation.turns.at(-1)?.text ?? "",
      say: (key, values) => this.#voice.say(key, values),
      root: () => this.shadowRoot,
    });
  }

  // ---- For the page

  /** Send a question as if it had been typed. */
  send(text: string): void {
    if (this.#emit("chat-send", { text }, true)) {
      this.#isAtRest = false;
      this.#begin();
      this.#notice = undefined;
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

  destroy(): void {
    this.remove();
  }

  // ---- Life

  protected override createRenderRoot(): ShadowRoot {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet(launcherStyle), sheet(panelStyle)];
    this.#button = new Launcher(root);
    this.#button.button.addEventListener("click", () => this.show());
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#voice.attach(this);
    this.#screen.watch();
    this.#device.watch();
    if (isKept(this.origin)) {
      this.#resume();
    }
    this.#emit("chat-ready", undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#device.unwatch();
    this.#patience.stop();
    this.#connection.stop();
    this.#screen.unwatch();
    this.#voice.detach();
    this.#chat?.destroy();
    this.#chat = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("open") && (changed.get("open") !== undefined || this.open)) {
      this.#turned();
    }
    if (changed.has("server") || this.spoken !== this.texts.language) {
      this.#composer.reset();
      this.#openers.reset();
    }
    this.chooseTexts();
    if ((this.open || this.isPlaced) && this.#mayAsk && !this.#isAtRest) {
      this.#begin();
    }
  }

  protected override updated(changed: PropertyValues): void {
    const { button } = this.#button!;
    this.#button!.label = this.launcher || this.texts.say("launcher");
    this.#button!.isExpanded = this.open;
    this.#button!.unread(this.#unread, this.texts.say("unread", { n: this.#unread }));
    button.hidden = this.open;
    button.dir = this.readingDirection;
    button.lang = this.texts.language;
    const panel = this.#panel;
    if (panel && this.#isWhole) {
      this.#screen.hold(panel);
    } else {
      this.#screen.release();
    }
    if (changed.has("open")) {
      this.#focus.turned(this.open, changed.get("open") === true);
    }
    this.#focus.move(this.isPlaced ? null : panel, this.#composer.input);
    this.#place.drawn(this.#log);
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
      this.#focus.remember(this);
      this.#place.goTo("end");
      this.#countUnread(0);
    }
  }

  get #isWhole(): boolean {
    return this.open && !this.isPlaced && this.#screen.isSmall;
  }

  get #mayAsk(): boolean {
    return !this.consent || this.#hasAgreed || isKept(this.origin);
  }

  get #panel(): HTMLElement | null {
    return this.#find(".panel");
  }

  get #log(): HTMLElement | null {
    return this.#find(".log");
  }

  get #isShown(): boolean {
    return this.open || this.isPlaced;
  }

  #find(selector: string): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;
  }

  /** Move the focus, once what changed is drawn. */
  #focusOn(selector: string): void {
    void this.updateComplete.then(() => this.#find(selector)?.focus());
  }

  // ---- The chat

  /** Somebody wants to use it: connect. */
  #begin(): void {
    const chat = this.#made();
    if (chat.status === "idle") {
      chat.connect();
    }
    if (!chat.conversation.turns.length) {
      void this.#openers.find();
    }
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
    if (this.#chat && this.#chatServer === this.origin) {
      return this.#chat;
    }
    this.#chat?.destroy();
    const server = this.origin;
    this.#chatServer = server;
    this.#chat = browserChat(server, this.transport, () => this.identity);
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
        this.#patience.watch(news.turn);
        break;
      case "answered":
        this.#answered(news.turn);
        break;
      case "noted":
        this.#noted(news.note);
        break;
      case "refused":
        this.#emit("chat-error", { id: news.turn.id, ...news.turn.problem! });
        this.#voice.warn("announceNotSent", { text: news.turn.text });
        break;
      case "restarted":
        this.unfolding.clear();
        this.ratings.reset();
        this.#countUnread(0);
        break;
      case "changed":
        break;
    }
    this.requestUpdate();
  }

  #answered(turn: Turn): void {
    const reply = turn.reply!;
    if (isSilent(reply)) {
      return;
    }
    this.#emit("chat-answer", { id: turn.id, text: turn.text, reply });
    this.#arrived(turn.id, () => this.#voice.answer(reply));
  }

  #noted(note: Note): void {
    if (note.state) {
      this.#emit("chat-handover", { state: note.state, agent: note.agent ?? "" });
    }
    this.#arrived(`note-${note.note}`, () => this.#voice.note(note), note.text !== undefined);
  }

  /** Follow the end of the conversation only if it is what is being read; closed, only count what is new. */
  #arrived(id: string, tell: () => void, counts = true): void {
    if (this.#isShown) {
      this.#place.arrived(id, counts);
      tell();
      return;
    }
    this.#countUnread(this.#unread + (counts ? 1 : 0));
    if (this.#unread) {
      this.#voice.say("unread", { n: this.#unread });
    }
  }

  /** Tell what only matters to who has the chat before them. */
  #tell(key: Key, values?: Values): void {
    if (this.#isShown) {
      this.#voice.say(key, values);
    }
  }

  #countUnread(count: number): void {
    if (count !== this.#unread) {
      this.#unread = count;
      this.#emit("chat-unread", { count });
    }
  }

  async #restart(erase: boolean): Promise<void> {
    const chat = this.#made();
    this.#isAtRest = true;
    this.#head.reset();
    this.#notice = undefined;
    const isDone = await chat.restart(erase).then(() => true, () => false);
    if (erase) {
      this.#notice = isDone ? "forgotten" : "forgottenHere";
      this.#voice.say(this.#notice);
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

  ask(question: string): void {
    this.send(question);
    this.focusInput();
  }

  focusInput(): void {
    (isTouched() ? this.#log : this.#composer.input)?.focus({ preventScroll: true });
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

  copy(turn: Turn): void {
    const copied = navigator.clipboard?.writeText(answerText(turn.reply!)) ?? Promise.reject(new Error("no clipboard"));
    copied.then(() => this.#done.tell("copied"), () => this.#done.warn("notCopied"));
  }

  isSlow(turn: Turn): boolean {
    return this.#patience.isSlow(turn);
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
    if (!this.#head.leave() && !this.isPlaced) {
      this.close();
    }
  }

  // ---- The panel

  protected override render(): unknown {
    return html`<div class="unseen"><slot></slot></div>${this.#isShown && this.hasTexts ? this.#panelView() : nothing}`;
  }

  #panelView(): TemplateResult {
    const isDialog = !this.isPlaced;
    const classes = ["panel", this.#head.isWide && "wide", this.#isWhole && "whole", this.#risesNow && "rises"].filter(Boolean).join(" ");
    return html`<div class=${classes} part="panel" dir=${this.readingDirection} lang=${this.texts.language} tabindex="-1"
      role=${isDialog ? "dialog" : this.isPage ? "main" : "region"} aria-modal=${this.#isWhole ? "true" : nothing} aria-labelledby="name" @keydown=${this.#key}>
      ${this.#head.template({ name: this.heading, level: this.level - 1, canClose: isDialog, canGrow: isDialog && !this.#isWhole })}
      ${this.#stripView()}
      ${this.#logView()}
      ${this.#mayAsk ? html`<div class="foot">
        ${this.#place.hasNewer ? html`<button type="button" class="newer" @click=${this.#toEnd}>${downIcon}${this.texts.say("newAnswer")}</button>` : nothing}
        ${this.#done.view(this.texts)}${this.#composer.template()}</div>` : nothing}
    </div>`;
  }

  #stripView(): unknown {
    const { texts } = this;
    const step = this.#chat && handover(this.#chat.conversation);
    const { text: key, isAway, isLost } = this.#connection;
    const retry = isLost ? html`<button type="button" class="plain" @click=${() => this.#chat?.connect()}>${texts.say("retry")}</button>` : nothing;
    return [
      key ? html`<p class="strip ${isAway ? "bad" : ""}" part="status">${texts.say(key)}${retry}</p>` : nothing,
      this.#chat && !this.#chat.isKept ? html`<p class="strip">${texts.say("notKept")}</p>` : nothing,
      stepView(step, texts, (wish) => void this.#wish(wish)),
    ];
  }

  /** The button that was pressed goes with the step that it belongs to. */
  async #wish(wish: Wish): Promise<void> {
    try {
      await this.#made().wish(wish);
      this.focusInput();
    } catch {
      this.#done.warn("notLeft");
    }
  }

  #logView(): TemplateResult {
    const { texts } = this;
    const conversation = this.#chat?.conversation;
    const past = conversation?.past ?? [];
    return html`<div class="log" part="log" role="log" aria-live="off" aria-label=${texts.say("conversation")} tabindex="0" @scroll=${this.#place.scrolled}>
      ${past.length ? html`${repeat(past, (turn) => turn.id, (turn) => turnView(turn, this))}<p class="divider">${texts.say("newConversation")}</p>` : nothing}
      ${this.#greetingView()}
      ${conversation ? repeat(items(conversation), nameOf, (item) => ("turn" in item ? turnView(item.turn, this) : noteView(item.note, this))) : nothing}
      ${conversation && isAnswering(conversation) ? typingView(this) : nothing}
    </div>`;
  }

  #greetingView(): TemplateResult {
    const { conversation } = this.#chat ?? {};
    const hasBegun = conversation && conversation.turns.length + conversation.notes.length > 0;
    return greetingView({
      notice: this.#notice ? this.texts.say(this.#notice) : "", text: this.greeting, privacy: this.privacy,
      host: this.#mayAsk ? "" : new URL(this.origin).host, questions: hasBegun ? [] : this.#openers.questions, agree: this.#agree,
    }, this);
  }

  readonly #agree = (): void => {
    this.#hasAgreed = true;
    this.requestUpdate();
    void this.updateComplete.then(() => this.focusInput());
  };
}

function nameOf(item: Item): string | number {
  return "turn" in item ? item.turn.id : item.note.note;
}
