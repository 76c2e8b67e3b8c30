/** What screen readers are told: live regions in the light DOM, where all of them look. */

const SETTLE = 250; // ms after a move of the focus, until which some readers drop what is said
const GONE_AFTER = 15_000; // ms, so that nobody comes across it again

export class Announcer {
  readonly #polite: HTMLElement[];
  readonly #urgent: HTMLElement;
  #turn = 0;
  readonly #queue: { text: string; language: string }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param host an element with a slot; the regions become its children, empty. */
  constructor(host: HTMLElement) {
    this.#polite = [region("polite"), region("polite")];
    this.#urgent = region("assertive");
    host.append(...this.#polite, this.#urgent);
  }

  /** Say something once, after what is being said. */
  say(text: string, language: string): void {
    this.#queue.push({ text, language });
    this.#timer ??= setTimeout(() => this.#next(), SETTLE);
  }

  /** Say something at once. */
  warn(text: string, language: string): void {
    fill(this.#urgent, text, language);
  }

  /** Two regions take turns, so that equal texts are read again. */
  #next(): void {
    this.#timer = undefined;
    const said = this.#queue.shift();
    if (!said) {
      return;
    }
    this.#polite[this.#turn]!.textContent = "";
    this.#turn = 1 - this.#turn;
    fill(this.#polite[this.#turn]!, said.text, said.language);
    if (this.#queue.length) {
      this.#timer = setTimeout(() => this.#next(), SETTLE);
    }
  }

  remove(): void {
    clearTimeout(this.#timer);
    [...this.#polite, this.#urgent].forEach((node) => node.remove());
  }
}

function fill(node: HTMLElement, text: string, language: string): void {
  node.lang = language;
  node.textContent = text;
  setTimeout(() => {
    if (node.textContent === text) {
      node.textContent = "";
    }
  }, GONE_AFTER);
}

function region(urgency: "polite" | "assertive"): HTMLElement {
  const node = document.createElement("div");
  node.setAttribute("aria-live", urgency);
  node.setAttribute("aria-atomic", "true");
  node.dataset["chatAnnouncer"] = urgency;
  return node;
}
