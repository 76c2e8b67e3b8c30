// Every state in every look: no fault that axe finds, nothing to be scrolled sideways, and hostile words stay words.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Visitor, host, launch } from "./harness.mjs";

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

const LOOKS = {
  "light": {},
  "dark": { context: { colorScheme: "dark" } },
  "dark by its own theme": { query: { "data-theme": "dark" } },
  "the theme of high contrast": { query: { "data-theme": "contrast" } },
  "forced colours": { context: { forcedColors: "active" } },
  "more contrast": { context: { contrast: "more", colorScheme: "dark" } },
  "320 px": { context: { viewport: { width: 320, height: 640 }, hasTouch: true } },
  "400 %": { context: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 } },
  "German": { query: { "page-lang": "de" } },
  "right to left": { query: { "data-dir": "rtl", "page-lang": "en" } },
};

const QUESTIONS = ["what is RCS?", "How does SMS differ from MMS?", "what is the capital of France?", "tell me about the thing with numbers and phones"];

describe("each look", { timeout: 240_000 }, () => {
  for (const [name, options] of Object.entries(LOOKS)) {
    it(name, async () => {
      const v = await Visitor.come(browser, options);
      const desk = await v.helpdesk();
      const look = async (state) => {
        assert.deepEqual(await v.faults(), [], state);
        assert.ok((await v.overflow()) <= 0, `${state}: ${await v.overflow()} px too wide`);
      };
      try {
        await look("closed");
        await v.open();
        await v.find(".question").first().waitFor();
        await look("greeting");
        for (const question of QUESTIONS) await v.ask(question);
        for (const cite of [v.turn(QUESTIONS[0]).locator(".said .cite").first(), v.turn(QUESTIONS[1]).locator(".said .cite").last()]) await cite.click();
        await v.turn(QUESTIONS[0]).locator("summary").click();
        await v.turn(QUESTIONS[0]).locator(".line").first().click();
        await v.turn(QUESTIONS[0]).locator(".tool.unhelpful").click();
        await v.find(".passage mark").first().waitFor();
        await v.input.pressSequentially("instant m");
        await v.find("#terms li").first().waitFor();
        await v.page.keyboard.press("ArrowDown");
        await look("answers of all kinds, sources, reasons, suggestions");
        await v.input.fill("a".repeat(2001));
        await v.find("#menu").click();
        await look("menu, and a question too long");
        await v.page.keyboard.press("Escape");
        desk.step({ state: "offered" });
        await v.find(".strip[part=handover] button").nth(1).waitFor();
        desk.says("Hello, I am **Ana**.");
        await v.find(".answer.person").waitFor();
        await v.turn(QUESTIONS[0]).locator(".tool").nth(2).click();
        await v.find(".done").waitFor();
        await look("the offer of a person, what a person says, and what was just done");
        desk.step({ state: "connected", agent: "Ana" });
        await v.find(".strip[part=handover]", { hasText: "Ana" }).waitFor();
        await v.find("#menu").click();
        await v.find(".menu .forget").click();
        await v.input.fill("");
        await v.context.setOffline(true);
        await v.input.fill("what is spam?");
        await v.input.press("Enter");
        await v.find(".strip.bad").waitFor();
        await look("offline, something waits, and the question whether to delete");
        assert.deepEqual(v.noise.filter((line) => !/ERR_INTERNET_DISCONNECTED|WebSocket/.test(line)), []);
      } finally {
        await v.leave();
      }
    });
  }

  it("is as large as a finger, whatever can be pressed", async () => {
    const v = await Visitor.come(browser, { context: { viewport: { width: 390, height: 800 }, hasTouch: true } });
    try {
      await v.open();
      for (const question of QUESTIONS) await v.ask(question);
      await v.find("#menu").click();
      const small = await v.find(":is(button, a, summary, [role=option]):visible").evaluateAll((nodes) =>
        nodes.filter((node) => {
          const box = node.getBoundingClientRect();
          return box.width < 24 || box.height < 24;
        }).map((node) => `${node.className} ${node.textContent}`),
      );
      assert.deepEqual(small, []);
    } finally {
      await v.leave();
    }
  });
});

describe("a person who takes over", { timeout: 120_000 }, () => {
  it("is shown step by step, told once, and named", async () => {
    const v = await Visitor.come(browser);
    const desk = await v.helpdesk();
    try {
      await v.open();
      await v.ask("what is RCS?");
      const strip = v.find(".strip[part=handover]");
      desk.step({ state: "offered" });
      await strip.getByText("Would you like to talk to a person?").waitFor();
      desk.step({ state: "requested" });
      await strip.getByText("A person has been asked for.").waitFor();
      desk.step({ state: "waiting", place: 2, wait: 240 });
      await strip.getByText("place 2 in the queue, about 4 min").waitFor();
      desk.step({ state: "connected", agent: "Ana" });
      await strip.getByText("You are talking to Ana.").waitFor();
      desk.says("Hello, **how** can I help? <img src=x onerror=alert(1)>");
      desk.notes -= 1;
      desk.says("Hello, **how** can I help?");
      await v.find(".answer.person").waitFor();
      assert.equal(await v.find(".answer.person").count(), 1);
      assert.match(await v.find(".answer.person").innerText(), /Ana \(person\)[^]*how can I help\? <img/);
      assert.deepEqual(await v.faults(), []);
      desk.step({ state: "ended", reason: "agent" });
      await strip.waitFor({ state: "detached" });
      await v.find(".step", { hasText: "has ended" }).waitFor();
      await v.page.waitForFunction(() => window.announced.filter((text) => text.startsWith("Ana (person):")).length === 1);
      await v.page.reload();
      await v.open();
      await v.find(".answer.person").waitFor();
      assert.deepEqual(v.noise, []);
    } finally {
      await v.leave();
    }
  });

  it("is accepted, and left at every step, by keyboard", async () => {
    const v = await Visitor.come(browser);
    const desk = await v.helpdesk();
    const strip = v.find(".strip[part=handover]");
    const press = async (name) => {
      await strip.getByRole("button", { name, exact: true }).focus();
      await v.page.keyboard.press("Enter");
    };
    try {
      await v.open();
      await v.ask("what is RCS?");
      desk.step({ state: "offered" });
      await press("No, thanks");
      await v.find(".step", { hasText: "You are back with the assistant." }).waitFor();
      assert.equal(await v.focus(), "input");
      desk.step({ state: "offered" });
      await press("Yes, please");
      await strip.getByText("A person has been asked for.").waitFor();
      desk.refuses = true;
      await press("Cancel");
      await v.find(".done", { hasText: "could not be sent" }).waitFor();
      await strip.getByText("A person has been asked for.").waitFor();
      desk.refuses = false;
      await press("Cancel");
      await strip.waitFor({ state: "detached" });
      for (const [state, name] of [["waiting", "Cancel"], ["connected", "End"]]) {
        desk.step({ state, place: 1 });
        await press(name);
        await strip.waitFor({ state: "detached" });
        assert.equal(await v.focus(), "input");
      }
      assert.deepEqual(desk.wishes, ["cancel", "request", "cancel", "cancel", "cancel", "cancel"]);
      assert.deepEqual(v.noise, []);
    } finally {
      await v.leave();
    }
  });
});

describe("hostile words", { timeout: 120_000 }, () => {
  const HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1)) and [data](data:text/html,<script>alert(1)</script>)",
    "![picture](https://evil.example/x.png)",
    "**bold** <iframe srcdoc='<script>alert(1)</script>'></iframe>",
    `${">".repeat(400)} deep`,
    `${"*a ".repeat(300)}`,
    "| a | b |\n|---|---|\n| <svg onload=alert(1)> | [x](javascript:alert(2)) |",
    "\u202Egnirts desrever\u202C ${constructor} {{7*7}} \uE000\uE001",
  ];

  it("in questions are shown as they were written", async () => {
    const v = await Visitor.come(browser);
    try {
      await v.open();
      for (const words of HOSTILE.slice(0, 5)) {
        await v.say(words);
        await v.find(".turn").last().locator(".answer").waitFor();
      }
      const shown = await v.find(".own p").allTextContents();
      assert.deepEqual(shown, HOSTILE.slice(0, 5));
      assert.equal(await v.find(":is(img, iframe, script)").count(), 0);
      assert.deepEqual(v.noise, []);
    } finally {
      await v.leave();
    }
  });

  it("in answers become text, and links only where they lead to a page", async () => {
    const v = await Visitor.come(browser);
    await v.page.routeWebSocket(/\/socket\.io\//, (client) => {
      const server = client.connectToServer();
      client.onMessage((frame) => server.send(frame));
      server.onMessage((frame) => {
        const found = /^42(\["bot_uttered".*)$/s.exec(frame);
        if (!found) {
          client.send(frame);
          return;
        }
        const [event, payload] = JSON.parse(found[1]);
        const text = [...HOSTILE, "[good](https://example.org/) `code <b>`"].join("\n\n");
        const related = HOSTILE.slice(0, 2).map((term) => ({ id: term, term }));
        client.send(`42${JSON.stringify([event, { ...payload, text, custom: { ...payload.custom, related, citations: [{ n: "x" }, null], suggestions: [HOSTILE[0], 7] } }])}`);
      });
    });
    try {
      await v.open();
      const answer = await v.ask("what is RCS?");
      await v.page.waitForTimeout(300);
      assert.equal(await v.find(":is(img, iframe, script)").count(), 0);
      const links = await answer.locator("a").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("href")));
      assert.deepEqual(links, ["https://example.org/"]);
      assert.match(await answer.locator(".said").innerText(), /<script>alert\(1\)<\/script>/);
      assert.ok((await v.overflow()) <= 0);
      assert.deepEqual(v.requests.filter((url) => url.includes("evil")), []);
      await v.page.reload();
      await v.open();
      await v.answered("what is RCS?");
      assert.deepEqual(v.noise, []);
    } finally {
      await v.leave();
    }
  });

  it("in storage do no harm", async () => {
    const v = await Visitor.come(browser);
    try {
      for (const kept of ["{", "null", '{"v":1,"turns":[null,{"id":7}],"notes":"x","token":{}}', '{"v":1,"epoch":"x","turns":[{"id":"a","progress":"answered","reply":{"text":"<b>x</b>","answer":{"kind":"answer"}}}]}']) {
        await v.page.evaluate((text) => {
          const server = document.querySelector("termwise-chat").getAttribute("server");
          localStorage.setItem(`termwise-chat ${server}`, text);
        }, kept);
        await v.page.reload();
        await v.open();
        await v.ask("what is RCS?");
      }
      assert.deepEqual(v.noise, []);
    } finally {
      await v.leave();
    }
  });
});
