/** Markdown as a small tree of our own: what is not in it cannot reach the page. */

import { Lexer, type Token, type Tokens } from "marked";

export type Inline =
  | { readonly type: "text"; readonly text: string; readonly marked: boolean }
  | { readonly type: "strong" | "em" | "del"; readonly parts: readonly Inline[] }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "link"; readonly href: string; readonly parts: readonly Inline[] }
  | { readonly type: "citation"; readonly n: number }
  | { readonly type: "break" };

export type Block =
  | { readonly type: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly type: "heading"; readonly parts: readonly Inline[] }
  | { readonly type: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly (readonly Block[])[] }
  | { readonly type: "quote"; readonly blocks: readonly Block[] }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "table"; readonly head: readonly (readonly Inline[])[]; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly type: "rule" };

/** Two characters of the private use area around what is to be highlighted. */
export const MARK_BEGINS = "\uE000";
export const MARK_ENDS = "\uE001";

const DEEPEST = 8;
const LONGEST = 20_000;
const SAFE_LINK = /^(?:https?:\/\/|mailto:)[^\s\u0000-\u001f]+$/i;

/**
 * Read Markdown.
 *
 * @param source untrusted text; HTML in it stays text.
 * @param citations the numbers in square brackets that are citations.
 */
export function read(source: string, citations: ReadonlySet<number> = new Set()): Block[] {
  const cut = source.slice(0, LONGEST);
  try {
    return new Reader(citations).blocks(new Lexer({ gfm: true }).lex(cut), 0);
  } catch {
    return [{ type: "paragraph", parts: [{ type: "text", text: cut, marked: false }] }];
  }
}

class Reader {
  #marking = false;

  constructor(private readonly citations: ReadonlySet<number>) {}

  blocks(tokens: readonly Token[], depth: number): Block[] {
    return tokens.flatMap((token) => this.#block(token, depth) ?? []);
  }

  #block(token: Token, depth: number): Block | undefined {
    if (depth > DEEPEST) {
      return { type: "paragraph", parts: this.#text(token.raw) };
    }
    switch (token.type) {
      case "space":
      case "def":
        return undefined;
      case "hr":
        return { type: "rule" };
      case "heading":
        return { type: "heading", parts: this.#inlines(token.tokens ?? [], depth) };
      case "code":
        return { type: "code", text: unmarked((token as Tokens.Code).text) };
      case "blockquote":
        return { type: "quote", blocks: this.blocks(token.tokens ?? [], depth + 1) };
      case "list":
        return this.#list(token as Tokens.List, depth);
      case "table":
        return this.#table(token as Tokens.Table, depth);
      case "paragraph":
      case "text":
        return { type: "paragraph", parts: this.#content(token, depth) };
      default:
        return { type: "paragraph", parts: this.#text(token.raw.trimEnd()) };
    }
  }

  #content(token: Token, depth: number): Inline[] {
    const inner = (token as Tokens.Text).tokens;
    return inner ? this.#inlines(inner, depth) : this.#text(decoded((token as Tokens.Text).text));
  }

  #list(token: Tokens.List, depth: number): Block {
    const items = token.items.map((item) => this.blocks(item.tokens, depth + 1));
    return { type: "list", ordered: token.ordered, start: Number(token.start) || 1, items };
  }

  #table(token: Tokens.Table, depth: number): Block {
    const cell = (found: Tokens.TableCell) => this.#inlines(found.tokens, depth);
    return { type: "table", head: token.header.map(cell), rows: token.rows.map((row) => row.map(cell)) };
  }

  #inlines(tokens: readonly Token[], depth: number): Inline[] {
    return tokens.flatMap((token) => this.#inline(token, depth + 1));
  }

  #inline(token: Token, depth: number): Inline[] {
    if (depth > 3 * DEEPEST) {
      return this.#text(token.raw);
    }
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return [{ type: token.type, parts: this.#inlines((token as Tokens.Strong).tokens, depth) }];
      case "codespan":
        return [{ type: "code", text: unmarked((token as Tokens.Codespan).text) }];
      case "br":
        return [{ type: "break" }];
      case "escape":
        return this.#text((token as Tokens.Escape).text);
      case "link":
        return this.#link(token as Tokens.Link, depth);
      case "text":
        return this.#content(token, depth);
      default:
        return this.#text(token.raw); // HTML and pictures are shown as they are written
    }
  }

  #link(token: Tokens.Link, depth: number): Inline[] {
    const href = unmarked(token.href);
    return SAFE_LINK.test(href)
      ? [{ type: "link", href, parts: this.#inlines(token.tokens, depth) }]
      : this.#text(token.raw);
  }

  /** Cut text at citations and at the ends of what is to be highlighted. */
  #text(source: string): Inline[] {
    const found: Inline[] = [];
    for (const piece of source.split(/(\[\d{1,3}\]|[\uE000\uE001])/)) {
      const n = Number(/^\[(\d{1,3})\]$/.exec(piece)?.[1] ?? 0);
      if (piece === MARK_BEGINS || piece === MARK_ENDS) {
        this.#marking = piece === MARK_BEGINS;
      } else if (this.citations.has(n)) {
        found.push({ type: "citation", n });
      } else if (piece) {
        found.push({ type: "text", text: piece, marked: this.#marking });
      }
    }
    return found;
  }
}

function unmarked(source: string): string {
  return source.replaceAll(/[\uE000\uE001]/g, "");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The five escapes that Markdown shares with HTML; the lexer leaves them to the renderer. */
function decoded(source: string): string {
  return source.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** The text of a tree without its markup, for screen readers and copies. */
export function plain(blocks: readonly Block[]): string {
  return blocks.map(plainBlock).filter(Boolean).join("\n\n");
}

function plainBlock(block: Block): string {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return plainInline(block.parts);
    case "list":
      return block.items.map((item) => plain(item).replaceAll("\n\n", "\n")).join("\n");
    case "quote":
      return plain(block.blocks);
    case "code":
      return block.text;
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(plainInline).join(", ")).join("\n");
    case "rule":
      return "";
  }
}

export function plainInline(parts: readonly Inline[]): string {
  const said = parts.map((part) => {
    switch (part.type) {
      case "text":
      case "code":
        return part.text;
      case "break":
        return "\n";
      case "citation":
        return "";
      default:
        return plainInline(part.parts);
    }
  });
  return said.join("").replaceAll(/[ \t]+/g, " ").trim();
}

/** The citations that stand in a block, in their order. */
export function cited(block: Block): number[] {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return inlineCitations(block.parts);
    case "list":
      return block.items.flatMap((item) => item.flatMap(cited));
    case "quote":
      return block.blocks.flatMap(cited);
    case "table":
      return [block.head, ...block.rows].flatMap((row) => row.flatMap(inlineCitations));
    default:
      return [];
  }
}

function inlineCitations(parts: readonly Inline[]): number[] {
  return parts.flatMap((part) => {
    if (part.type === "citation") {
      return [part.n];
    }
    return "parts" in part ? inlineCitations(part.parts) : [];
  });
}
