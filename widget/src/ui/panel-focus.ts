/** The focus when the panel opens and closes: into it, and back to what opened it; it never moves else. */

export function isTouched(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}

export class PanelFocus {
  #opener: Element | null = null;
  #moves: "in" | "out" | undefined;

  /** @param otherwise gives what gets the focus where nothing is known to have opened the panel. */
  constructor(private readonly otherwise: () => HTMLElement) {}

  /** @param host the element itself, which is no opener. */
  remember(host: HTMLElement): void {
    const active = document.activeElement;
    this.#opener = active === host || active === document.body ? null : active;
  }

  turned(isOpen: boolean, wasOpen: boolean): void {
    this.#moves = isOpen ? "in" : wasOpen ? "out" : undefined;
  }

  /**
   * Move it, once what was opened or closed is drawn.
   *
   * @param panel null while there is none to move into.
   * @param input where one writes: on a touched screen the keyboard waits until it is wanted.
   */
  move(panel: HTMLElement | null, input: HTMLElement | null): void {
    if (this.#moves === "in" && panel) {
      ((isTouched() ? null : input) ?? panel).focus({ preventScroll: true });
      this.#moves = undefined;
    } else if (this.#moves === "out") {
      const opener = this.#opener?.isConnected ? (this.#opener as HTMLElement) : this.otherwise();
      opener.focus({ preventScroll: true });
      this.#moves = undefined;
    }
  }
}
