// Makes the pictures of docs/widget.md.
//
//   BASE_URL=… HOST_PORT=… node tests/browser/pictures.mjs FOLDER
//
// tests/e2e/widget_images.py starts what it needs.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Visitor, host, launch } from "./harness.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });

const PANEL = { viewport: { width: 440, height: 720 } };
const PHONE = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 1, hasTouch: true };

async function picture(browser, name, options, prepare) {
  const v = await Visitor.come(browser, { ...options, context: { ...PANEL, ...options.context } });
  try {
    await prepare(v);
    await v.page.waitForTimeout(400);
    await v.page.mouse.move(0, 0);
    await v.page.screenshot({ path: join(folder, `widget-${name}.png`) });
    console.log(`widget-${name}.png`);
  } finally {
    await v.leave();
  }
}

const pages = await host();
const browser = await launch();
const wide = { viewport: { width: 1000, height: 720 } };
await picture(browser, "answer", { context: wide }, async (v) => {
  await v.open();
  const answer = await v.ask("who uses SMS and why?");
  await answer.locator(".cite").first().click();
  await answer.locator(".passage mark").first().waitFor();
});
await picture(browser, "comparison", { context: { ...PHONE, colorScheme: "dark" } }, async (v) => {
  await v.open();
  await v.ask("How does SMS differ from MMS?");
});
await picture(browser, "decline", { context: PHONE }, async (v) => {
  await v.open();
  await v.ask("what is the capital of France?");
});
await picture(browser, "suggestions", { context: PHONE }, async (v) => {
  await v.open();
  await v.input.pressSequentially("was ist instant");
  await v.find("#terms li").first().waitFor();
});
await picture(browser, "offline", { context: PHONE }, async (v) => {
  await v.open();
  await v.ask("what is RCS?");
  await v.context.setOffline(true);
  await v.say("How does SMS differ from MMS?");
  await v.find(".strip.bad").waitFor();
});
await browser.close();
pages.close();
