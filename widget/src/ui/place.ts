/** Where in the conversation somebody reads: what arrives is followed only from its end. */

const AT_END = 48; // px from the end that still count as the end
const ABOVE = 12; // px shown above what is gone to

export class Place {
  /** Whether something arrived below what is being read. */
  hasNewer = false;
  #isAtEnd = true;
  #wish: string | undefined;
  #log: HTMLElement | null = null;

  /** Who reads the end goes on reading it when there is less room. */
  readonly #resized = new ResizeObserver(() => {
    if (this.#isAtEnd && this.#log) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  });

  /** @param changed is called when `hasNewer` has. */
  constructor(private readonly changed: () => void) {}

  /** Something arrived: it is gone to if the end is being read, else said to be there if it `counts`. */
  arrived(id: string, counts: boolean): void {
    if (this.#isAtEnd) {
      this.#wish = id;
    } else {
      this.hasNewer ||= counts;
    }
  }

  /** Go to something, or to the `end`, with the next drawing. */
  goTo(id: string): void {
    this.#wish = id;
    this.hasNewer = false;
  }

  readonly scrolled = (): void => {
    const log = this.#log;
    if (!log) {
      return;
    }
    this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < AT_END;
    if (this.#isAtEnd && this.hasNewer) {
      this.hasNewer = false;
      this.changed();
    }
  };

  /** The conversation was drawn: go to the beginning of what was wished for, or as far as it goes. */
  drawn(log: HTMLElement | null): void {
    if (log !== this.#log) {
      this.#resized.disconnect();
      this.#log = log;
      if (log) {
        this.#resized.observe(log);
      }
    }
    if (!log?.clientHeight || !this.#wish) {
      return;
    }
    const found = log.querySelector(`[data-id="${this.#wish}"]`);
    const top = found ? found.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop - ABOVE : Infinity;
    log.scrollTop = Math.min(top, log.scrollHeight - log.clientHeight);
    this.#wish = undefined;
    this.#isAtEnd = true;
  }
}
