/** A panel that fills a small screen: its size above the keyboard, the page behind it at rest. */

const SMALL = "(max-width: 639px)";

export class Screen {
  private readonly query = window.matchMedia(SMALL);
  private before: string | undefined;

  /** @param changed is called when the screen becomes small or large. */
  constructor(private readonly changed: () => void) {}

  get isSmall(): boolean {
    return this.query.matches;
  }

  watch(): void {
    this.query.addEventListener("change", this.changed);
  }

  /** Follow the part of the screen that the keyboard leaves free, and keep the page from scrolling. */
  hold(panel: HTMLElement): void {
    const root = document.documentElement;
    this.before ??= root.style.overflow;
    root.style.overflow = "hidden";
    const fit = () => {
      const seen = window.visualViewport;
      panel.style.setProperty("--_height", `${seen?.height ?? window.innerHeight}px`);
      panel.style.setProperty("--_top", `${seen?.offsetTop ?? 0}px`);
    };
    this.fit ??= fit;
    window.visualViewport?.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("scroll", this.fit);
    fit();
  }

  private fit: (() => void) | undefined;

  release(): void {
    if (this.fit) {
      window.visualViewport?.removeEventListener("resize", this.fit);
      window.visualViewport?.removeEventListener("scroll", this.fit);
      this.fit = undefined;
    }
    if (this.before !== undefined) {
      document.documentElement.style.overflow = this.before;
      this.before = undefined;
    }
  }

  unwatch(): void {
    this.query.removeEventListener("change", this.changed);
    this.release();
  }
}

const FOCUSABLE = 'button:not([disabled]), a[href], textarea, input, summary, [tabindex="0"]';

/** Keep Tab within a panel. */
export function loop(event: KeyboardEvent, panel: HTMLElement, root: ShadowRoot): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((node) => node.offsetParent !== null || node.getClientRects().length);
  const first = stops[0];
  const last = stops.at(-1);
  const from = root.activeElement;
  if (event.shiftKey && (from === first || from === panel)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && from === last) {
    event.preventDefault();
    first?.focus();
  }
}
