// The guides of docs/widget.md: what stands there is put on pages, and the chat on them is asked something.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { BASE_URL, HOST, Visitor, host, launch } from "./harness.mjs";

const WIDGET = fileURLToPath(new URL("../../", import.meta.url));
const GUIDE = readFileSync(join(WIDGET, "../docs/widget.md"), "utf8");
const tests = { timeout: 120_000 };
const here = (text) => text.replaceAll("wss://bot.example.org", BASE_URL.replace(/^http/, "ws")).replaceAll("https://bot.example.org", BASE_URL);

/** The block of code of that language that has a word in it. */
function block(language, word) {
  const found = [...GUIDE.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].find(([, of, code]) => of === language && code.includes(word));
  assert.ok(found, `docs/widget.md has no ${language} block with ${word}`);
  return here(found[2]);
}

const TAG = block("html", "widget/widget.js");
const POLICY = block("", "trusted-types").replaceAll("\n", " ").trim();
const LINK = here(/`(<a href="#chat">.*?<\/a>)`/.exec(GUIDE)[1]);

/** The tag that WordPress writes for what the guide enqueues. */
function enqueued() {
  const [, handle, address, strategy] = /wp_enqueue_script\('(\w+)', '([^']+)', \[\], null, \['strategy' => '(\w+)', 'in_footer' => true\]\)/.exec(block("php", "wp_enqueue"));
  return `<script src="${address}" id="${handle}-js" ${strategy}="${strategy}" data-wp-strategy="${strategy}"></script>`;
}

/** The component of the guide in a program of its own, installed and bundled as a project would. */
async function bundledForReact() {
  const project = mkdtempSync(join(tmpdir(), "react-host-"));
  try {
    mkdirSync(join(project, "node_modules"));
    symlinkSync(WIDGET, join(project, "node_modules", "termwise-chat")); // what `npm install PATH` does
    for (const name of ["react", "react-dom", "scheduler"]) symlinkSync(join(WIDGET, "node_modules", name), join(project, "node_modules", name));
    writeFileSync(join(project, "Chat.jsx"), block("jsx", "termwise-chat"));
    writeFileSync(join(project, "main.jsx"), `
      import { StrictMode, useState } from "react";
      import { createRoot } from "react-dom/client";
      import { Chat } from "./Chat.jsx";
      const heard = (detail) => (window.heard ??= []).push(detail.reply.answer.kind);
      function Page() {
        const [isThere, turn] = useState(true);
        return <><button id="turn" onClick={() => turn(!isThere)}>Chat</button>{isThere && <Chat server="${BASE_URL}" onAnswer={heard} />}</>;
      }
      createRoot(document.getElementById("root")).render(<StrictMode><Page /></StrictMode>);`);
    const { output } = await build({
      root: project, configFile: false, logLevel: "error", oxc: { jsx: { runtime: "automatic" } },
      build: { write: false, rolldownOptions: { input: join(project, "main.jsx"), output: { format: "iife", codeSplitting: false } } },
    });
    return output.find((file) => file.isEntry).code;
  } finally {
    rmSync(project, { recursive: true });
  }
}

let browser;
let pages;
before(async () => {
  pages = await host({
    "/html": { content: `<header>${LINK}</header><main><h1>A page</h1></main>`, load: () => TAG },
    "/strict": { policy: POLICY, content: "<main><h1>A page</h1></main>", load: () => TAG },
    "/wordpress": { content: "<main><h1>A page</h1></main>", load: enqueued },
    "/commands": { content: "<main><h1>A page</h1></main>", load: () => block("html", "termwise.push") + TAG },
    "/react": { policy: POLICY.replace("script-src", `script-src ${HOST}`), content: '<main><h1>A page</h1><div id="root"></div></main>', load: () => '<script src="/react.js"></script>' },
    "/react.js": { script: await bundledForReact() },
  });
  browser = await launch();
});
after(async () => {
  await browser.close();
  pages.close();
});

async function visit(path, test) {
  const visitor = await Visitor.come(browser, { path });
  try {
    await test(visitor);
    assert.deepEqual(visitor.noise, []);
  } finally {
    await visitor.leave();
  }
}

async function answers(v) {
  const answer = await v.ask("what is RCS?");
  assert.match(await answer.innerText(), /Rich communication services/);
  assert.deepEqual(await v.faults(), []);
}

describe("the guide for", tests, () => {
  it("plain HTML, and a link that opens the chat", () =>
    visit("/html", async (v) => {
      await v.page.getByRole("link", { name: "Ask the glossary" }).press("Enter");
      await v.find(".panel").waitFor();
      await answers(v);
    }));

  it("a strict policy with Trusted Types", () =>
    visit("/strict", async (v) => {
      await v.open();
      await answers(v);
    }));

  it("WordPress", () =>
    visit("/wordpress", async (v) => {
      await v.open();
      await answers(v);
    }));

  it("commands before the script is there", async () => {
    const v = await Visitor.come(browser, { path: "/commands" });
    try {
      await v.find(".badge").waitFor();
      assert.equal(v.noise.length, 1, "the guide's own line on the console");
      await v.open();
      await v.answered("What is RCS?");
    } finally {
      await v.leave();
    }
  });

  it("React, bundled by Vite, mounted twice and taken away", () =>
    visit("/react", async (v) => {
      await v.find(".panel").waitFor();
      await answers(v);
      assert.deepEqual(await v.page.evaluate(() => window.heard), ["answer"]);
      await v.page.locator("#turn").click();
      await v.find(".panel").waitFor({ state: "detached" });
      await v.page.locator("#turn").click();
      await v.answered("what is RCS?");
      assert.equal(await v.find(".turn").count(), 1);
    }));
});
