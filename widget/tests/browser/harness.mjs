// What the browser tests share: a browser, pages of another site that carry the widget, and small helpers.
//
// BASE_URL is a gateway with the real assistant behind it, whose ORIGINS has http://127.0.0.1:HOST_PORT.
// CONTROL_URL, if given, stops and starts that gateway.

import { createServer } from "node:http";
import { RULES, axeSource } from "./chromium.mjs";

export { launch } from "./chromium.mjs";
export const { BASE_URL, CONTROL_URL } = process.env;
export const HOST_PORT = Number(process.env.HOST_PORT ?? 0);
export const HOST = `http://127.0.0.1:${HOST_PORT}`;

const socketUrl = BASE_URL?.replace(/^http/, "ws");
export const POLICY = [
  "default-src 'none'", `script-src ${BASE_URL}`, `connect-src ${BASE_URL} ${socketUrl}`, "style-src 'none'", "img-src 'none'",
  "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types lit-html",
].join("; ");

const CONTENT = `<header><a href="/?x" id="first">Home</a></header><main><h1>A page of another site</h1>
  <p>It has a <a href="/?y" id="second">link</a> and a <button type="button" id="third">button</button>.</p></main>`;
const NONCE = "bm9uY2U";

/** Pages of other sites, by path: how each allows and loads the script. */
const PAGES = {
  "/": { policy: POLICY, content: CONTENT, load: (tag) => `<script src="${BASE_URL}/widget/widget.js" ${tag} async></script>` },
  "/plain": { content: CONTENT, load: (tag) => `<script src="${BASE_URL}/widget/widget.js" ${tag} async></script>` },
  "/nonce": {
    policy: POLICY.replace(`script-src ${BASE_URL}`, `script-src 'nonce-${NONCE}' 'strict-dynamic'`), content: CONTENT,
    load: (tag) => `<script nonce="${NONCE}" src="${BASE_URL}/widget/widget.js" ${tag} async></script>`,
  },
  "/wordpress": {
    content: CONTENT,
    load: (tag) => `<script src="${BASE_URL}/widget/widget.js?ver=6.8" id="termwise-js" defer data-wp-strategy="defer" ${tag}></script>`,
  },
  "/late": {
    content: CONTENT,
    load: () => `<script>addEventListener("load", () => { const s = document.createElement("script");
      s.src = "${BASE_URL}/widget/widget.js"; document.head.append(s); });</script>`,
  },
  "/whole": { policy: POLICY, content: "", load: (tag) => `<script src="${BASE_URL}/widget/widget.js" data-mode="page" ${tag} async></script>` },
};

/**
 * Serves them; `?data-theme=dark&page-lang=de` sets attributes of the tag and of the page.
 *
 * @param more pages of a test's own, by path; one with `script` is that script.
 */
export function host(more = {}) {
  const server = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url, HOST);
    const page = more[pathname] ?? PAGES[pathname];
    if (!page) {
      response.writeHead(204).end();
      return;
    }
    if (page.script) {
      response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(page.script);
      return;
    }
    const escaped = (text) => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const tag = [...searchParams].filter(([name]) => name.startsWith("data-")).map(([name, value]) => `${name}="${escaped(value)}"`);
    const language = searchParams.get("page-lang") ?? "en";
    const headers = { "Content-Type": "text/html; charset=utf-8", ...(page.policy ? { "Content-Security-Policy": page.policy } : {}) };
    response.writeHead(200, headers);
    response.end(`<!doctype html><html lang="${escaped(language)}"><head><title>Shop</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"></head><body>${page.content}${page.load(tag.join(" "))}</body></html>`);
  });
  return new Promise((resolve) => server.listen(HOST_PORT, "127.0.0.1", () => resolve(server)));
}

/** The words that screen readers are told, in order: kept by the page itself. */
const LISTEN = `
  window.announced = [];
  const heard = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const region = target.closest?.("[data-chat-announcer]") ?? target.parentElement?.closest("[data-chat-announcer]");
      if (region && region.textContent) window.announced.push(region.textContent);
    }
  });
  addEventListener("DOMContentLoaded", () => heard.observe(document.documentElement, { subtree: true, childList: true, characterData: true }));
`;

/** One person on one page. Every line on the console is kept in `noise`. */
export class Visitor {
  static async come(browser, { path = "/", query = {}, context = {}, shared, url } = {}) {
    const around = shared ?? (await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...context }));
    const page = await around.newPage();
    const visitor = new Visitor(around, page);
    page.on("console", (message) => visitor.noise.push(message.text()));
    page.on("pageerror", (error) => visitor.noise.push(String(error)));
    page.on("request", (request) => visitor.requests.push(request.url()));
    page.on("dialog", (dialog) => {
      visitor.noise.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript(LISTEN);
    await page.goto(url ?? `${HOST}${path}?${new URLSearchParams(query)}`);
    await page.locator("termwise-chat").waitFor({ state: "attached" });
    return visitor;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.noise = [];
    this.requests = [];
  }

  get input() {
    return this.page.locator("termwise-chat #input");
  }

  find(selector, options) {
    return this.page.locator(`termwise-chat ${selector}`, options);
  }

  turn(text) {
    return this.page.locator("termwise-chat .turn", { has: this.page.locator(".own p", { hasText: text }) }).last();
  }

  async open() {
    await this.find(".launcher").click();
    await this.find(".panel").waitFor();
  }

  /**
   * Stand between the chat and the server, before it is opened; returns who speaks as a helpdesk would.
   * What the chat wishes of a hand-over is answered here: refused while `refuses` is set.
   */
  async helpdesk() {
    const desk = { wishes: [], refuses: false, notes: 0 };
    await this.page.routeWebSocket(/\/socket\.io\//, (client) => {
      const server = client.connectToServer();
      desk.send = (event, payload) => client.send(`42${JSON.stringify([event, { v: 1, made: Date.now() / 1000, ...payload }])}`);
      desk.step = (about) => desk.send("handover", { note: (desk.notes += 1), ...about });
      desk.says = (text, name = "Ana") => desk.send("bot_uttered", { note: (desk.notes += 1), text, author: { kind: "person", name } });
      client.onMessage((frame) => {
        const [, ack, payload] = /^42(\d+)\["handover",(.*)\]$/.exec(frame) ?? [];
        if (!ack) {
          server.send(frame);
          return;
        }
        const { wish } = JSON.parse(payload);
        desk.wishes.push(wish);
        client.send(`43${ack}[${JSON.stringify(desk.refuses ? { error: { code: "unavailable", text: "No." } } : {})}]`);
        if (!desk.refuses) desk.step(wish === "request" ? { state: "requested" } : { state: "ended", reason: "user" });
      });
      server.onMessage((frame) => client.send(frame));
    });
    return desk;
  }

  /** Ask by keyboard and wait for the answer; returns it. */
  async ask(text) {
    await this.say(text);
    return this.answered(text);
  }

  async say(text) {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  async answered(text) {
    const answer = this.turn(text).locator(".answer");
    await answer.waitFor({ timeout: 30_000 });
    return answer;
  }

  announced() {
    return this.page.evaluate(() => window.announced);
  }

  /** What has the focus, seen through shadow roots. */
  focus() {
    return this.page.evaluate(() => {
      let found = document.activeElement;
      while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
      return found?.id || found?.className || found?.tagName || "";
    });
  }

  async faults() {
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.flat().join(" ")} ${node.failureSummary}`).join(" | ")}`.slice(0, 600));
  }

  /** px by which something can be scrolled sideways. */
  overflow() {
    return this.page.evaluate(() => {
      const inner = [...(document.querySelector("termwise-chat")?.shadowRoot?.querySelectorAll(".panel, .log, .said, .foot, .head") ?? [])];
      const over = [document.documentElement, ...inner].map((node) => node.scrollWidth - node.clientWidth);
      return Math.max(...over);
    });
  }

  async leave() {
    await this.context.close();
  }
}

export async function control(command) {
  const response = await fetch(`${CONTROL_URL}/${command}`, { method: "POST" });
  if (!response.ok) {
    throw new Error(`${command}: ${await response.text()}`);
  }
}
