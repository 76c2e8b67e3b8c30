/** What the page sets on the element, and what follows from it. */

import { LitElement, type PropertyDeclarations } from "lit";
import type { Strings } from "../strings/en";
import { direction, fetchTexts, Texts } from "../strings/texts";

export class SettingsElement extends LitElement {
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

  /** The texts in the language of the page. */
  texts = new Texts("en");
  /** Whether these are there: the panel waits for the first, a change of language for the new ones. */
  protected hasTexts = false;
  #strings: Partial<Strings> = {};

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
  }

  /** Texts of your own; those that are missing stay as they are. */
  setStrings(strings: Partial<Strings>): void {
    this.#strings = strings;
    this.requestUpdate();
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang", "dir"];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    if (name === "lang" || name === "dir") {
      this.requestUpdate();
    }
  }

  protected chooseTexts(): void {
    const language = this.spoken;
    const fetched = fetchTexts(language);
    if (!fetched) {
      this.texts = new Texts(language, this.#strings);
      this.hasTexts = true;
    }
    void fetched?.then(() => this.requestUpdate());
  }

  protected get origin(): string {
    return (this.server || window.location.origin).replace(/\/+$/, "");
  }

  protected get spoken(): string {
    return this.lang || this.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang || "en";
  }

  protected get readingDirection(): "ltr" | "rtl" {
    return this.dir === "rtl" || this.dir === "ltr" ? this.dir : direction(this.texts.language);
  }

  /** Whether it has a place on the page instead of floating above it. */
  protected get isPlaced(): boolean {
    return this.isPage || this.mode === "inline";
  }

  protected get isPage(): boolean {
    return this.mode === "page";
  }

  /** Level of the headings of what is said. */
  get level(): number {
    return this.isPage ? 2 : 3;
  }

  /** Where an entry can be read; empty if nowhere. */
  entryAddress(entry: string): string {
    const pattern = this.entries || `${this.origin}/terms/{id}`;
    const address = pattern.replaceAll("{id}", encodeURIComponent(entry));
    return /^(?:https?:\/\/|\/(?!\/))/.test(address) ? address : "";
  }
}
