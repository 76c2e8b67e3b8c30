import { describe, expect, it } from "vitest";
import { type Listed, Names } from "../../src/underline/names";
import { wordsOf } from "../../src/underline/words";
import stems from "./stems.json";

describe("words", () => {
  for (const [language, known] of Object.entries(stems)) {
    it.each(Object.entries(known))(`are folded as the server folds them: ${language} %s`, (word, stem) => {
      expect(wordsOf(word, language)).toEqual([{ from: 0, to: word.length, stem }]);
    });
  }

  it("have their places, whatever stands between", () => {
    const text = "Hi, 🙂 “co-op”\u00a0x_y";
    expect(wordsOf(text, "en").map(({ from, to }) => text.slice(from, to))).toEqual(["Hi", "co", "op", "x", "y"]);
  });
});

const LISTED: Listed[] = [
  ["rain barrel", "", "barrel"], ["rain", "", "rain"], ["it", "IT", "it"], ["wi fi", "", "wifi"], ["bed", "", "a", "b"],
  ["802 11", "802.11", "wlan"], ["rain barrel tap", "", "tap"],
];

function found(text: string): string[] {
  return new Names(LISTED, "en").in(text).map(({ from, to }) => text.slice(from, to));
}

describe("names", () => {
  it("are found in any form, the longest one", () => {
    expect(found("Rain barrels hold rain; the rain barrel's tap, RAIN BARREL TAPS")).toEqual([
      "Rain barrels", "rain", "rain barrel's tap", "RAIN BARREL TAPS",
    ]);
  });

  it("are found with hyphens, dots and line ends in them", () => {
    expect(found("Wi-Fi, Wi Fi, wi\nfi, WiFi, rain-barrel, 802.11")).toEqual(["Wi-Fi", "Wi Fi", "wi\nfi", "rain-barrel", "802.11"]);
  });

  it("do not go over the end of a sentence", () => {
    expect(found("It was rain. Barrel, wi. Fi")).toEqual(["rain"]);
  });

  it("that are abbreviations count only as they are written", () => {
    expect(found("Does it need IT, or ITs, or It?")).toEqual(["IT", "ITs"]);
  });

  it("of several entries name them all", () => {
    expect(new Names(LISTED, "en").in("a bed")[0]?.entries).toEqual(["a", "b"]);
  });

  it("are not looked for inside of words", () => {
    expect(found("raining brain bedrock")).toEqual([]);
  });

  it("like those of every object are none", () => {
    expect(new Names([["constructor", "", "x"]], "en").in("toString __proto__ constructor hasOwnProperty")).toHaveLength(1);
  });

  it("are found in a long text of one word again and again", () => {
    expect(found("rain ".repeat(20_000))).toHaveLength(20_000);
  });
});
