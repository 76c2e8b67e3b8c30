// Terms marked on a page of another site, under a strict policy; the card by mouse, keyboard and touch.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { BASE_URL, HOST, HOST_PORT, launch, Visitor } from "./harness.mjs";

const tests = { timeout: 90_000 };
const POLICY = [
  "default-src 'none'", `script-src ${BASE_URL}`, `connect-src ${BASE_URL}`, "style-src 'none'", "base-uri 'none'",
  "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join("; ");

let browser;
let server;
let body = "";
let attributes = "";
let one; // two names of the glossary that is served, in small letters, and the entry of the first
let two;
let id;

before(async () => {
  browser = await launch();
  server = createServer((request, response) => {
    response.writeHead(request.url === "/" ? 200 : 204, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY });
    response.end(request.url === "/" ? `<!doctype html><html lang="en"><head><title>Shop</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A shop</h1>${body}</main>
      <script src="${BASE_URL}/widget/underline.js" ${attributes} async></script></body></html>` : "");
  });
  await new Promise((done) => server.listen(HOST_PORT, "127.0.0.1", done));
  const { terms } = await (await fetch(`${BASE_URL}/v1/terms?language=en&limit=1000`)).json();
  const plain = terms.filter(({ text, status }) => status === "preferred" && /^[a-z]{3,}[bdfglmnprt]$/.test(text));
  const alone = plain.filter(({ text }) => !plain.some((other) => other.text !== text && other.text.startsWith(text)));
  [{ text: one, entry: id }, { text: two }] = [alone[0], alone.at(-1)];
});
after(async () => {
  await browser.close();
  server.close();
});

/** Look at a page with this content once its terms are marked; the console stays silent. */
async function look(content, test, { within = "", context = {}, noise = /^$/ } = {}) {
  body = content.replaceAll("ONE", one).replaceAll("TWO", two);
  attributes = within;
  const around = await browser.newContext({ locale: "en-GB", ...context });
  const page = await around.newPage();
  const visitor = new Visitor(around, page);
  page.on("console", (message) => visitor.noise.push(message.text()));
  page.on("pageerror", (error) => visitor.noise.push(String(error)));
  page.on("request", (request) => visitor.requests.push(request.url()));
  try {
    await page.goto(`${HOST}/`);
    await page.waitForFunction(() => document.adoptedStyleSheets.length || performance.now() > 5000);
    await test(page, visitor);
    assert.deepEqual(visitor.noise.filter((line) => !noise.test(line)), []);
  } finally {
    await around.close();
  }
}

function marked(page) {
  return page.locator(".termwise-term").allTextContents();
}

function card(page) {
  return page.locator("[role=dialog]");
}

describe("marks", tests, () => {
  it("stand at the first occurrence in a section, not in links, headings, code and fields", () =>
    look(`<h2>ONE</h2><p>A ONE and a ONE, <a href="/?">TWO</a> <code>TWO</code> <button type="button">TWO</button></p>
      <p><b>TWOs</b>, <span lang="de">TWO</span> <span data-termwise="off">TWO</span></p><h2>Next</h2><p>A ONE.</p>`, async (page) => {
      assert.deepEqual(await marked(page), [one, `${two}s`, one]);
      const text = await page.locator("main").innerText();
      assert.match(text, new RegExp(`A ${one} and a ${one},`));
    }));

  it("are where they are wanted: a part of the page, once or always", async () => {
    const content = `<p>ONE ONE</p><h2>x</h2><p id="part">ONE ONE</p>`;
    const count = async (within) => {
      let found;
      await look(content, async (page) => (found = (await marked(page)).length), { within });
      return found;
    };
    assert.equal(await count(`data-within="#part"`), 1);
    assert.equal(await count(`data-every="page"`), 1);
    assert.equal(await count(`data-every="all"`), 4);
    assert.equal(await count(""), 2);
  });

  it("ask for nothing but the names, and send nothing of the page", () =>
    look(`<p>ONE secret</p>`, async (page, v) => {
      await marked(page);
      const asked = v.requests.filter((url) => !url.startsWith(HOST));
      assert.deepEqual(asked, [`${BASE_URL}/widget/underline.js`, `${BASE_URL}/v1/names?language=en`]);
      assert.deepEqual(await v.context.cookies(), []);
      assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    }));

  it("follow a page that changes, however it does", () =>
    look(`<p id="a">A ONE here.</p><p id="b">x</p>`, async (page) => {
      assert.deepEqual(await marked(page), [one]);
      const after = async (change, expected) => {
        await page.evaluate(change, [one, two]);
        await page.waitForTimeout(500);
        assert.deepEqual(await marked(page), expected, String(change));
      };
      const text = () => page.locator("main").evaluate((main) => main.textContent);
      await after(([, b]) => (document.getElementById("b").textContent = `Now ${b}.`), [one, two]);
      // A framework that holds the first text changes it, and later takes it away.
      await after(([, b]) => (document.getElementById("a").firstChild.data = `No more, ${b}.`), [two]);
      assert.equal((await text()).trim(), `A shopNo more, ${two}.Now ${two}.`);
      await after(() => document.getElementById("a").firstChild.remove(), [two]);
      assert.equal((await text()).trim(), `A shopNow ${two}.`);
      await after(([a]) => document.querySelector("main").append(`${a}`), [two, one]);
    }));

  it("go away without a trace", () =>
    look(`<p>A ONE, <em>TWO</em> and ONE.</p>`, async (page) => {
      const kept = await page.evaluate(async () => {
        const main = document.querySelector("main");
        const { undo } = await window.termwiseUnderline({ within: main });
        undo();
        return [main.querySelectorAll(".termwise-term").length > 0, main.querySelector("p").childNodes.length];
      });
      assert.ok(kept[0], "those of the tag stay");
    }, { within: `data-within="main"` }));

  it("restore every node of the page", () =>
    look(`<div id="p">A ONE, <em>TWO</em> and ONE ONE.</div>`, async (page) => {
      const same = await page.evaluate(async () => {
        const part = document.getElementById("p");
        const before = [part.innerHTML, ...part.childNodes, part.childNodes[1].firstChild];
        const underline = await window.termwiseUnderline({ within: part, every: "all" });
        const marks = part.querySelectorAll(".termwise-term").length;
        underline.undo();
        const now = [part.innerHTML, ...part.childNodes, part.childNodes[1].firstChild];
        return [marks, before.length === now.length && before.every((node, at) => node === now[at])];
      });
      assert.deepEqual(same, [4, true]);
    }, { within: `data-auto="off"` }));

  it("do not hold a long page up", () =>
    look(`<p>${"Some words about ONE and other things. ".repeat(5000)}</p>`.repeat(4), async (page) => {
      assert.equal((await marked(page)).length, 1);
    }));
});

describe("the card", tests, () => {
  const content = `<p style="margin">Here is ONE, and here is TWO.</p>`.replace(` style="margin"`, "");

  it("comes by the mouse, stays under it, and goes", () =>
    look(content, async (page) => {
      await page.locator(".termwise-term").first().hover();
      await card(page).waitFor();
      const { definition, term } = await (await fetch(`${BASE_URL}/v1/cards/${encodeURIComponent(id)}?language=en`)).json();
      const text = await card(page).innerText();
      assert.ok(text.includes(term) && text.includes(definition), text);
      await card(page).hover();
      await page.waitForTimeout(600);
      assert.ok(await card(page).isVisible());
      await page.keyboard.press("Escape");
      await card(page).waitFor({ state: "hidden" });
      await page.mouse.move(2, 2);
      await page.locator(".termwise-term").first().hover();
      await card(page).waitFor();
      await page.mouse.move(2, 600);
      await card(page).waitFor({ state: "hidden" });
    }));

  it("comes by the keyboard, is entered and left, and the focus comes back", () =>
    look(content, async (page) => {
      const [first, second] = await page.locator(".termwise-term").all();
      const focused = (mark) => mark.evaluate((node) => node === document.activeElement);
      await page.keyboard.press("Tab");
      await card(page).waitFor();
      assert.ok(await focused(first));
      assert.equal(await first.getAttribute("aria-expanded"), "true");
      const described = await first.evaluate((node) => document.getElementById(node.getAttribute("aria-describedby")).textContent);
      assert.ok(described.length > 10);
      await page.keyboard.press("Escape");
      await card(page).waitFor({ state: "hidden" });
      assert.ok(await focused(first));
      await page.keyboard.press("Enter");
      await card(page).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      const inside = await page.evaluate(() => document.activeElement.shadowRoot.activeElement.tagName);
      assert.equal(inside, "A");
      await page.keyboard.press("Escape");
      assert.ok(await focused(first));
      await card(page).waitFor({ state: "hidden" });
      await page.keyboard.press("Tab");
      assert.ok(await focused(second));
      await card(page).waitFor();
      assert.equal(await card(page).getAttribute("aria-label") !== null, true);
    }));

  it("comes by a tap and goes by another elsewhere", () =>
    look(content, async (page) => {
      await page.locator(".termwise-term").first().tap();
      await card(page).waitFor();
      const link = page.locator("[role=dialog] a");
      assert.equal(await link.getAttribute("href"), `${BASE_URL}/terms/${encodeURIComponent(id)}?lang=en`);
      await page.touchscreen.tap(5, 500);
      await card(page).waitFor({ state: "hidden" });
    }, { context: { hasTouch: true, viewport: { width: 320, height: 568 } } }));

  for (const [name, context] of Object.entries({
    light: {}, dark: { colorScheme: "dark" }, "forced colours": { forcedColors: "active" }, "320 px": { viewport: { width: 320, height: 568 } },
  })) {
    it(`is accessible and fits: ${name}`, () =>
      look(`<p>${"word ".repeat(60)} ONE</p>`, async (page, v) => {
        await page.locator(".termwise-term").focus();
        await page.keyboard.press("Enter");
        await card(page).waitFor();
        assert.deepEqual(await v.faults(), []);
        const box = await card(page).boundingBox();
        const { width, height } = page.viewportSize();
        assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height, JSON.stringify(box));
      }, { context }));
  }

  it("says nothing where the assistant is away", () =>
    look(content, async (page) => {
      await page.context().setOffline(true);
      await page.locator(".termwise-term").first().hover();
      await page.waitForTimeout(500);
      assert.equal(await card(page).isVisible(), false);
      await page.context().setOffline(false);
      await page.mouse.move(2, 600);
      await page.locator(".termwise-term").first().hover();
      await card(page).waitFor();
    }, { noise: /Failed to load resource/ }));
});
