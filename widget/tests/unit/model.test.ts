/** What is shown of an answer, and what is read of untrusted text. */

import { describe, expect, it } from "vitest";
import { delay } from "../../src/model/backoff";
import { readAnswer, readMessage } from "../../src/model/contract";
import { addNote, type Conversation, empty, items, merge, put, type Reply, type Turn } from "../../src/model/conversation";
import { read as readKept, write } from "../../src/model/kept";
import { type Block, cited, plain, read } from "../../src/model/markdown";
import { marked, slice } from "../../src/model/passage";
import { reading, withoutSources } from "../../src/model/reading";
import { accept, fitting, fragments } from "../../src/model/terms";
import { answerText, asJson, asText } from "../../src/model/transcript";
import { readTurn } from "../../src/model/wire";

const citation = (n: number, length: number, more = {}) => ({
  n, entry: "sms", section: "definition", heading: "", file: "sms.md", line: 23, offset: 0, length, glossary_version: "0", ...more,
});

function answer(text: string, custom = {}): Reply {
  const message = readMessage({
    text,
    custom: {
      version: 1, kind: "answer", question_type: "define", language: "en", concepts: [{ id: "sms", term: "SMS" }], sections: [],
      citations: [], confidence: 1, alternatives: [], related: [], suggestions: [], ...custom,
    },
  })!;
  return { ...message, outcome: "answered", at: 0 };
}

describe("Markdown", () => {
  const all = new Set([1, 2]);

  it("knows the numbers that are citations, and no others", () => {
    const [block] = read("SMS is a service. [1] See [7].", all);
    expect(cited(block!)).toEqual([1]);
    expect(plain([block!])).toBe("SMS is a service. See [7].");
  });

  it.each([
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html,x)",
    "[x](vbscript:x)", "![x](https://example.org/x.png)", "a <b>b</b> c", "[x](//example.org)", "[x](file:///etc/passwd)",
  ])("shows %s as it is written", (source) => {
    expect(plain(read(source))).toBe(source);
    expect(JSON.stringify(read(source))).not.toContain('"link"');
  });

  it("links to pages and addresses", () => {
    const [block] = read("[a](https://example.org/) [b](mailto:a@example.org)");
    const links = (block as Extract<Block, { type: "paragraph" }>).parts.filter((part) => part.type === "link");
    expect(links.map((link) => link.href)).toEqual(["https://example.org/", "mailto:a@example.org"]);
  });

  it.each([">".repeat(5000), "*a ".repeat(3000), "[".repeat(5000), "- ".repeat(2000), "`".repeat(3001), "|a".repeat(2000)])(
    "reads what is made to be slow (%#)",
    (source) => {
      expect(read(source).length).toBeGreaterThan(0);
    },
  );

  it("reads tables, lists and code", () => {
    const source = "| a | b |\n|---|---|\n| c | d |\n\n1. one\n2. two\n\n```\n<x>\n```";
    expect(read(source).map((block) => block.type)).toEqual(["table", "list", "code"]);
    expect(plain(read(source))).toBe("a, b\nc, d\n\none\ntwo\n\n<x>");
  });
});

describe("a citation", () => {
  it("stands for the words before its number, counted in characters", () => {
    const text = "**T**\n\nA 😀 is a sign. [1]\n\nMore. [2]";
    const cite = readAnswer(answerWith([citation(1, 14)]))!.citations[0]!;
    expect(slice(text, cite)).toBe("A 😀 is a sign.");
  });

  it("stands for what is below a heading that has its number", () => {
    const text = "**Users** [1]\n\n- One.\n- Two.\n\nSources: [1] sms.md, line 3";
    const cite = readAnswer(answerWith([citation(1, 13, { section: "users", heading: "Users" })]))!.citations[0]!;
    expect(slice(text, cite)).toBe("- One.\n- Two.");
  });

  it.each([
    ["- One.\n- Two.", "Two."],
    ["- One.\n- Two.", "- One.\n- Two."],
    ["One. Two. Three.", "Two."],
    ["**A b** c", "**A b** c"],
  ])("is marked in %j: %j", (passage, cited_) => {
    const cite = readAnswer(answerWith([citation(1, 1)]))!.citations[0]!;
    const source = marked([{ language: "en", kind: "definition", heading: "", text: passage }], cite, cited_)!;
    const marks: string[] = [];
    JSON.stringify(read(source), (_, value: unknown) => {
      const part = value as { marked?: boolean; text?: string } | null;
      if (part?.marked) marks.push(part.text!);
      return value;
    });
    const letters = (text: string) => text.replaceAll(/\s/g, "");
    expect(letters(marks.join(""))).toBe(letters(plain(read(cited_))));
    expect(plain(read(source))).toBe(plain(read(passage)));
  });

  it("of words that the glossary no longer has is not marked", () => {
    const cite = readAnswer(answerWith([citation(1, 1)]))!.citations[0]!;
    expect(marked([{ language: "en", kind: "definition", heading: "", text: "Other." }], cite, "Gone.")).toBeUndefined();
  });
});

function answerWith(citations: object[]) {
  return { version: 1, kind: "answer", citations };
}

describe("an answer", () => {
  const text = "**a**\n\nA is one. [1]\n\n**b**\n\nB is two. [2]\n\n**Difference**\n\n- **b**: A is less than B. [3]\n\nBoth are: numbers.\n\nSources: [1] a.md, line 1; [2] b.md, line 1; [3] a.md, line 9";
  const compared = {
    question_type: "compare", concepts: [{ id: "a", term: "A" }, { id: "b", term: "B" }],
    citations: [citation(1, 9, { entry: "a", file: "a.md" }), citation(2, 9, { entry: "b", file: "b.md" }), citation(3, 25, { entry: "a", file: "a.md" })],
    sections: [
      { concept: "a", kind: "definition", heading: "" }, { concept: "b", kind: "definition", heading: "" },
      { concept: "a", kind: "differences", heading: "Differences" },
    ],
  };

  it("does not list its sources a second time", () => {
    expect(reading(answer(text, compared)).plain).not.toContain("Sources");
    expect(withoutSources("a\n\nSources: none", [])).toBe("a\n\nSources: none");
  });

  it("that compares is a table", () => {
    const { comparison } = reading(answer(text, compared));
    const rows = comparison!.rows.map((row) => [row.kind, ...row.cells.map(plain)]);
    expect(rows).toEqual([["definition", "A is one.", "B is two."], ["differences", "b: A is less than B."], ["common", "Both are: numbers."]]);
  });

  it("that cannot be told apart stays text", () => {
    expect(reading(answer(text, { ...compared, sections: [] })).comparison).toBeUndefined();
    expect(reading(answer("A.", compared)).comparison).toBeUndefined();
    expect(reading(answer(text.replace("**a**", "**a** [1]").replace("one. [1]", "one."), compared)).comparison).toBeUndefined();
  });

  it("can be taken along, without the secret", () => {
    const turn: Turn = { id: "1", text: "what is A?", progress: "answered", at: 0, number: 1, tab: "", reply: answer(text, compared) };
    const conversation = { ...put(empty(), turn), token: "secret" };
    const names = { you: "You", assistant: "It", person: "A person" };
    expect(asText(conversation, names, () => "now")).toMatch(/^You, now:\nwhat is A\?\n\nIt, now:\na\n\nA is one\.[^]*\[1\] a: a\.md, 23/);
    expect(asJson(conversation)).not.toContain("secret");
    expect(answerText(turn.reply!)).toContain("[3] a: a.md, 23");
  });
});

describe("untrusted data", () => {
  it.each([null, 7, "x", [], {}, { version: 2, kind: "answer" }, { version: 1, kind: "other" }])("%j is no answer", (value) => {
    expect(readAnswer(value)).toBeUndefined();
  });

  it("keeps what is well made of a list", () => {
    const read_ = readAnswer({ version: 1, kind: "decline", related: [null, { id: "a" }, { id: "b", term: "B" }], suggestions: [7, "", "q"], citations: [{ n: 0 }, { n: "1" }] });
    expect(read_).toMatchObject({ related: [{ id: "b", term: "B" }], suggestions: ["q"], citations: [] });
  });

  it("reads the shapes of a stock Rasa bot", () => {
    expect(readMessage({ text: "Hi", quick_replies: [{ title: "Yes", payload: "/yes" }, {}] })).toEqual({ text: "Hi", buttons: [{ title: "Yes", payload: "/yes" }] });
    expect(readMessage({ attachment: { type: "image", payload: { src: "https://example.org/a.png" } } })?.text).toBe("https://example.org/a.png");
    expect(readMessage({ text: "x", custom: { data: { version: 1, kind: "smalltalk" } } })?.answer?.kind).toBe("smalltalk");
    expect(readMessage({})).toBeUndefined();
  });

  it("reads turns of the socket and of the API", () => {
    const asked = { number: 1, id: "a", text: "q", accepted: 5 };
    expect(readTurn({ ...asked, outcome: "pending", answer: null }, 0)?.progress).toBe("taken");
    expect(readTurn({ ...asked, answer: { v: 1, number: 1, text: "r", outcome: "answered" } }, 0)?.reply?.text).toBe("r");
    expect(readTurn({ ...asked, outcome: "pending", messages: [] }, 0)?.progress).toBe("taken");
    expect(readTurn({ ...asked, outcome: "failed", messages: [{ text: "sorry" }] }, 0)?.reply).toMatchObject({ text: "sorry", outcome: "failed" });
    expect(readTurn({ ...asked, outcome: "answered", messages: [] }, 0)?.progress).toBe("answered");
  });

  it.each(["", "{", "null", "[]", '{"v":2}', '{"v":1}', '{"v":1,"turns":[null,{"id":1},{"id":"a","progress":"x"}],"notes":[{}]}'])("kept %j does no harm", (kept) => {
    expect(readKept(kept)?.turns ?? []).toEqual([]);
  });

  it("is kept as it was", () => {
    const turn: Turn = {
      id: "1", text: "q", progress: "answered", at: 5, number: 1, tab: "t", reply: answer("A. [1]", { citations: [citation(1, 2)] }),
      rating: { verdict: "unhelpful", comment: "c", at: 6 },
    };
    const conversation: Conversation = { ...put(empty(3), turn), token: "t", id: "c", notes: [{ note: 1, at: 2, state: "waiting", place: 2 }] };
    expect(readKept(write(conversation))).toEqual(conversation);
  });
});

describe("two tabs", () => {
  const turn = (id: string, more: Partial<Turn> = {}): Turn => ({ id, text: id, progress: "waiting", at: 1, number: 0, tab: "one", ...more });
  const of = (...turns: Turn[]) => turns.reduce(put, empty());

  it("agree, however often they join what they know", () => {
    const one = of(turn("a", { number: 1, progress: "answered", reply: answer("x") }), turn("b"));
    const two = of(turn("a", { number: 1, progress: "taken" }), turn("c", { tab: "two" }));
    const joined = merge(one, two, "one");
    expect(joined.turns.map(({ id, progress }) => [id, progress])).toEqual([["a", "answered"], ["b", "waiting"], ["c", "waiting"]]);
    expect(merge(joined, two, "one")).toEqual(joined);
    expect(merge(two, joined, "two").turns).toEqual(joined.turns);
  });

  it("follow the newer session, and ask there what is open", () => {
    const old = { ...of(turn("a", { number: 4, progress: "taken" })), epoch: 1, id: "old", token: "t1" };
    const fresh = { ...empty(2), id: "new", token: "t2" };
    expect(merge(old, fresh, "one")).toMatchObject({ id: "new", token: "t2", turns: [{ id: "a", number: 0, progress: "waiting" }] });
    expect(merge(fresh, old, "two")).toEqual(fresh);
  });
});

describe("notes", () => {
  it("come once, and stand before what was asked after them", () => {
    const asked: Turn = { id: "a", text: "a", progress: "taken", at: 10, number: 1, tab: "" };
    const waiting: Turn = { ...asked, id: "b", number: 0, progress: "waiting", at: 30 };
    let conversation = put(put(empty(), asked), waiting);
    for (const at of [5, 20, 20]) conversation = addNote(conversation, { note: at, at, state: "waiting" });
    expect(items(conversation).map((item) => ("turn" in item ? item.turn.id : item.note.note))).toEqual([5, "a", "b", 20]);
  });
});

describe("names while typing", () => {
  const terms = ["instant messaging", "instant message", "Instagram", "IM", "Übertragung"].map((text, place) => ({ text, entry: `e${place}` }));

  it("fit the longest end of what is typed", () => {
    expect(fragments("what is instant me", 18).map((fragment) => fragment.text)).toEqual(["what is instant me", "is instant me", "instant me", "me"]);
    expect(fragments("what is ", 8)).toEqual([]);
    expect(fragments("a", 1)).toEqual([]);
  });

  it("begin so in any case and without accents, once per entry, the shortest first", () => {
    expect(fitting(terms, "INST", 6).map((term) => term.text)).toEqual(["Instagram", "instant message", "instant messaging"]);
    expect(fitting(terms, "uber", 6).map((term) => term.text)).toEqual(["Übertragung"]);
    expect(fitting(terms, "im", 6)).toEqual([]);
    expect(fitting([{ text: "SMS x", entry: "e" }, { text: "SMS yy", entry: "e" }], "sms", 6)).toHaveLength(1);
  });

  it("replace what they complete", () => {
    expect(accept("what is inst now", { from: 8, to: 12, text: "inst" }, "Instagram")).toBe("what is Instagram now");
  });
});

describe("trying again", () => {
  it("waits 1, 2, 4 … 30 seconds, less up to a half", () => {
    expect([1, 2, 3, 6, 99].map((failures) => delay(failures, 1))).toEqual([1000, 2000, 4000, 30000, 30000]);
    expect(delay(3, 0)).toBe(2000);
  });
});
