// Pictures of the pages for the documentation: node page-pictures.mjs FOLDER, with BASE_URL as in harness.mjs.

import { join } from "node:path";
import { BASE_URL, launch } from "./harness.mjs";

const folder = process.argv[2];
const browser = await launch();

async function picture(name, path, act, context = {}) {
  const around = await browser.newContext({ locale: "en-GB", viewport: { width: 1100, height: 720 }, reducedMotion: "reduce", ...context });
  const page = await around.newPage();
  await page.goto(BASE_URL + path);
  await page.locator("termwise-chat").waitFor({ state: "attached" });
  await act(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `page-${name}.png`) });
  await around.close();
}

let entry; // the first of those to begin with
await picture("home", "/", async (page) => {
  entry = await page.locator(".cards a").first().getAttribute("href");
});
await picture("entry", entry, async () => undefined, { colorScheme: "dark" });
await picture("marks", "/embed", async (page) => {
  await page.locator("[name=underline]").check();
  const term = page.locator("#sample .termwise-term").nth(1);
  await term.scrollIntoViewIfNeeded();
  await term.hover();
  await page.locator("[role=dialog]").waitFor();
});
await browser.close();
