/** Words of a text, in the form in which the inflected forms of one are equal: as the server folds. */

export interface Word {
  readonly from: number;
  readonly to: number;
  readonly stem: string;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*[+#]*/gu;
const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", "’": "'" };

export function wordsOf(text: string, language: string): Word[] {
  return [...text.matchAll(WORD)].map((found) => {
    const word = found[0].replace(/^([A-Z]{2,})s$/, "$1");
    const folded = fold(word);
    return { from: found.index, to: found.index + found[0].length, stem: /^de/i.test(language) ? german(folded) : singular(folded) };
  });
}

function fold(word: string): string {
  return word.normalize("NFKC").toLowerCase().replace(/[äöüß’]/g, (sign) => UMLAUTS[sign] ?? sign).normalize("NFKD").replace(/\p{M}/gu, "");
}

/** The S-stemmer (Harman 1991); what it gives is no word. */
function singular(word: string): string {
  const long = word.length > 3;
  let stem = word;
  if (long && word.endsWith("'s")) {
    stem = word.slice(0, -2);
  } else if (long && /[^sui]s$/.test(word)) {
    stem = word.slice(0, -1);
  }
  if (stem.length > 4 && stem.endsWith("ie")) {
    return `${stem.slice(0, -2)}y`;
  }
  return stem.length > 3 && /(she|che|xe|sse)$/.test(stem) ? stem.slice(0, -1) : stem;
}

/** One ending, if four letters stay (after Savoy 2006); the n of "Impression" is none. */
function german(word: string): string {
  return word.replace(/(?<=^.{4,})(?:ern|en|er|es|em|e|(?<=e|el|er)n|s)$/, "");
}
