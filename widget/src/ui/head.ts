/** The head of the panel: its name, its menu, and the question before everything is deleted. */

import { html, nothing, type TemplateResult } from "lit";
import type { Key, Texts } from "../strings/texts";
import { againIcon, binIcon, bookIcon, closeIcon, largerIcon, menuIcon, saveIcon, smallerIcon } from "./icons";

export interface HeadOptions {
  readonly texts: () => Texts;
  readonly changed: () => void;
  /** Moves the focus to the first fit of a selector, once what changed is drawn. */
  readonly focus: (selector: string) => void;
  readonly restart: () => void;
  readonly forget: () => void;
  readonly download: (format: "text" | "json") => void;
  readonly close: () => void;
}

export interface HeadLook {
  readonly name: string;
  readonly level: number;
  /** Whether it can be closed, and made larger. */
  readonly canClose: boolean;
  readonly canGrow: boolean;
}

export class Head {
  isWide = false;
  #isMenuOpen = false;
  #isConfirming = false;

  constructor(private readonly options: HeadOptions) {}

  /** Close what is open. @returns whether something was. */
  leave(): boolean {
    const wasOpen = this.#isMenuOpen || this.#isConfirming;
    this.#isMenuOpen = this.#isConfirming = false;
    if (wasOpen) {
      this.options.changed();
      this.options.focus("#menu");
    }
    return wasOpen;
  }

  /** Close what is open, because the whole panel is. */
  reset(): void {
    this.#isMenuOpen = this.#isConfirming = false;
  }

  template(look: HeadLook): unknown {
    const texts = this.options.texts();
    return html`<div class="head" part="header">
        <span class="mark" aria-hidden="true">${bookIcon}</span>
        <div class="names"><h2 id="name" aria-level=${look.level}>${look.name || texts.say("heading")}</h2><p class="quiet">${texts.say("subtitle")}</p></div>
        ${this.#button("menu", menuIcon, () => this.#turnMenu(), this.#isMenuOpen)}
        ${look.canGrow ? this.#button(this.isWide ? "smaller" : "larger", this.isWide ? smallerIcon : largerIcon, () => this.#turnWide()) : nothing}
        ${look.canClose ? this.#button("close", closeIcon, this.options.close) : nothing}
        ${this.#isMenuOpen ? this.#menuView() : nothing}
      </div>
      ${this.#isConfirming ? this.#confirmView() : nothing}`;
  }

  #button(key: Key, icon: TemplateResult, act: () => void, isExpanded?: boolean): TemplateResult {
    const name = this.options.texts().say(key);
    return html`<button type="button" class="icon" id=${key} aria-expanded=${isExpanded ?? nothing}
      aria-controls=${isExpanded ? "menu-items" : nothing} aria-label=${name} title=${name} @click=${act}>${icon}</button>`;
  }

  #turnMenu(): void {
    this.#isMenuOpen = !this.#isMenuOpen;
    this.options.changed();
  }

  #turnWide(): void {
    this.isWide = !this.isWide;
    this.options.changed();
  }

  #menuView(): TemplateResult {
    const { options } = this;
    const item = (icon: TemplateResult, key: Key, act: () => void) => html`<li>
      <button type="button" class=${key} @click=${() => {
        this.#isMenuOpen = false;
        act();
        options.changed();
      }}>${icon}${options.texts().say(key)}</button></li>`;
    return html`<ul class="menu" id="menu-items" part="menu">
      ${item(againIcon, "restart", options.restart)}
      ${item(saveIcon, "download", () => options.download("text"))}
      ${item(saveIcon, "downloadJson", () => options.download("json"))}
      ${item(binIcon, "forget", () => this.#confirm())}
    </ul>`;
  }

  #confirm(): void {
    this.#isConfirming = true;
    this.options.focus(".ask .danger");
  }

  #confirmView(): TemplateResult {
    const texts = this.options.texts();
    return html`<div class="ask" role="group" aria-labelledby="sure"><p id="sure">${texts.say("forgetSure")}</p><div class="choices">
      <button type="button" class="choice danger" aria-describedby="sure" @click=${this.options.forget}>${texts.say("forgetYes")}</button>
      <button type="button" class="choice" @click=${() => this.leave()}>${texts.say("cancel")}</button></div></div>`;
  }
}
