/** The texts in one language: chosen, completed and filled in. */

import { en, type Strings } from "./en";

const known = new Map<string, Strings>([["en", en]]);
/** Languages that are fetched when somebody speaks them. */
const MORE: Readonly<Record<string, () => Promise<Strings>>> = {
  de: async () => (await import("./de")).de,
};
const RIGHT_TO_LEFT = /^(?:ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/i;

export type Values = Readonly<Record<string, string | number>>;
export type Key = keyof Strings;

export class Texts {
  private readonly strings: Strings;
  private readonly plurals: Intl.PluralRules;

  /**
   * @param language a tag such as `de-AT`; English where its texts are not known.
   * @param own texts of the host page, which come first; any of them may be missing.
   */
  constructor(readonly language: string, own: Partial<Strings> = {}) {
    this.strings = { ...(known.get(primary(language)) ?? en), ...own };
    this.plurals = new Intl.PluralRules(canonical(language));
  }

  say(key: Key, values: Values = {}): string {
    const text = this.strings[key];
    const form = typeof text === "string" ? text : (text[this.plurals.select(Number(values["n"]))] ?? text.other);
    return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }

  time(at: number): string {
    return new Intl.DateTimeFormat(local(this.language), { hour: "2-digit", minute: "2-digit" }).format(at);
  }
}

function primary(language: string): string {
  return language.split("-")[0]!.toLowerCase();
}

/** @returns what ends when the texts of a language are there or cannot be had; undefined if nothing is to be waited for. */
export function fetchTexts(language: string): Promise<void> | undefined {
  const name = primary(language);
  const fetch = known.has(name) ? undefined : MORE[name];
  return fetch?.().then(
    (strings) => void known.set(name, strings),
    () => void known.set(name, en),
  );
}

export function direction(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
}

/** The visitor's own variety of a language, which says how times are written. */
function local(language: string): string {
  return navigator.languages.find((own) => primary(own) === primary(language)) ?? canonical(language);
}

function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? "en";
  } catch {
    return "en";
  }
}
