/**
 * What one script tag loads: the launcher. The chat itself is fetched when somebody wants it.
 *
 *   <script src="https://bot.example.org/widget/widget.js" async></script>
 *
 * Attributes of the tag that begin with `data-` become attributes of the element.
 */

import { Launcher, launcherStyle, sheet } from "./ui/launcher";

/** File name and hash of what was built. */
type File = readonly [name: string, integrity: string];
declare const BUILT: { readonly core: File; readonly texts: Readonly<Record<string, File>> };

type Command = readonly [name: string, ...given: unknown[]];
/** The element before and after the chat has made it what it is. */
type Chat = HTMLElement & { show?(): void };

const NAME = "termwise-chat";
const LABELS: Readonly<Record<string, string>> = { de: "Frage stellen" };
const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

const tag =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="/widget/widget.js"]');

if (tag && !document.querySelector(NAME)) {
  begin(tag);
}

function begin(script: HTMLScriptElement): void {
  const base = new URL(".", script.src);
  const chat = document.createElement(NAME) as Chat;
  for (const [name, value] of Object.entries(script.dataset)) {
    chat.setAttribute(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value ?? "");
  }
  if (!script.dataset["server"]) {
    chat.setAttribute("server", base.origin);
  }
  let core: Promise<unknown> | undefined;
  const load = () => (core ??= fetchChat(base, script, spoken(chat)).catch(() => (core = undefined)));
  const open = () => void load().then(() => chat.show?.());
  const { button } = draw(chat);
  button.addEventListener("pointerdown", load, { passive: true });
  button.addEventListener("click", () => chat.show ?? open());
  const put = () => document.body.append(chat);
  document.body ? put() : addEventListener("DOMContentLoaded", put);
  queue(chat, load);
  const atChat = () => location.hash === "#chat" && open();
  addEventListener("hashchange", atChat);
  if (atChat() || script.dataset["mode"] || "open" in script.dataset || isKept(chat)) {
    void load();
  }
}

function draw(chat: HTMLElement): Launcher {
  const root = chat.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet(launcherStyle)];
  const launcher = new Launcher(root);
  const language = spoken(chat);
  launcher.label = chat.getAttribute("launcher") || LABELS[language.slice(0, 2)] || "Ask a question";
  launcher.button.dir = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
  return launcher;
}

function spoken(chat: HTMLElement): string {
  return chat.lang || document.documentElement.lang || "en";
}

async function fetchChat(base: URL, script: HTMLScriptElement, language: string): Promise<unknown> {
  const texts = BUILT.texts[language.slice(0, 2)];
  await Promise.all([BUILT.core, ...(texts ? [texts] : [])].map((file) => preload(base, script, file)));
  return import(/* @vite-ignore */ new URL(BUILT.core[0], base).href);
}

/** A preload with a hash is what lets a browser refuse another file than the one that was built. */
function preload(base: URL, script: HTMLScriptElement, [name, integrity]: File): Promise<unknown> {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.integrity = integrity;
  link.crossOrigin = "anonymous";
  link.nonce = script.nonce;
  link.href = new URL(name, base).href;
  return new Promise((done, failed) => {
    link.onload = done;
    link.onerror = failed;
    document.head.append(link);
  });
}

/** Somebody used the chat here before: an answer may still be to come. */
function isKept(chat: HTMLElement): boolean {
  try {
    return localStorage.getItem(`${NAME} ${chat.getAttribute("server")}`) !== null;
  } catch {
    return false;
  }
}

/** `termwise.push(["send", "What is RCS?"])` works before and after the chat is there. */
function queue(chat: Chat, load: () => Promise<unknown>): void {
  const page = window as unknown as { termwise?: readonly Command[] | { push(...commands: Command[]): void } };
  const run = ([name, ...given]: Command) =>
    void load().then(() => (name === "on" ? chat.addEventListener(given[0] as string, given[1] as EventListener) : (chat as unknown as Record<string, ((...given: unknown[]) => void) | undefined>)[name === "open" ? "show" : name]?.(...given)));
  const earlier = Array.isArray(page.termwise) ? (page.termwise as Command[]) : [];
  page.termwise = { push: (...commands: Command[]) => commands.forEach(run) };
  earlier.forEach(run);
}
