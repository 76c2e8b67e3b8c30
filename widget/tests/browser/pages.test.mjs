// The pages of the assistant itself: reading, searching and asking, with and without JavaScript.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BASE_URL, Visitor, launch } from "./harness.mjs";

const { PICTURES } = process.env; // a folder for pictures of the pages, if they are wanted
const tests = { timeout: 120_000 };
const NETWORK = /Failed to load resource/;

let browser;
let entry; // one of the glossary that is served, with relations
before(async () => {
  browser = await launch();
  const { terms } = await fetched("/v1/terms?language=en&limit=1000");
  for (const { entry: id, status } of terms) {
    entry = await fetched(`/v1/entries/${encodeURIComponent(id)}`);
    if (status === "preferred" && entry.broader.length && entry.related.length && entry.texts.de) {
      break;
    }
  }
});
after(() => browser.close());

async function fetched(path) {
  return (await fetch(BASE_URL + path)).json();
}

function own(path) {
  return path.replace("ENTRY", encodeURIComponent(entry.id));
}

/** Look at a page, expect a silent console. Without JavaScript there is no chat to wait for. */
async function look(path, test, { context = {}, noise = /^$/ } = {}) {
  const visitor = await Visitor.come(browser, { url: BASE_URL + own(path), context });
  try {
    await test(visitor, visitor.page);
    assert.deepEqual(visitor.noise.filter((line) => !noise.test(line)), []);
  } finally {
    await visitor.leave();
  }
}

async function picture(page, name, fullPage = false) {
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
  }
}

async function ask(page, text) {
  await page.locator("#text").fill(text);
  await page.keyboard.press("Enter");
  return answered(page, text);
}

async function answered(page, text) {
  const turn = page.locator(".turn", { has: page.locator(".question", { hasText: text }) }).last();
  await turn.locator("article").first().waitFor({ timeout: 45_000 });
  return turn;
}

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
  "320 px": { viewport: { width: 320, height: 568 }, hasTouch: true },
  "400 %": { viewport: { width: 320, height: 256 } },
  German: { locale: "de-DE" },
};

describe("every page", tests, () => {
  for (const [name, path] of Object.entries({
    home: "/", terms: "/terms?letter=S", entry: "/terms/ENTRY", "entry in German": "/terms/ENTRY?lang=de", search: "/search?q=me",
    nothing: "/search?q=qqqq", asking: "/ask", embedding: "/embed", "no page": "/nowhere",
  })) {
    it(`is accessible and fits: ${name}`, async () => {
      for (const [look_, context] of Object.entries(LOOKS)) {
        await look(path, async (v, page) => {
          assert.deepEqual(await v.faults(), [], look_);
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${look_}: too wide`);
          await picture(page, `${name}-${look_}`.replaceAll(" ", "-"));
        }, { context, noise: name === "no page" ? NETWORK : undefined });
      }
    });
  }

  it("sets no cookie, keeps nothing and loads nothing from elsewhere", async () => {
    for (const path of ["/", "/terms", "/terms/ENTRY", "/search?q=me", "/ask", "/embed"]) {
      await look(path, async (v, page) => {
        await page.waitForTimeout(300);
        assert.deepEqual(await v.context.cookies(), []);
        assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
        assert.deepEqual(v.requests.filter((url) => !url.startsWith(`${BASE_URL}/`)), []);
      });
    }
  });

  it("tells that a change of the glossary is not taken up, and when it is", () =>
    look("/terms/ENTRY", async (v, page) => {
      let problem = "a.md, line 3: <b>no</b> heading";
      await page.route("**/health", (route) => route.fulfill({ json: { status: "ok", glossary: { problem } } }));
      const notice = page.locator("#notice");
      const again = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await again();
      await notice.filter({ hasText: "a.md, line 3: <b>no</b> heading" }).waitFor();
      problem = "";
      await again();
      await notice.waitFor({ state: "hidden" });
    }));

  it("is printed without what is pressed", () =>
    look("/terms/ENTRY", async (v, page) => {
      await page.emulateMedia({ media: "print" });
      assert.ok(await page.locator("h1").isVisible());
      for (const gone of [".top nav", ".find", ".asks", "termwise-chat .launcher"]) {
        assert.equal(await page.locator(gone).first().isVisible(), false, gone);
      }
    }));
});

describe("reading", tests, () => {
  it("is done with the keyboard alone: skip, search, entry, related entry, back", () =>
    look("/", async (v, page) => {
      await page.keyboard.press("Tab");
      assert.ok(await page.locator(".skip").evaluate((link) => link === document.activeElement));
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => location.hash), "#content");
      await page.keyboard.press("Tab");
      assert.equal(await v.focus(), "q", "after the skip link comes the search");
      const term = entry.terms.find(({ language }) => language === "en").text;
      await page.keyboard.type(term);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/search?*");
      const first = page.locator(".results a").first();
      await first.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/terms/*");
      assert.ok((await page.locator("h1").textContent()).includes(term));
      await page.locator(".relation a").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => !url.pathname.endsWith(`/${entry.id}`));
      await page.goBack();
      await page.waitForURL(`**/terms/${encodeURIComponent(entry.id)}*`);
    }));

  it("goes on in the language that was chosen", () =>
    look("/", async (v, page) => {
      await page.getByRole("link", { name: "Deutsch" }).click();
      await page.waitForURL("**/?lang=de");
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      await page.locator(".cards a").first().click();
      await page.waitForURL("**/terms/*?lang=de");
      assert.equal(await page.locator("article").getAttribute("lang"), "de");
    }));
});

describe("asking", tests, () => {
  it("is answered in place, with sources that lead to their section", () =>
    look("/ask", async (v, page) => {
      await page.evaluate(() => (window.stayed = true));
      await page.locator(".examples button").first().click();
      const turn = page.locator(".turn").last();
      await turn.locator("article").waitFor({ timeout: 45_000 });
      assert.equal(await page.evaluate(() => window.stayed), true);
      const mark = turn.locator("a.cite").first();
      await mark.click();
      assert.match(await page.evaluate(() => location.hash), /^#a1-1-s\d+$/);
      await picture(page, "answer");
      assert.deepEqual(await v.faults(), []);
      await turn.locator(".sources a:not(.back)").first().click();
      await page.waitForURL("**/terms/*#*");
      const anchor = await page.evaluate(() => location.hash.slice(1));
      assert.equal(await page.locator(`[id="${anchor}"]`).count(), 1);
      await page.goBack();
      await page.locator(".turn").first().waitFor();
      assert.equal(await page.locator(".turn").count(), 1);
    }));

  it("goes on from the question before, in the page and after a reload", () =>
    look("/ask", async (v, page) => {
      const [button] = await page.locator(".examples button").all();
      await button.click();
      await page.locator("article").first().waitFor({ timeout: 45_000 });
      const more = await ask(page, "tell me more");
      assert.match(await more.locator("article").getAttribute("class"), /\banswer answer\b/);
      await page.reload();
      assert.equal(await page.locator(".turn").count(), 2);
      await page.getByRole("button", { name: "New conversation" }).click();
      await page.waitForURL("**/ask");
      await page.locator(".examples").waitFor();
      assert.equal(await page.locator(".turn").count(), 0);
      assert.deepEqual(await v.context.cookies(), []);
    }));

  it("reads an answer out once and leaves the focus where it is", () =>
    look("/ask", async (v, page) => {
      const turn = await ask(page, "What can you do?");
      const read = await page.locator("#announcer").textContent();
      const text = await turn.locator(".text p").first().textContent();
      assert.equal(read.split(text).length, 2, `read out: ${read}`);
      assert.equal(await v.focus(), "text");
    }));

  it("takes Enter, Shift + Enter and no Enter while composing", () =>
    look("/ask", async (v, page) => {
      const input = page.locator("#text");
      await input.focus();
      await page.keyboard.type("two");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("lines");
      await input.dispatchEvent("keydown", { key: "Enter", isComposing: true });
      assert.equal(await input.inputValue(), "two\nlines");
      assert.equal(await page.locator(".turn").count(), 0);
      await page.keyboard.press("Enter");
      await answered(page, "two");
      assert.equal(await input.inputValue(), "");
    }));

  it("does not send more than 2000 characters and says why", () =>
    look("/ask", async (v, page) => {
      const input = page.locator("#text");
      const send = page.locator(".send");
      await input.fill("😀".repeat(2000));
      assert.ok(await send.isEnabled());
      await input.fill("😀".repeat(2001));
      assert.ok(await send.isDisabled());
      assert.equal(await page.locator("#counter").textContent(), "2001 / 2000");
      assert.equal(await input.getAttribute("aria-describedby"), "counter");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".turn").count(), 0);
    }));

  it("says that it is looking, and offers to ask again when the server fails or the network does", () =>
    look("/ask", async (v, page) => {
      let fails = true;
      const ids = [];
      await page.route("**/ask", async (route) => {
        const sent = route.request().postData();
        if (sent) {
          ids.push(new URLSearchParams(sent).get("form"));
        }
        if (fails && sent) {
          await new Promise((done) => setTimeout(done, 3000));
          return route.abort();
        }
        return route.continue();
      });
      await page.locator("#text").fill("What can you do?");
      await page.keyboard.press("Enter");
      await page.locator(".waiting").waitFor();
      await page.getByRole("button", { name: "Retry" }).waitFor();
      await picture(page, "failure");
      assert.deepEqual(await v.faults(), []);
      fails = false;
      await page.getByRole("button", { name: "Retry" }).click();
      await answered(page, "What can you do?");
      assert.equal(ids.length, 2);
      assert.equal(ids[0], ids[1], "a retry is the same message");
      assert.equal(await page.locator(".turn").count(), 1);
      await v.context.setOffline(true);
      await page.locator("#text").fill("hello");
      await page.keyboard.press("Enter");
      await page.getByText("You seem to be offline.").first().waitFor();
      await v.context.setOffline(false);
      await page.getByRole("button", { name: "Retry" }).click();
      await answered(page, "hello");
    }, { noise: NETWORK }));
});

describe("without JavaScript", tests, () => {
  it("one reads, searches, asks and goes on asking", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: "en-GB" });
    try {
      const page = await context.newPage();
      await page.goto(BASE_URL);
      await page.locator("#q").fill("me");
      await page.getByRole("button", { name: "Search" }).click();
      assert.ok((await page.locator(".results li").count()) > 1);
      await page.goto(BASE_URL);
      await page.locator("main .asks button").first().click();
      await page.waitForURL("**/ask#q1");
      assert.ok(await page.locator(".turn a.cite").count());
      await page.locator(".turn .offer_next button").first().click();
      await page.waitForURL("**/ask#q2");
      assert.equal(await page.locator(".turn article").count(), 2);
      await page.locator("#text").fill("What can you do?");
      await page.locator(".send").click();
      await page.waitForURL("**/ask#q3");
      await picture(page, "without-javascript");
    } finally {
      await context.close();
    }
  });
});

describe("embedding", tests, () => {
  it("is tried where it is chosen, and copied", () =>
    look("/embed", async (v, page) => {
      await v.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      const chat = page.locator("termwise-chat");
      await page.locator("[name=theme]").selectOption("dark");
      await page.locator("[name=position]").selectOption("start");
      await page.locator("[name=lang]").selectOption("de");
      await page.locator("[name=underline]").check();
      assert.equal(await chat.getAttribute("theme"), "dark");
      assert.equal(await chat.getAttribute("lang"), "de");
      await page.getByRole("button", { name: "Try it here" }).click();
      await v.find(".panel").waitFor();
      const box = await v.find(".panel").boundingBox();
      assert.ok(box.x < 200, `at the start of the line: ${box.x}`);
      await picture(page, "embedding");
      await page.keyboard.press("Escape"); // on a small screen the chat covers the page
      await page.locator("#sample .termwise-term").first().waitFor();
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByText("Copied.").waitFor();
      const expected = `<script src="${BASE_URL}/widget/widget.js" data-lang="de" data-theme="dark" data-position="start" async></script>\n` +
        `<script src="${BASE_URL}/widget/underline.js" data-within="main" data-lang="de" async></script>`;
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), expected);
      assert.deepEqual(await v.faults(), []);
      await page.locator("[name=underline]").uncheck();
      assert.equal(await page.locator(".termwise-term").count(), 0);
    }));
});
