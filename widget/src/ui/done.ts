/** What was just done, in words: shown for a few seconds, for those who hear it is told by the voice. */

import { html, nothing } from "lit";
import type { Key, Texts } from "../strings/texts";
import type { Voice } from "./voice";

const GONE_AFTER = 3000; // ms

export class Done {
  #key: Key | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed is called when there is something else to show. */
  constructor(
    private readonly voice: Voice,
    private readonly changed: () => void,
  ) {}

  tell(key: Key): void {
    this.voice.say(key);
    this.#show(key);
  }

  /** It could not be done. */
  warn(key: Key): void {
    this.voice.warn(key);
    this.#show(key);
  }

  view(texts: Texts): unknown {
    return this.#key ? html`<p class="done" aria-hidden="true">${texts.say(this.#key)}</p>` : nothing;
  }

  #show(key: Key | undefined): void {
    clearTimeout(this.#timer);
    this.#key = key;
    if (key) {
      this.#timer = setTimeout(() => this.#show(undefined), GONE_AFTER);
    }
    this.changed();
  }
}
