/** The glossary that is served: passages for citations, names for suggestions while typing. */

import { isFields, list, number, text } from "../model/contract";
import type { Passage } from "../model/passage";
import { readTerms, type Term } from "../model/terms";

/** @returns the sections of an entry in all its languages. @throws if it cannot be had. */
export async function fetchPassages(server: string, entry: string): Promise<Passage[]> {
  return readPassages(await get(`${server}/v1/entries/${encodeURIComponent(entry)}`));
}

async function get(address: string): Promise<unknown> {
  const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}

export function readPassages(entry: unknown): Passage[] {
  const texts = isFields(entry) ? entry["texts"] : undefined;
  if (!isFields(texts)) {
    return [];
  }
  return Object.entries(texts).flatMap(([language, sections]) =>
    list(sections, (section) =>
      isFields(section)
        ? { language, kind: text(section["kind"]), heading: text(section["heading"]), text: text(section["text"]) }
        : undefined,
    ),
  );
}

const MOST_NAMES = 1000;

/**
 * Fetch the names of the glossary that begin in some way.
 *
 * @returns the names, and whether these are all. @throws if they cannot be had.
 */
export async function fetchTerms(server: string, begins: string, language: string): Promise<{ terms: Term[]; all: boolean }> {
  const query = new URLSearchParams({ begins, limit: String(MOST_NAMES), ...(language ? { language } : {}) });
  const found = await get(`${server}/v1/terms?${query}`);
  const listed = isFields(found) ? found["terms"] : undefined;
  const terms = Array.isArray(listed) ? listed.flatMap((term: unknown) => readTerms([term])) : [];
  return { terms, all: isFields(found) && number(found["total"]) <= terms.length };
}
