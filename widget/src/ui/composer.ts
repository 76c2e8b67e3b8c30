/** The input: a text field that grows, and the names of the glossary that fit what is typed. */

import { html, nothing, type ReactiveControllerHost, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { accept, fitting, type Fragment, fragments, type Term } from "../model/terms";
import type { Key, Texts, Values } from "../strings/texts";
import { sendIcon } from "./icons";

const MOST_SUGGESTIONS = 6;
const COUNT_FROM = 0.9; // of the longest message
const PAUSE = 120; // ms without a key until names are looked up
const MOST_LINES = 5;
const STEM = 2; // letters by which names are fetched

export interface ComposerOptions {
  readonly texts: () => Texts;
  readonly longest: number;
  readonly terms: (begins: string) => Promise<{ terms: Term[]; all: boolean }>;
  readonly send: (text: string) => void;
  readonly lastQuestion: () => string;
  readonly say: (key: Key, values: Values) => void;
  readonly root: () => ShadowRoot | null;
}

interface Offer {
  readonly fragment: Fragment;
  readonly terms: readonly Term[];
}

export class Composer {
  #draft = "";
  #offer: Offer | undefined;
  #active = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  readonly #fetched = new Map<string, Promise<{ terms: Term[]; all: boolean }>>();
  #warned = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly options: ComposerOptions,
  ) {}

  get isOffering(): boolean {
    return this.#offer !== undefined;
  }

  get input(): HTMLTextAreaElement | null {
    return this.options.root()?.querySelector<HTMLTextAreaElement>("#input") ?? null;
  }

  /** Put text into the input, to be changed by hand. */
  write(text: string): void {
    this.#draft = text;
    this.close();
    this.host.requestUpdate();
    void this.host.updateComplete.then(() => {
      this.#grow();
      this.input?.setSelectionRange(text.length, text.length);
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#offer = undefined;
    this.#active = -1;
    this.host.requestUpdate();
  }

  /** Forget names that were fetched: the language or the server is another. */
  reset(): void {
    this.#fetched.clear();
    this.close();
  }

  template(): TemplateResult {
    const texts = this.options.texts();
    const over = this.#draft.length - this.options.longest;
    const counted = this.#draft.length >= this.options.longest * COUNT_FROM;
    return html`<form class="composer" part="composer" @submit=${this.#submit}>
      ${this.#listView(texts)}
      <label for="input" class="unseen">${texts.say("label")}</label>
      <textarea id="input" part="input" rows="1" enterkeyhint="send" autocomplete="off" dir="auto" placeholder=${texts.say("placeholder")}
        aria-autocomplete="list" aria-controls=${this.#offer ? "terms" : nothing} aria-haspopup="listbox"
        aria-activedescendant=${this.#offer && this.#active >= 0 ? `term-${this.#active}` : nothing}
        aria-describedby=${counted ? "counter" : nothing} aria-invalid=${over > 0 ? "true" : nothing}
        .value=${live(this.#draft)} @input=${this.#typed} @keydown=${this.#key} @blur=${() => setTimeout(() => this.close(), 150)}></textarea>
      <button type="submit" class="send" part="send" aria-label=${texts.say("send")} aria-disabled=${over > 0 || !this.#draft.trim()}>${sendIcon}</button>
      ${counted ? html`<p id="counter" class="counter ${over > 0 ? "over" : ""}">${over > 0 ? texts.say("tooLong", { n: over }) : texts.say("counter", { n: this.#draft.length, most: this.options.longest })}</p>` : nothing}
    </form>`;
  }

  #listView(texts: Texts): TemplateResult | typeof nothing {
    if (!this.#offer) {
      return nothing;
    }
    const { terms } = this.#offer;
    return html`<ul id="terms" class="terms" part="terms" role="listbox" aria-label=${texts.say("terms")}>
      ${terms.map((term, place) => html`<li id="term-${place}" role="option" aria-selected=${place === this.#active}
        @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => this.#take(place)}>${term.text}</li>`)}
    </ul>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    const text = this.#draft.trim();
    if (!text || this.#draft.length > this.options.longest) {
      return;
    }
    this.write("");
    this.options.send(text);
  }

  readonly #typed = (event: Event): void => {
    this.#draft = (event.target as HTMLTextAreaElement).value;
    this.#grow();
    this.#tellLength();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), PAUSE);
    this.host.requestUpdate();
  };

  /** Say once when the end of what can be sent is near, and once when it is passed. */
  #tellLength(): void {
    const over = this.#draft.length - this.options.longest;
    if (over > 0 && !this.#warned) {
      this.options.say("tooLong", { n: over });
    }
    this.#warned = over > 0;
  }

  #grow(): void {
    const { input } = this;
    if (input) {
      input.rows = 1;
      const line = Number.parseFloat(getComputedStyle(input).lineHeight) || 24;
      input.rows = Math.min(MOST_LINES, Math.max(1, Math.round((input.scrollHeight - 20) / line)));
    }
  }

  async #look(): Promise<void> {
    const now = ++this.#asked;
    const offer = await this.#found(this.#draft, this.input?.selectionStart ?? 0);
    if (now !== this.#asked) {
      return;
    }
    const before = this.#offer?.terms.length ?? 0;
    this.#offer = offer;
    this.#active = -1;
    if (offer && offer.terms.length !== before) {
      this.options.say("termsFound", { n: offer.terms.length });
    }
    this.host.requestUpdate();
  }

  /** The longest end of the text that is the beginning of a name wins. */
  async #found(typed: string, caret: number): Promise<Offer | undefined> {
    for (const fragment of fragments(typed, caret)) {
      const terms = fitting(await this.#beginning(fragment.text), fragment.text, MOST_SUGGESTIONS);
      if (terms.length) {
        return { fragment, terms };
      }
    }
    return undefined;
  }

  async #beginning(text: string): Promise<readonly Term[]> {
    const stem = await this.#fetch(text.slice(0, STEM));
    return stem.all ? stem.terms : (await this.#fetch(text)).terms;
  }

  #fetch(begins: string): Promise<{ terms: Term[]; all: boolean }> {
    const key = begins.toLowerCase();
    const known = this.#fetched.get(key) ?? this.options.terms(key).catch(() => {
      this.#fetched.delete(key);
      return { terms: [], all: true };
    });
    this.#fetched.set(key, known);
    return known;
  }

  #take(place: number): void {
    const term = this.#offer?.terms[place];
    if (this.#offer && term) {
      this.write(accept(this.#draft, this.#offer.fragment, term.text));
      this.input?.focus();
    }
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) {
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.#offer && this.#active >= 0) {
        this.#take(this.#active);
      } else {
        this.#send();
      }
    } else if (event.key === "Escape" && this.#offer) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#arrow(event);
    }
  };

  #arrow(event: KeyboardEvent): void {
    if (this.#offer) {
      event.preventDefault();
      const count = this.#offer.terms.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than there are names: the input itself.
      this.#active = ((this.#active + 1 + step + count + 1) % (count + 1)) - 1;
      this.host.requestUpdate();
    } else if (event.key === "ArrowUp" && !this.#draft && this.options.lastQuestion()) {
      event.preventDefault();
      this.write(this.options.lastQuestion());
    }
  }
}
