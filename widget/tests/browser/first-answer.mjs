// How long somebody waits who opens the chat and asks: node first-answer.mjs REPORT '["question", ...]', with BASE_URL.
//
// Writes for each question what the page's own clock showed, in ms, and the text of the answer.

import { writeFileSync } from "node:fs";
import { BASE_URL, launch } from "./harness.mjs";

const [report, questions] = process.argv.slice(2);
const PATIENCE = 45_000;

/** Runs in the page. What is drawn counts when the frame after it begins. */
function watch() {
  const times = (window.times = {});
  const begins = (name, event) => (times[name] ??= event.timeStamp);
  const within = (event, selector) => event.composedPath().some((node) => node.matches?.(selector));
  addEventListener("click", (event) => within(event, ".launcher") && begins("clicked", event), true);
  addEventListener("keydown", (event) => event.key === "Enter" && within(event, "#input") && begins("asked", event), true);
  const seen = new Set();
  const look = (now) => {
    const root = document.querySelector("termwise-chat")?.shadowRoot;
    const shown = {
      usable: root?.activeElement?.id === "input" && root.activeElement.checkVisibility(),
      answered: root?.querySelector(".turn .answer .said")?.textContent.trim(),
    };
    for (const [name, isShown] of Object.entries(shown)) {
      if (seen.has(name)) times[name] ??= now;
      if (isShown) seen.add(name);
    }
    if (!times.answered) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function visit(browser, question) {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.addInitScript(watch);
  await page.goto(BASE_URL, { waitUntil: "networkidle" });
  await page.locator("termwise-chat .launcher").click();
  await page.waitForFunction(() => window.times.usable);
  const input = page.locator("termwise-chat #input");
  await input.fill(question);
  await input.press("Enter");
  await page.waitForFunction(() => window.times.answered);
  const found = await page.evaluate(() => window.times);
  const text = await page.locator("termwise-chat .turn .answer .said").first().textContent();
  await context.close();
  return { ...found, text };
}

const browser = await launch();
const visits = [];
for (const question of JSON.parse(questions)) {
  visits.push(await visit(browser, question));
}
await browser.close();
writeFileSync(report, JSON.stringify(visits));
