/**
 * Marks the terms of the glossary in a part of any page, and shows what they are.
 *
 *   <script src="https://bot.example.org/widget/underline.js" data-within="main" async></script>
 *
 * The names are fetched once and looked for in the browser: nothing of the page is sent.
 */

import { Card, type Told } from "./card";
import { Marks } from "./marks";
import { type Listed, Names } from "./names";

export interface Options {
  /** The part of the page: an element or a selector (default: `main`, else the whole page). */
  within?: Element | string;
  /** The language of the names (default: that of the page). */
  lang?: string;
  /** Where the assistant is (default: where the script is from). */
  server?: string;
  /** Mark a term once per `section`, once per `page`, or `all` the time. */
  every?: "section" | "page" | "all";
}

export interface Underline {
  /** Look again now; changes of the page are seen without. */
  refresh(): void;
  /** Make the page what it was. */
  undo(): void;
}

const tag = document.currentScript as HTMLScriptElement | null;

/** @throws if the names cannot be had. */
async function underline(options: Options = {}): Promise<Underline> {
  const server = options.server || (tag ? new URL(tag.src).origin : location.origin);
  const language = options.lang || document.documentElement.lang || "en";
  const { names } = await get<{ names: Listed[] }>(`${server}/v1/names?${new URLSearchParams({ language })}`);
  const known = new Names(names, language);
  const told = new Map<string, Promise<Told>>();
  const tell = (entry: string) => {
    const address = `${server}/v1/cards/${encodeURIComponent(entry)}?${new URLSearchParams({ language })}`;
    const found = told.get(entry) ?? get<Told>(address).then((card) => ({ ...card, address: new URL(card.address, server).href }));
    told.set(entry, found);
    found.catch(() => told.delete(entry));
    return found;
  };
  const within = options.within || "main";
  const root = (typeof within === "string" ? document.querySelector(within) : within) ?? document.body;
  const card = new Card(root, (entries) => Promise.all(entries.slice(0, 3).map(tell)).catch(() => []), language);
  const marks = new Marks(root, known, language, options.every || "section");
  return {
    refresh: () => marks.refresh(),
    undo: () => {
      card.remove();
      marks.undo();
    },
  };
}

async function get<Answer>(address: string): Promise<Answer> {
  const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) {
    throw new Error(`${address}: ${response.status}`);
  }
  return response.json() as Promise<Answer>;
}

Object.assign(window, { termwiseUnderline: underline });
if (tag && tag.dataset["auto"] !== "off") {
  const start = () => void underline(tag.dataset as Options).catch((error: unknown) => console.warn("termwise:", error));
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
}
