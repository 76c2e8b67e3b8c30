// Measures other chat widgets as this one is measured: size, axe, a strict policy, the keyboard, requests elsewhere.
//
//   node beside.mjs FOLDER     FOLDER has what `npm pack` gives of PACKAGES, unpacked; `make widget-beside` does that
//   node beside.mjs --packages says which those are
//
// Each widget stands on a minimal page of its own, without a server to answer it, and is opened by mouse.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { RULES, axeSource, launch } from "./tests/browser/chromium.mjs";

const SETTLED = 2500; // ms until a widget is taken to be drawn
const RULES_OF_LAW = RULES.filter((rule) => rule !== "best-practice");
const BUILT = fileURLToPath(new URL("dist/", import.meta.url));

/** How each is put on a page, what opens it, and what is then there. */
const OTHERS = {
  "botframework-webchat@4.18.1": {
    tag: '<script src="/dist/webchat.js"></script>', launcher: "", panel: "#place [role=complementary]",
    init: `document.getElementById("place").style.height = "500px"; WebChat.renderWebChat({ directLine: WebChat.createDirectLine({ token: "t", domain: location.origin + "/none" }) }, document.getElementById("place"));`,
  },
  "deep-chat@2.4.2": {
    tag: '<script type="module" src="/dist/deepChat.bundle.js"></script>', launcher: "", panel: "deep-chat",
    init: `document.getElementById("place").append(Object.assign(document.createElement("deep-chat"), { connect: { url: "/none" } }));`,
  },
  "rasa-webchat@1.0.1": {
    tag: '<script src="/lib/index.js"></script>', launcher: ".rw-launcher", panel: ".rw-conversation-container",
    init: `WebChat.default({ socketUrl: location.origin, title: "Chat", initPayload: "/greet", hideWhenNotConnected: false, customData: { language: "en" } }, null);`,
  },
  "@n8n/chat@1.37.0": {
    tag: '<link rel="stylesheet" href="/dist/style.css">', launcher: ".chat-window-toggle", panel: ".chat-window",
    init: `import { createChat } from "/dist/chat.bundle.es.js"; createChat({ webhookUrl: location.origin + "/none" });`,
  },
};
const OURS = {
  tag: '<script src="/widget.js" async></script>', launcher: "termwise-chat .launcher", panel: "termwise-chat .panel", init: "",
  policy: "; require-trusted-types-for 'script'; trusted-types lit-html",
};

function page(widget, isStrict) {
  const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'${widget.policy ?? ""}`;
  return {
    headers: { "Content-Type": "text/html; charset=utf-8", ...(isStrict ? { "Content-Security-Policy": policy } : {}) },
    body: `<!doctype html><html lang="en"><head><title>A page</title><meta name="viewport" content="width=device-width, initial-scale=1">
      <script src="/watch.js"></script></head><body><main><h1>A page</h1><p><a href="#x" id="first">A link</a></p><div id="place"></div></main>
      ${widget.tag}<script type="module" src="/init.js"></script></body></html>`,
  };
}

const WATCH = "window.violations = []; addEventListener('securitypolicyviolation', (event) => window.violations.push(event.effectiveDirective));";
const TYPES = { mjs: "text/javascript; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };

/** A site with one widget on it: `/` without a policy, `/strict` with one. The files it was asked for are in `sent`. */
function site(widget, folder) {
  const sent = new Map();
  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const made = { "/": page(widget, false), "/strict": page(widget, true), "/watch.js": { headers: { "Content-Type": TYPES.js }, body: WATCH }, "/init.js": { headers: { "Content-Type": TYPES.js }, body: widget.init } }[path];
    if (made) {
      response.writeHead(200, made.headers).end(made.body);
      return;
    }
    try {
      const body = readFileSync(join(folder, path));
      sent.set(path, gzipSync(body, { level: 9 }).length);
      response.writeHead(200, { "Content-Type": TYPES[path.split(".").at(-1)] ?? "application/json" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ server, sent })));
}

async function visited(browser, widget, address, look) {
  const context = await browser.newContext();
  const found = await context.newPage();
  const elsewhere = new Set();
  found.on("request", (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(address).host) elsewhere.add(host);
  });
  await found.goto(address);
  await found.waitForTimeout(SETTLED);
  try {
    return await look(found, elsewhere);
  } finally {
    await context.close();
  }
}

async function open(found, widget) {
  // Some show nothing before a server answers them: then what is measured is the closed widget.
  if (widget.launcher) await found.locator(widget.launcher).first().click({ timeout: 3000 }).catch(() => undefined);
  await found.waitForTimeout(SETTLED);
  return found.locator(widget.panel).first().isVisible();
}

async function byKeyboard(found, widget) {
  for (let press = 0; press < 8; press += 1) {
    await found.keyboard.press("Tab");
    const isIt = await found.evaluate((selector) => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return Boolean(active?.closest(selector));
    }, widget.launcher.split(" ").at(-1));
    if (isIt) return true;
  }
  return false;
}

async function measured(browser, widget, folder) {
  const { server, sent } = await site(widget, folder);
  const address = `http://127.0.0.1:${server.address().port}/`;
  try {
    const reached = widget.launcher ? await visited(browser, widget, address, (found) => byKeyboard(found, widget)) : null;
    const plain = await visited(browser, widget, address, async (found, elsewhere) => {
      const isOpen = await open(found, widget);
      await found.evaluate(axeSource);
      const { violations } = await found.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES_OF_LAW);
      const regions = await found.locator("[aria-live]:not([aria-live=off]), [role=log], [role=status], [role=alert]").count();
      return { isOpen, axe: violations.map(({ id }) => id), regions, elsewhere: [...elsewhere] };
    });
    const strict = await visited(browser, widget, `${address}strict`, async (found) => {
      const isOpen = await open(found, widget);
      return { isOpen, violations: await found.evaluate(() => window.violations) };
    });
    return { bytes: [...sent.values()].reduce((sum, bytes) => sum + bytes, 0), reached, plain, strict };
  } finally {
    server.close();
  }
}

function row(name, { bytes, reached, plain, strict }) {
  const kinds = [...new Set(strict.violations)].join(", ");
  return [
    `${name}: ${bytes} bytes gzip; opened: ${plain.isOpen}`,
    `  axe: ${plain.axe.length} rules of A and AA failed (${plain.axe.join(", ")}); live regions: ${plain.regions}`,
    `  strict policy: ${strict.violations.length} violations (${kinds}), opened: ${strict.isOpen}`,
    `  launcher by keyboard: ${reached ?? "has none"}; requests elsewhere: ${plain.elsewhere.join(", ") || "none"}`,
  ].join("\n");
}

async function main(folder) {
  const browser = await launch();
  console.log(`Chromium ${browser.version()}`);
  try {
    console.log(row("termwise", await measured(browser, OURS, BUILT)));
    for (const [name, widget] of Object.entries(OTHERS)) {
      const place = join(folder, name.replace(/^@/, "").replace("/", "-").replace("@", "-"));
      console.log(row(name, await measured(browser, widget, place)));
    }
  } finally {
    await browser.close();
  }
}

if (process.argv[2] === "--packages") {
  console.log(Object.keys(OTHERS).join(" "));
} else {
  await main(process.argv[2]);
}
