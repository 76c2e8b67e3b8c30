// What people see and do: opening, asking, sources, chips, feedback, and everything by keyboard.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { HOST, Visitor, BASE_URL, host, launch } from "./harness.mjs";

let browser;
let pages;
before(async () => {
  pages = await host();
  browser = await launch();
});
after(async () => {
  await browser.close();
  pages.close();
});

const tests = { timeout: 90_000 };

async function visit(test, options = {}, expectedNoise = /^$/) {
  const visitor = await Visitor.come(browser, options);
  try {
    await test(visitor);
    assert.deepEqual(visitor.noise.filter((line) => !expectedNoise.test(line)), []);
  } finally {
    await visitor.leave();
  }
}

describe("before it is opened", tests, () => {
  it("sends nothing, keeps nothing, sets no cookie", () =>
    visit(async (v) => {
      await v.page.waitForTimeout(1500);
      assert.deepEqual(v.requests.filter((url) => !url.startsWith(HOST)), [`${BASE_URL}/widget/widget.js`]);
      const kept = await v.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
      assert.deepEqual(kept, [0, 0, ""]);
      assert.deepEqual(await v.context.cookies(), []);
    }));

  it("is one stop of Tab, after the page's own", () =>
    visit(async (v) => {
      const stops = [];
      for (let press = 0; press < 5; press += 1) {
        await v.page.keyboard.press("Tab");
        stops.push(await v.focus());
      }
      assert.deepEqual(stops, ["first", "second", "third", "launcher", "BODY"]);
      assert.equal(await v.find(".launcher").getAttribute("aria-expanded"), "false");
    }));

  it("refuses a chat that is another file than the one built", () =>
    visit(async (v) => {
      await v.context.route("**/widget/core-*.js", (route) =>
        route.fulfill({ body: "window.forged = true;", contentType: "text/javascript", headers: { "Access-Control-Allow-Origin": "*" } }));
      await v.find(".launcher").click();
      await v.page.waitForTimeout(500);
      assert.equal(await v.page.evaluate(() => window.forged), undefined);
    }, {}, /integrity|preload/i));
});

describe("on a page", tests, () => {
  for (const path of ["/plain", "/nonce", "/wordpress", "/late"]) {
    it(`such as ${path}`, () =>
      visit(async (v) => {
        await v.open();
        await v.ask("what is RCS?");
      }, { path }));
  }

  it("of its own, it fills it and has no launcher", () =>
    visit(async (v) => {
      await v.find(".panel[role=main]").waitFor();
      assert.equal(await v.find(".launcher").isVisible(), false);
      await v.ask("what is RCS?");
      assert.deepEqual(await v.faults(), []);
    }, { path: "/whole", query: { "data-heading": "Glossary" } }));

  it("it asks nobody before they agree, if the page wants that", () =>
    visit(async (v) => {
      await v.open();
      await v.page.waitForTimeout(500);
      assert.deepEqual(v.requests.filter((url) => !url.startsWith(HOST) && !url.includes("/widget/")), []);
      assert.equal(await v.page.evaluate(() => localStorage.length), 0);
      assert.equal(await v.input.count(), 0);
      assert.deepEqual(await v.faults(), []);
      await v.find(".choice.main").click();
      await v.ask("what is RCS?");
    }, { query: { "data-consent": "" } }));

  it("its words and looks are what the page says", () =>
    visit(async (v) => {
      await v.page.evaluate(() => {
        const chat = document.querySelector("termwise-chat");
        chat.style.setProperty("--chat-accent", "rgb(120, 0, 80)");
        window.termwise.push(["setStrings", { send: "Go", placeholder: "?" }], ["open"]);
      });
      await v.find(".panel").waitFor();
      assert.equal(await v.find(".send").getAttribute("aria-label"), "Go");
      assert.equal(await v.find(".head h2").innerText(), "Words");
      assert.equal(await v.find(".mark").evaluate((node) => getComputedStyle(node).backgroundColor), "rgb(120, 0, 80)");
      await v.find(".question", { hasText: "what is SMS?" }).click();
      await v.answered("what is SMS?");
      await v.page.evaluate(() => document.querySelector("termwise-chat").setAttribute("lang", "de"));
      await v.page.waitForFunction(() => document.querySelector("termwise-chat").shadowRoot.querySelector("#menu").title === "Mehr");
    }, { query: { "data-heading": "Words", "data-suggestions": "what is SMS?|what is MMS?" } }));
});

describe("opening", tests, () => {
  for (const key of ["Enter", "Space"]) {
    it(`opens with ${key}, closes with Escape, and gives the focus back`, () =>
      visit(async (v) => {
        await v.find(".launcher").focus();
        await v.page.keyboard.press(key);
        await v.find(".panel").waitFor();
        assert.equal(await v.focus(), "input");
        await v.page.keyboard.press("Escape");
        await v.find(".panel").waitFor({ state: "detached" });
        assert.equal(await v.focus(), "launcher");
      }));
  }

  it("can be refused by the page, and tells it what happens", () =>
    visit(async (v) => {
      await v.page.evaluate(() => {
        window.events = [];
        for (const name of ["chat-open", "chat-close", "chat-send", "chat-answer", "chat-status", "chat-feedback"]) {
          addEventListener(name, (event) => {
            window.events.push(name);
            if (window.refuse === name) event.preventDefault();
          });
        }
        window.refuse = "chat-open";
      });
      await v.find(".launcher").click();
      await v.page.waitForTimeout(300);
      assert.equal(await v.find(".panel").count(), 0);
      await v.page.evaluate(() => (window.refuse = ""));
      await v.open();
      await v.ask("what is RCS?");
      await v.find(".tool.helpful").click();
      await v.page.waitForFunction(() => window.events.includes("chat-feedback"));
      await v.page.keyboard.press("Escape");
      const events = await v.page.evaluate(() => [...new Set(window.events)]);
      assert.deepEqual(events.sort(), ["chat-answer", "chat-close", "chat-feedback", "chat-open", "chat-send", "chat-status"]);
    }));

  it("obeys the page's commands, also those given before it was there", () =>
    visit(async (v) => {
      await v.page.evaluate(() => {
        window.termwise.push(["open"], ["send", "what is RCS?"]);
      });
      await v.answered("what is RCS?");
    }));
});

describe("an answer", tests, () => {
  it("cites the glossary: a number unfolds the passage with the very words marked", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("who uses SMS and why?");
      const cite = answer.locator(".said .cite").first();
      assert.equal(await cite.getAttribute("aria-expanded"), "false");
      await cite.click();
      const passage = answer.locator(".said .passage").first();
      await passage.locator("mark").first().waitFor();
      await passage.getByText("Looking").waitFor({ state: "detached" });
      const marked = (await passage.locator("mark").allTextContents()).join(" ");
      const said = await answer.locator(".said").first().innerText();
      assert.ok(marked.length > 20 && said.includes(marked.slice(0, 40)), marked);
      assert.match(await passage.innerText(), /sms\.md, line \d+/);
      await cite.click();
      await passage.waitFor({ state: "detached" });
      await answer.locator("summary").click();
      await answer.locator(".sources .line").first().click();
      await answer.locator(".sources .passage mark").first().waitFor();
    }));

  it("shows two terms side by side, on a phone as well", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("How does SMS differ from MMS?");
      const table = answer.locator("table.compared");
      assert.equal(await table.locator("thead th").count(), 2);
      assert.equal(await table.locator("tbody").first().locator("td").count(), 2);
      assert.ok((await v.overflow()) <= 0);
      assert.equal(await answer.locator("text=Sources:").count(), 0);
    }, { context: { viewport: { width: 360, height: 740 }, hasTouch: true } }));

  it("goes on: related terms, questions, nearest terms, which one was meant", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("what is RCS?");
      const chip = answer.locator(".chip").first();
      const term = (await chip.innerText()).trim();
      await chip.click();
      assert.equal(await v.focus(), "input");
      await v.answered(`What is ${term}?`);
      const declined = await v.ask("what is the capital of France?");
      assert.match(await declined.innerText(), /Not in the glossary/);
      await declined.locator(".chip").first().click();
      const unsure = await v.ask("tell me about the thing with numbers and phones");
      await unsure.locator(".question").first().click();
      await v.find(".turn:last-of-type .answer").waitFor();
    }));

  it("can be rated, with a reason, and the rating taken back", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("what is RCS?");
      const down = answer.locator(".tool.unhelpful");
      await down.click();
      await v.page.waitForTimeout(300);
      const [form, log] = [await answer.locator(".reason").boundingBox(), await v.find(".log").boundingBox()];
      assert.ok(form.y + form.height <= log.y + log.height + 1, "what is asked for is in sight");
      await answer.locator(".reason input").first().check();
      await answer.locator(".reason textarea").fill("old news");
      await answer.locator(".reason button[type=submit]").click();
      assert.equal(await down.getAttribute("aria-pressed"), "true");
      assert.equal(await v.focus(), "tool unhelpful");
      await down.click();
      await v.page.waitForFunction(() => window.announced.includes("Feedback withdrawn."));
      assert.equal(await down.getAttribute("aria-pressed"), "false");
    }));

  it("can be copied, and the conversation taken along", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("what is RCS?");
      await answer.locator(".tool").last().click();
      const copied = await v.page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /Rich communication services is a standard[^]*\[1\] rich-communication-services/);
      await v.find("#menu").click();
      const [download] = await Promise.all([v.page.waitForEvent("download"), v.find(".menu button").nth(1).click()]);
      assert.equal(download.suggestedFilename(), "chat.txt");
      assert.match(readFileSync(await download.path(), "utf8"), /what is RCS\?[^]*Rich communication/);
    }, { context: { permissions: ["clipboard-read", "clipboard-write"], acceptDownloads: true } }));
});

describe("names while typing", tests, () => {
  it("are offered, taken with the arrows and Enter, and left with Escape", () =>
    visit(async (v) => {
      await v.open();
      await v.input.pressSequentially("what is instant m");
      await v.find("#terms li").first().waitFor();
      await v.page.waitForFunction(() => /^\d suggestions?$/.test(window.announced.at(-1) ?? ""));
      await v.page.keyboard.press("Escape");
      await v.find("#terms").waitFor({ state: "detached" });
      assert.equal(await v.find(".panel").count(), 1);
      await v.input.pressSequentially("e");
      await v.find("#terms li").first().waitFor();
      await v.page.keyboard.press("ArrowDown");
      assert.equal(await v.input.getAttribute("aria-activedescendant"), "term-0");
      const term = await v.find("#term-0").innerText();
      await v.page.keyboard.press("Enter");
      assert.equal(await v.input.inputValue(), `what is ${term}`);
      await v.page.keyboard.press("Enter");
      await v.answered(`what is ${term}`);
    }));

  it("do not send what is being composed", () =>
    visit(async (v) => {
      await v.open();
      await v.input.fill("what is RCS?");
      await v.input.dispatchEvent("keydown", { key: "Enter", isComposing: true, keyCode: 229, bubbles: true });
      await v.page.waitForTimeout(300);
      assert.equal(await v.find(".turn").count(), 0);
    }));

  it("and a question that is too long is not sent, and says so", () =>
    visit(async (v) => {
      await v.open();
      await v.input.fill("a".repeat(2001));
      assert.match(await v.find(".counter").innerText(), /Too long by 1/);
      await v.input.press("Enter");
      assert.equal(await v.find(".turn").count(), 0);
    }));
});

describe("by keyboard alone", tests, () => {
  it("one asks, reads the source, rates, starts anew and leaves", () =>
    visit(async (v) => {
      const press = async (...keys) => {
        for (const key of keys) await v.page.keyboard.press(key);
      };
      await v.find(".launcher").focus();
      await press("Enter");
      await v.input.waitFor();
      await v.page.keyboard.type("what is RCS?");
      await press("Enter");
      await v.answered("what is RCS?");
      assert.equal(await v.focus(), "input");
      await press("F6");
      assert.equal(await v.focus(), "log");
      await press("Tab");
      assert.equal(await v.focus(), "cite");
      await press("Enter");
      await v.find(".said .passage").waitFor();
      const seen = new Set();
      for (let step = 0; step < 40 && !(await v.focus()).includes("send"); step += 1) {
        seen.add(await v.focus());
        await press("Tab");
      }
      for (const stop of ["line", "chip", "question", "tool helpful", "tool unhelpful", "input"]) {
        assert.ok(stop === "line" || seen.has(stop), `${stop} of ${[...seen]}`);
      }
      await press("F6", "F6");
      assert.equal(await v.focus(), "log");
      await press("F6", "ArrowUp");
      assert.equal(await v.input.inputValue(), "what is RCS?");
      await press("Escape");
      assert.equal(await v.focus(), "launcher");
    }));

  it("stays in the chat while it fills a phone", () =>
    visit(async (v) => {
      await v.open();
      assert.equal(await v.find(".panel").getAttribute("aria-modal"), "true");
      for (let step = 0; step < 25; step += 1) {
        await v.page.keyboard.press("Tab");
        const inside = await v.page.evaluate(() => document.activeElement?.tagName);
        assert.equal(inside, "TERMWISE-CHAT");
      }
      assert.equal(await v.page.evaluate(() => document.documentElement.style.overflow), "hidden");
      await v.page.keyboard.press("Escape");
      assert.equal(await v.page.evaluate(() => document.documentElement.style.overflow), "");
    }, { context: { viewport: { width: 390, height: 800 } } }));
});

describe("to screen readers", tests, () => {
  it("an answer is told once, in words, and the transcript never", () =>
    visit(async (v) => {
      await v.open();
      await v.ask("what is RCS?");
      await v.page.waitForTimeout(1200);
      const told = (await v.announced()).filter((text) => text.includes("Rich communication services is"));
      assert.equal(told.length, 1);
      assert.match(told[0], /1 source\n4 related terms$/);
      assert.ok(!told[0].includes("[1]") && !told[0].includes("**"));
      assert.equal(await v.find(".log").getAttribute("aria-live"), "off");
      await v.page.reload();
      await v.open();
      await v.answered("what is RCS?");
      await v.page.waitForTimeout(800);
      assert.deepEqual((await v.announced()).filter((text) => text.includes("Rich")), []);
    }));

  it("equal answers are told each time", () =>
    visit(async (v) => {
      await v.open();
      await v.ask("what is RCS?");
      await v.page.waitForTimeout(500);
      await v.say("what is RCS?");
      await v.page.waitForFunction(() => window.announced.filter((text) => text.includes("Rich communication services is")).length === 2);
    }));

  it("an answer never takes the focus", () =>
    visit(async (v) => {
      await v.open();
      await v.say("what is RCS?");
      await v.find("#menu").focus();
      await v.answered("what is RCS?");
      await v.page.waitForTimeout(500);
      assert.equal(await v.focus(), "menu");
      await v.page.locator("#third").focus();
      await v.page.evaluate(() => document.querySelector("termwise-chat").send("what is SMS?"));
      await v.answered("what is SMS?");
      assert.equal(await v.focus(), "third");
    }));
});

describe("a long conversation", tests, () => {
  it("follows its end only if that is being read", () =>
    visit(async (v) => {
      await v.open();
      for (const term of ["SMS", "MMS", "RCS"]) await v.ask(`what is ${term}?`);
      const place = () => v.find(".log").evaluate((log) => log.scrollTop);
      const isSeen = () => v.turn("what is RCS?").evaluate((turn) => {
        const box = turn.closest(".log").getBoundingClientRect();
        return turn.getBoundingClientRect().top >= box.top - 1 && turn.getBoundingClientRect().top < box.bottom;
      });
      assert.ok(await isSeen(), "the beginning of the newest answer");
      await v.context.setOffline(true);
      await v.say("what is spam?");
      await v.find(".log").evaluate((log) => (log.scrollTop = 0));
      await v.page.waitForTimeout(200);
      await v.context.setOffline(false);
      await v.answered("what is spam?");
      await v.find(".newer").waitFor();
      assert.equal(await place(), 0);
      await v.find(".newer").click();
      await v.find(".newer").waitFor({ state: "detached" });
      assert.ok((await place()) > 0);
    }, {}, /ERR_INTERNET_DISCONNECTED|WebSocket/));

  it("counts what came while it was closed", () =>
    visit(async (v) => {
      await v.open();
      await v.input.fill("what is RCS?");
      await v.input.evaluate((input) => { // at once, so that no answer comes before it is closed
        for (const key of ["Enter", "Escape"]) {
          input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
        }
      });
      await v.find(".badge").waitFor();
      assert.match(await v.find(".launcher").innerText(), /1/);
      assert.match(await v.find(".badge .unseen").textContent(), /1 new answer/);
      await v.open();
      assert.equal(await v.find(".badge").count(), 0);
    }));
});

describe("words that run the other way than the page", tests, () => {
  it("keep their order: a sentence, a comparison and a name in brackets", () =>
    visit(async (v) => {
      await v.open();
      const answer = await v.ask("How does SMS differ from MMS?");
      const [first, second] = await answer.locator("thead th").evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().left));
      assert.ok(first < second, "English columns run from left to right");
      assert.equal(await answer.locator(".said").evaluate((said) => getComputedStyle(said).direction), "ltr");
      assert.equal(await answer.locator(".chip").first().evaluate((chip) => getComputedStyle(chip).unicodeBidi), "plaintext");
      assert.equal(await v.find(".panel").evaluate((panel) => getComputedStyle(panel).direction), "rtl");
    }, { query: { "data-dir": "rtl" } }));
});
