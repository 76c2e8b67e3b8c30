/** The card that says what a marked term is: one at a time, beside its mark. */

import { MARK } from "./marks";

export interface Told {
  readonly term: string;
  readonly definition: string;
  readonly address: string;
  readonly language: string;
}

const SHOW_AFTER = 120; // ms of hovering
const HIDE_AFTER = 300; // ms without, so that the pointer can travel to the card
const WORDS: Readonly<Record<string, readonly [more: string, close: string]>> = {
  de: ["Im Glossar lesen", "Schließen"],
  en: ["Read in the glossary", "Close"],
};

const FOCUS = ":focus-visible{outline:2px solid;outline-offset:1px}";
const PAGE_STYLE = `.${MARK}{cursor:help;text-decoration:var(--termwise-underline,underline dotted);text-underline-offset:.2em}.${MARK}${FOCUS}@media print{.${MARK}{text-decoration:none}}`;
const CARD_STYLE = `:host{all:initial;position:fixed;color-scheme:light dark}
[role]{box-sizing:border-box;width:min(24rem,100vw - 1rem);max-height:60vh;overflow:auto;padding:.75rem 1rem;border:1px solid;border-radius:.375rem;background:var(--termwise-paper,light-dark(#fff,#1b1f24));color:var(--termwise-ink,light-dark(#1b1f25,#e7e5e0));font:.9375rem/1.5 var(--termwise-font,system-ui);overflow-wrap:anywhere}
[role]:focus{outline:0}
strong{display:block;padding-inline-end:2rem}
p{margin:.25rem 0}
a{color:var(--termwise-accent,light-dark(#174a7c,#a6cbf0))}
section+section{margin-top:.75rem;border-top:1px solid}
button{position:absolute;inset-block-start:.375rem;inset-inline-end:.375rem;width:2rem;height:2rem;border:0;background:0 0;color:inherit;font:1.25rem system-ui;cursor:pointer}
${FOCUS}`;

export class Card {
  readonly #host = document.createElement("div");
  readonly #root = this.#host.attachShadow({ mode: "open" });
  readonly #box = make("div");
  /** What a screen reader says of the mark; it is beside the card, which it cannot look into. */
  readonly #said = make("span");
  readonly #sheet = sheet(PAGE_STYLE);
  readonly #stop = new AbortController();
  #mark: HTMLElement | null = null;
  #isReturning = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param root where the marks are.
   * @param tell what a mark stands for; nothing if it cannot be had.
   * @param language of the words on the card.
   */
  constructor(
    root: Element,
    private readonly tell: (entries: readonly string[]) => Promise<readonly Told[]>,
    private readonly language: string,
  ) {
    document.adoptedStyleSheets.push(this.#sheet);
    this.#root.adoptedStyleSheets = [sheet(CARD_STYLE)];
    this.#host.popover = "manual";
    this.#host.append(this.#said);
    this.#said.id = `${MARK}-said`;
    this.#box.role = "dialog";
    this.#box.tabIndex = -1;
    this.#root.append(this.#box);
    const on = (target: EventTarget, names: string, act: (event: Event, mark: HTMLElement | null) => void) =>
      names.split(" ").forEach((name) => target.addEventListener(name, (event) =>
        act(event, event.target instanceof Element ? event.target.closest<HTMLElement>(`.${MARK}`) : null), { signal: this.#stop.signal }));
    on(root, "pointerover", (event, mark) => mark && (event as PointerEvent).pointerType === "mouse" && this.#later(() => this.#show(mark), SHOW_AFTER));
    on(root, "pointerout focusout", (_, mark) => mark && this.#leave());
    on(root, "focusin", (_, mark) => !this.#isReturning && mark?.matches(":focus-visible") && this.#show(mark));
    on(root, "click", (_, mark) => mark && this.#enter(mark));
    on(root, "keydown", (event, mark) => {
      if (mark && /^(Enter| )$/.test((event as KeyboardEvent).key)) {
        event.preventDefault();
        this.#enter(mark);
      }
    });
    on(this.#host, "pointerenter", () => clearTimeout(this.#timer));
    on(this.#host, "pointerleave focusout", () => this.#leave());
    on(document, "keydown", (event) => (event as KeyboardEvent).key === "Escape" && this.#mark && this.#hide(true));
    on(document, "pointerdown", (event, mark) => !mark && event.target !== this.#host && this.#hide());
    on(window, "scroll resize", () => this.#place());
  }

  /** Take everything away. */
  remove(): void {
    this.#hide();
    this.#stop.abort();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== this.#sheet);
  }

  #later(act: () => void, ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  /** Hide soon, unless the pointer or the focus is here. */
  #leave(): void {
    this.#later(() => {
      const focused = document.activeElement;
      if (focused !== this.#host && !(focused === this.#mark && focused?.matches(":focus-visible"))) {
        this.#hide();
      }
    }, HIDE_AFTER);
  }

  async #enter(mark: HTMLElement): Promise<void> {
    await this.#show(mark);
    this.#mark === mark && this.#box.focus();
  }

  async #show(mark: HTMLElement): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#mark === mark) {
      return;
    }
    this.#hide();
    this.#mark = mark;
    const told = await this.tell(JSON.parse(mark.dataset["entries"] ?? "[]"));
    if (this.#mark !== mark || !mark.isConnected || !told.length) {
      this.#mark = this.#mark === mark ? null : this.#mark;
      return;
    }
    this.#fill(told);
    mark.after(this.#host);
    mark.ariaExpanded = "true";
    mark.setAttribute("aria-describedby", this.#said.id);
    this.#host.showPopover();
    this.#place();
  }

  #fill(told: readonly Told[]): void {
    const [more, close] = WORDS[this.language.slice(0, 2)] ?? WORDS["en"]!;
    const button = make("button", "×");
    button.ariaLabel = close;
    button.onclick = () => this.#hide(true);
    this.#box.ariaLabel = told[0]!.term;
    this.#box.replaceChildren(button, ...told.map(({ term, definition, address, language }) => {
      const part = make("section");
      const link = make("a", more);
      link.href = address;
      link.target = "_blank";
      link.rel = "noopener";
      const text = make("p", definition);
      part.lang = language;
      part.dir = "auto";
      part.append(make("strong", term), text, link);
      return part;
    }));
    this.#said.textContent = told.map(({ definition }) => definition).join(" ");
  }

  /** Below the mark, or above where there is more room. */
  #place(): void {
    if (!this.#mark) {
      return;
    }
    const at = this.#mark.getClientRects()[0] ?? this.#mark.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const below = at.bottom + height + 12 < innerHeight || at.top < height + 12;
    this.#host.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
    this.#host.style.top = `${below ? at.bottom + 4 : at.top - height - 4}px`;
  }

  #hide(back = false): void {
    clearTimeout(this.#timer);
    const mark = this.#mark;
    const inside = document.activeElement === this.#host;
    this.#mark = null;
    mark?.removeAttribute("aria-describedby");
    mark && (mark.ariaExpanded = "false");
    this.#host.remove();
    if (back && inside) {
      this.#isReturning = true;
      mark?.focus();
      this.#isReturning = false;
    }
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, text = ""): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
