// Bad networks: whatever happens, each question is asked once, answered once, and in order.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BASE_URL, Visitor, control, host, launch } from "./harness.mjs";

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

const TERMS = ["SMS", "MMS", "RCS", "spam"];
const question = (term) => `what is ${term}?`;

async function visit(test, options = {}) {
  const visitor = await Visitor.come(browser, options);
  try {
    await test(visitor);
  } finally {
    await visitor.leave();
  }
}

/** What the widget shows and what the server has, question by question. */
async function compare(v, terms) {
  const questions = terms.map(question);
  for (const asked of questions) await v.answered(asked);
  await v.page.waitForTimeout(500);
  assert.deepEqual(await v.find(".own p").allTextContents(), questions);
  assert.equal(await v.find(".answer").count(), questions.length);
  const kept = await v.page.evaluate(() => Object.values(localStorage).map((text) => JSON.parse(text)).find((found) => found.token));
  const response = await fetch(`${BASE_URL}/v1/conversation`, { headers: { Authorization: `Bearer ${kept.token}` } });
  const { turns } = await response.json();
  assert.deepEqual(turns.map((turn) => turn.text), questions);
  assert.ok(turns.every((turn) => turn.outcome === "answered" && turn.messages.length === 1));
}

/** The frames of a socket, as they pass: `spoil` may swallow one. */
async function between(v, spoil) {
  await v.page.routeWebSocket(/\/socket\.io\//, (client) => {
    const server = client.connectToServer();
    client.onMessage((frame) => (spoil.up?.(frame, client) ? undefined : server.send(frame)));
    server.onMessage((frame) => (spoil.down?.(frame, client) ? undefined : client.send(frame)));
  });
}

describe("offline", { timeout: 120_000 }, () => {
  it("questions wait, in sight, and go out once", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      await v.context.setOffline(true);
      for (const term of TERMS.slice(1)) await v.say(question(term));
      assert.equal(await v.find(".progress.waiting").count(), 3);
      await v.find(".strip.bad").waitFor();
      assert.match(await v.find(".strip.bad").innerText(), /offline/);
      await v.context.setOffline(false);
      await compare(v, TERMS);
      await v.find(".strip").waitFor({ state: "detached" });
    }));

  it("a question that waits can be changed", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      await v.context.setOffline(true);
      await v.say(question("nonsense"));
      await v.find(".progress.waiting button").nth(1).click();
      assert.equal(await v.input.inputValue(), question("nonsense"));
      await v.say(question("MMS"));
      await v.context.setOffline(false);
      await compare(v, ["SMS", "MMS"]);
    }));

  it("questions outlive the page", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      await v.context.setOffline(true);
      await v.say(question("MMS"));
      await v.page.close();
      await v.context.setOffline(false);
      const next = await Visitor.come(browser, { shared: v.context });
      await next.open();
      await compare(next, ["SMS", "MMS"]);
    }));
});

describe("a bad line", { timeout: 180_000 }, () => {
  it("acknowledgements that get lost double nothing", () =>
    visit(async (v) => {
      let lost = 0;
      await between(v, {
        down: (frame, client) => {
          // The first acknowledgements of questions are swallowed, with the connection.
          if (/^43\d+\[\{"number"/.test(frame) && lost < 2) {
            lost += 1;
            client.close();
            return true;
          }
          return false;
        },
      });
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
      assert.ok(lost >= 1);
    }));

  it("questions that get lost are sent again", () =>
    visit(async (v) => {
      let lost = 0;
      await between(v, {
        up: (frame, client) => {
          if (/^42\d+\["user_uttered"/.test(frame) && lost < 2) {
            lost += 1;
            client.close();
            return true;
          }
          return false;
        },
      });
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
      assert.equal(lost, 2);
    }));

  it("answers that get lost are fetched", () =>
    visit(async (v) => {
      let lost = 0;
      await between(v, {
        down: (frame, client) => {
          if (/^42\["bot_uttered"/.test(frame) && lost < 2) {
            lost += 1;
            client.close();
            return true;
          }
          return false;
        },
      });
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
      // All that was answered before the new connection comes with it: there may be no second.
      assert.ok(lost >= 1);
    }));

  it("a slow network is waited for", () =>
    visit(async (v) => {
      const session = await v.context.newCDPSession(v.page);
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", { offline: false, latency: 800, downloadThroughput: 20_000, uploadThroughput: 20_000 });
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
    }));

  it("without WebSockets it goes by polling", () =>
    visit(async (v) => {
      await v.page.routeWebSocket(/socket\.io/, (client) => client.close());
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
      assert.ok(v.requests.some((url) => url.includes("transport=polling")));
    }));

  it("without any socket it goes by the API, and says that it is limited", () =>
    visit(async (v) => {
      await v.page.routeWebSocket(/socket\.io/, (client) => client.close());
      await v.context.route("**/socket.io/**", (route) => route.abort());
      await v.open();
      for (const term of TERMS) await v.say(question(term));
      await compare(v, TERMS);
      await v.find(".strip", { hasText: "Limited" }).waitFor();
      assert.ok(v.requests.some((url) => url.endsWith("/v1/ask")));
    }));
});

describe("the server", { timeout: 240_000, skip: process.env.CONTROL_URL ? false : "CONTROL_URL does not name a control" }, () => {
  it("is killed in the middle of questions and comes back", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      await v.say(question("MMS"));
      await v.say(question("RCS"));
      await control("kill");
      await v.say(question("spam"));
      await v.find(".strip.bad").waitFor();
      await control("start");
      await compare(v, TERMS);
    }));
});

describe("a session", { timeout: 120_000 }, () => {
  it("that ended leaves the conversation to read, and a new one begins", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      const token = await v.page.evaluate(() => JSON.parse(Object.values(localStorage)[0]).token);
      await fetch(`${BASE_URL}/v1/session`, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
      await v.ask(question("MMS"));
      await v.find(".divider").waitFor();
      assert.equal(await v.find(".divider").innerText(), "New conversation");
      assert.deepEqual(await v.find(".own p").allTextContents(), [question("SMS"), question("MMS")]);
    }));

  it("is the same after a reload", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      await v.page.reload();
      await v.open();
      await v.say(question("MMS"));
      await compare(v, ["SMS", "MMS"]);
    }));

  it("ends with all that was kept when its user wishes", () =>
    visit(async (v) => {
      await v.open();
      await v.ask(question("SMS"));
      const token = await v.page.evaluate(() => JSON.parse(Object.values(localStorage)[0]).token);
      await v.find("#menu").click();
      await v.find(".menu .forget").click();
      await v.find(".ask .danger").click();
      await v.page.getByText("Your chat is deleted, here and on the server.").first().waitFor();
      assert.equal(await v.find(".turn").count(), 0);
      assert.equal(await v.page.evaluate(() => localStorage.length), 0);
      const response = await fetch(`${BASE_URL}/v1/conversation`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal(response.status, 401);
      await v.ask(question("MMS"));
      assert.equal(await v.find(".turn").count(), 1);
    }));

  it("is one in two tabs", () =>
    visit(async (one) => {
      await one.open();
      await one.ask(question("SMS"));
      const two = await Visitor.come(browser, { shared: one.context });
      await two.open();
      await two.answered(question("SMS"));
      await Promise.all([one.say(question("MMS")), two.say(question("RCS"))]);
      for (const tab of [one, two]) {
        await tab.answered(question("MMS"));
        await tab.answered(question("RCS"));
        assert.equal(await tab.find(".turn").count(), 3);
        assert.equal(await tab.find(".answer").count(), 3);
      }
      assert.deepEqual(await one.find(".own p").allTextContents(), await two.find(".own p").allTextContents());
      await one.find("#menu").click();
      await one.find(".menu button").first().click();
      await two.page.waitForFunction(() => !document.querySelector("termwise-chat").shadowRoot.querySelector(".turn"));
    }));

  it("lasts as long as the page where storage is blocked", () =>
    visit(async (v) => {
      await v.page.evaluate(() => {
        const blocked = () => {
          throw new DOMException("blocked", "SecurityError");
        };
        Object.defineProperty(window, "localStorage", { get: blocked });
      });
      await v.open();
      await v.ask(question("SMS"));
      await v.ask(question("MMS"));
      assert.match(await v.find(".strip").innerText(), /cannot be kept/);
    }));
});
