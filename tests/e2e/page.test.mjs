// The page in a real browser against a running server.
//
//   BASE_URL=http://127.0.0.1:5005 E2E_MODULES=/folder/with/node_modules node --test tests/e2e/
//
// E2E_MODULES (or NODE_PATH) has playwright-core and axe-core; CHROMIUM names the browser if it is
// not in a usual place. Where one of them is missing, the tests are skipped and say why.
// The assistant's answers are real; only failures and hostile answers are made up on the way.

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";

const { BASE_URL, E2E_MODULES, E2E_SCREENSHOTS } = process.env;
const WEBHOOK = "**/webhooks/rest/webhook";
const CHROMIUM = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));
const FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"];

const requireModule = createRequire(E2E_MODULES ? join(resolve(E2E_MODULES), "x.js") : import.meta.url);
const modules = {};
const skip = whatIsMissing();
const deadline = { timeout: 60_000 };

function whatIsMissing() {
  if (!BASE_URL) {
    return "BASE_URL does not name a running server";
  }
  if (!CHROMIUM) {
    return "no chromium found; CHROMIUM can name one";
  }
  try {
    modules.playwright = requireModule("playwright-core");
    modules.axe = requireModule("axe-core").source;
  } catch (error) {
    return `${error.message.split("\n")[0]}; E2E_MODULES can name the folder that has it`;
  }
  return false;
}

describe("page", { skip, ...deadline }, () => {
  let browser;
  before(async () => {
    browser = await modules.playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(() => browser?.close());

  /** Open the page, run `test`, and expect that the console stayed empty, but for `expected`. */
  async function opened(options, test, expected = /^$/) {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    try {
      const page = await context.newPage();
      const noise = [];
      page.on("console", (message) => noise.push(message.text()));
      page.on("pageerror", (error) => noise.push(String(error)));
      const response = await page.goto(BASE_URL);
      await page.locator("#examples button").first().waitFor();
      await test(page, response);
      assert.deepEqual(noise.filter((text) => !expected.test(text)), []);
    } finally {
      await context.close();
    }
  }

  async function ask(page, message) {
    await page.getByRole("textbox").fill(message);
    await page.keyboard.press("Enter");
    return answered(page, message);
  }

  /** Wait until the newest turn is the answer to a message; return the turn. */
  async function answered(page, message) {
    const last = page.locator(".turn").last();
    await last.locator("h2", { hasText: message }).waitFor();
    await last.locator("article").first().waitFor();
    return page.locator(".turn").nth((await page.locator(".turn").count()) - 1);
  }

  async function converse(page) {
    const turn = await ask(page, "What can you do?");
    const suggestion = turn.locator(".next button").first();
    const question = await suggestion.textContent();
    await suggestion.click();
    return { question, turn: await answered(page, question) };
  }

  function answerWith(page, text, custom) {
    return page.route(WEBHOOK, (route) => route.fulfill({ json: [{ recipient_id: "x", text, custom }] }));
  }

  async function picture(page, name) {
    if (E2E_SCREENSHOTS) {
      mkdirSync(E2E_SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(E2E_SCREENSHOTS, `page-${name}.png`) });
    }
  }

  it("is served with a policy that allows nothing inline", deadline, () =>
    opened({}, async (page, response) => {
      const policy = response.headers()["content-security-policy"] ?? "";
      for (const rule of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"]) {
        assert.ok(policy.includes(rule), `${rule} is not in: ${policy}`);
      }
    }));

  it("says what it is and how large the glossary is", deadline, () =>
    opened({}, async (page) => {
      const name = /Termwise answers questions from a glossary/;
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await page.getByText(/\d+ entries in English/).waitFor();
    }));

  it("answers a suggestion with a cited source", deadline, () =>
    opened({}, async (page) => {
      const { question, turn } = await converse(page);
      assert.match(question, /\?$/);
      const marker = turn.locator("a.cite").first();
      const target = (await marker.getAttribute("href")).slice(1);
      const source = turn.locator(`[id="${target}"]`);
      assert.match(await source.textContent(), /^\[1\] \S+, line \d+/);
      assert.equal(await turn.locator("article").getAttribute("lang"), "en");
      assert.match(await turn.locator(".confidence").textContent(), /\d+\u00a0%/);
      assert.doesNotMatch(await turn.locator(".text").textContent(), /Sources?: \[/);
      await marker.click();
      assert.equal(await page.evaluate(() => location.hash), `#${target}`);
    }));

  it("answers in German where German is asked", deadline, () =>
    opened({ locale: "de-DE" }, async (page) => {
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      const turn = await ask(page, "Was kannst du?");
      assert.equal(await turn.locator("article").getAttribute("lang"), "de");
    }));

  it("reads an answer out once and leaves the focus where it is", deadline, () =>
    opened({}, async (page) => {
      const turn = await ask(page, "What can you do?");
      const read = await page.locator("#announcer").textContent();
      const text = await turn.locator(".text p").first().textContent();
      assert.equal(read.split(text).length, 2, `read out: ${read}`);
      assert.ok(await page.getByRole("textbox").evaluate((node) => node === document.activeElement));
      const suggestion = turn.locator(".next button").first();
      const question = await suggestion.textContent();
      await suggestion.focus();
      await page.keyboard.press("Enter");
      await answered(page, question);
      assert.ok(await suggestion.evaluate((node) => node === document.activeElement));
    }));

  it("is used with the keyboard alone", deadline, () =>
    opened({}, async (page) => {
      const input = page.getByRole("textbox");
      await input.focus();
      await page.keyboard.type("two");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("lines");
      assert.equal(await input.inputValue(), "two\nlines");
      assert.equal(await page.locator(".turn").count(), 0);
      await input.dispatchEvent("keydown", { key: "Enter", isComposing: true });
      assert.equal(await page.locator(".turn").count(), 0);
      await page.keyboard.press("Enter");
      await answered(page, "two");
      assert.equal(await input.inputValue(), "");
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.id), "send");
    }));

  it("grows the field to five lines and no further", deadline, () =>
    opened({}, async (page) => {
      const input = page.getByRole("textbox");
      const heights = [];
      for (const lines of [1, 3, 5, 12]) {
        await input.fill(Array(lines).fill("line").join("\n"));
        heights.push((await input.boundingBox()).height);
      }
      assert.ok(heights[0] < heights[1] && heights[1] < heights[2], String(heights));
      assert.equal(heights[3], heights[2]);
    }));

  it("does not send more than 2000 characters and says why", deadline, () =>
    opened({}, async (page) => {
      const input = page.getByRole("textbox");
      const send = page.getByRole("button", { name: "Ask", exact: true });
      await input.fill("😀".repeat(2000));
      assert.ok(await send.isEnabled());
      await input.fill("😀".repeat(2001));
      assert.ok(await send.isDisabled());
      assert.match(await page.locator("#counter").textContent(), /2,001 of 2,000 characters.*by 1$/);
      assert.equal(await input.getAttribute("aria-describedby"), "counter");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".turn").count(), 0);
    }));

  it("says that it is looking when an answer takes its time", deadline, () =>
    opened({}, async (page) => {
      await page.route(WEBHOOK, async (route) => {
        await new Promise((done) => setTimeout(done, 900));
        await route.continue();
      });
      const turn = await ask(page, "What can you do?").catch(() => null);
      assert.ok(turn);
      assert.match(await page.locator("#announcer").textContent(), /Looking it up…/);
      assert.equal(await turn.locator(".waiting").count(), 0);
    }));

  const network = /Failed to load resource/;

  it("offers to ask again when the server fails", deadline, () =>
    opened({}, async (page) => {
      const sent = [];
      await page.route(WEBHOOK, (route) => {
        sent.push(route.request().postDataJSON());
        const refusal = { status: 503, json: { error: "Still <b>loading</b>." } };
        return sent.length > 1 ? route.continue() : route.fulfill(refusal);
      });
      await page.getByRole("textbox").fill("What can you do?");
      await page.keyboard.press("Enter");
      await page.getByText("Still <b>loading</b>.").first().waitFor();
      await picture(page, "error");
      await page.getByRole("button", { name: "Retry" }).click();
      await answered(page, "What can you do?");
      assert.deepEqual(sent[0], sent[1]);
      assert.equal(await page.locator(".failure").count(), 0);
    }, network));

  it("offers to ask again when offline", deadline, () =>
    opened({}, async (page) => {
      await page.context().setOffline(true);
      await page.getByRole("textbox").fill("What can you do?");
      await page.keyboard.press("Enter");
      await page.getByText("You seem to be offline.").first().waitFor();
      await page.context().setOffline(false);
      await page.getByRole("button", { name: "Retry" }).click();
      await answered(page, "What can you do?");
    }, network));

  it("shows hostile answers as plain text", deadline, () =>
    opened({}, async (page) => {
      const hostile = "<img src=x onerror=alert(1)>";
      const text = [
        `**${hostile}**`,
        `${hostile} [click](javascript:alert(1)) [1] [7]`,
        `- ${hostile}`,
        `Source: [1] ${hostile}, line 1`,
      ].join("\n\n");
      await answerWith(page, text, {
        kind: hostile,
        language: `en" onload="`,
        citations: [{ n: 1, file: hostile, line: 1, heading: hostile, section: "other" }, null],
        confidence: "high",
        related: [{ id: "x", term: hostile }, 7],
        suggestions: [hostile, { toString: null }],
      });
      const turn = await ask(page, "hostile");
      assert.equal(await page.locator("img, script:not([src]), svg, iframe").count(), 0);
      assert.deepEqual(
        await turn.locator("a").evaluateAll((links) => links.map((a) => a.getAttribute("href").slice(0, 8))),
        ["#answer-", "#answer-"],
      );
      assert.match(await turn.locator(".text").textContent(), /\[click\]\(javascript:alert\(1\)\) .*\[7\]/);
    }));

  it("keeps lists, numbers and stars as they are meant", deadline, () =>
    opened({}, async (page) => {
      const paragraph = "In\n2008. no list, 2 ** 3 ** 4, *100#";
      await answerWith(page, `3. three\n\n4. four\n\n${paragraph}\n- one\ngoes on\n\n- **two**`, {});
      const turn = await ask(page, "lists");
      const tags = await turn.locator(".text > *").evaluateAll((all) => all.map((node) => node.tagName));
      assert.deepEqual(tags, ["OL", "P", "UL"]);
      assert.equal(await turn.locator("ol").getAttribute("start"), "3");
      assert.deepEqual(await turn.locator("li").allTextContents(), ["three", "four", "one\ngoes on", "two"]);
      assert.equal(await turn.locator(".text > p").textContent(), paragraph);
      assert.equal(await turn.locator("strong").textContent(), "two");
    }));

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      it(`is accessible and fits at ${width} px, ${colorScheme}`, deadline, () =>
        opened({ colorScheme, viewport: { width, height: 800 } }, async (page) => {
          await picture(page, `start-${width}-${colorScheme}`);
          await converse(page);
          await picture(page, `answer-${width}-${colorScheme}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} px too wide`);
          const boxes = await page.locator("a, button, textarea").evaluateAll((all) =>
            all.map((node) => [node.textContent, node.getBoundingClientRect()]),
          );
          const small = boxes.filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name);
          assert.deepEqual(small, []);
          await page.evaluate(modules.axe);
          const { violations } = await page.evaluate(() => window.axe.run());
          assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
        }));
    }
  }
});
