/**
 * Marks in a part of a page: what stands there is kept in line with its text, which others may change.
 *
 * A text with names in it stays the node it was and keeps what stands before the first; the rest
 * follows in pieces. Who changes or removes that node finds no piece left over.
 */

import type { Match, Names } from "./names";

export const MARK = "termwise-term";
/** What has no marks in it. */
const CLOSED =
  "a,button,select,textarea,label,summary,h1,h2,h3,h4,h5,h6,code,pre,kbd,samp,script,style,svg,math,[contenteditable],[role=button],[role=link],[role=heading],[aria-hidden=true],[translate=no],[data-termwise=off]";
/** Where a term counts as new. */
const SECTION = "section,article,h1,h2,h3,h4,h5,h6,[role=heading]";
const QUIET = 200; // ms without changes, before we look again

interface Split {
  readonly whole: string;
  readonly head: string;
  readonly keys: string;
  readonly pieces: readonly ChildNode[];
}

export class Marks {
  readonly #splits = new Map<Text, Split>();
  readonly #pieces = new WeakSet<Node>();
  readonly #observer = new MutationObserver(() => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), QUIET);
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param root the part of the page.
   * @param every where a term is marked: once per `section`, once per `page`, or `all`.
   */
  constructor(
    private readonly root: Element,
    private readonly names: Names,
    private readonly language: string,
    private readonly every: string,
  ) {
    this.refresh();
    this.#observer.observe(root, { subtree: true, childList: true, characterData: true });
  }

  /** Put marks where they belong by now. */
  refresh(): void {
    for (const [text, split] of this.#splits) {
      if (!text.isConnected || text.data !== split.head) {
        this.#drop(text, split);
      }
    }
    const seen = new Set<string>();
    const walker = this.#walker(() => seen.clear());
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      const split = this.#splits.get(text);
      const matches = this.names.in(split?.whole ?? text.data).filter(({ key }) => this.every === "all" || (!seen.has(key) && seen.add(key)));
      const keys = JSON.stringify(matches);
      if (keys !== (split?.keys ?? "[]")) {
        this.#restore(text);
        this.#mark(text, matches, keys);
      }
    }
    this.#observer.takeRecords();
  }

  /** Make the page what it was, and leave it so. */
  undo(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    [...this.#splits.keys()].forEach((text) => this.#restore(text));
  }

  /** @returns what goes through the texts that may have marks, and tells where a section begins. */
  #walker(begins: () => void): TreeWalker {
    return document.createTreeWalker(this.root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (this.#pieces.has(node)) {
        return NodeFilter.FILTER_REJECT;
      }
      if (!(node instanceof Element)) {
        return NodeFilter.FILTER_ACCEPT;
      }
      if (this.every === "section" && node.matches(SECTION)) {
        begins();
      }
      const lang = node.getAttribute("lang");
      const other = lang && short(lang) !== short(this.language);
      return other || node.matches(CLOSED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
  }

  #mark(text: Text, matches: readonly Match[], keys: string): void {
    if (!matches.length) {
      return;
    }
    const whole = text.data;
    const pieces: ChildNode[] = [];
    matches.forEach(({ from, to, entries }, at) => {
      const mark = document.createElement("span");
      mark.className = MARK;
      mark.tabIndex = 0;
      mark.setAttribute("role", "button");
      mark.setAttribute("aria-expanded", "false");
      mark.dataset["entries"] = JSON.stringify(entries);
      mark.append(whole.slice(from, to));
      pieces.push(mark, document.createTextNode(whole.slice(to, matches[at + 1]?.from)));
    });
    pieces.forEach((piece) => this.#pieces.add(piece));
    text.after(...pieces);
    text.data = whole.slice(0, matches[0]!.from);
    this.#splits.set(text, { whole, head: text.data, keys, pieces });
  }

  #restore(text: Text): void {
    const split = this.#splits.get(text);
    if (split) {
      this.#drop(text, split);
      text.data = split.whole;
    }
  }

  #drop(text: Text, { pieces }: Split): void {
    pieces.forEach((piece) => piece.remove());
    this.#splits.delete(text);
  }
}

function short(language: string): string {
  return language.slice(0, 2).toLowerCase();
}
