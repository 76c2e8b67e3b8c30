/** The button that opens the chat: all that a page loads before anybody asks for more. */

const NS = "http://www.w3.org/2000/svg";
const BUBBLE = "M5 4.500h14a1.5 1.5 0 0 1 1.5 1.500v9.500a1.5 1.5 0 0 1-1.5 1.500h-6.500L7.5 21v-4H5A1.5 1.5 0 0 1 3.5 15.500V6A1.5 1.5 0 0 1 5 4.500zM8 9h8M8 12.500h5";

export const launcherStyle = `
:host { --_accent: var(--chat-accent, light-dark(#1d5a9e, #9ccaf7)); --_on: var(--chat-on-accent, light-dark(#fff, #0c1a28)); color-scheme: light dark; }
:host([theme=light]) { color-scheme: light; }
:host([theme=dark]) { color-scheme: dark; }
:host([theme=contrast]) { color-scheme: light; --_accent: #00007a; --_on: #fff; }
:host([hidden]) { display: none; }
.launcher { all: unset; box-sizing: border-box; position: fixed; z-index: var(--chat-z-index, 2147483000);
  inset-block-end: calc(var(--chat-offset-block, 20px) + env(safe-area-inset-bottom, 0px)); inset-inline-end: var(--chat-offset-inline, 20px);
  display: flex; align-items: center; gap: 10px; min-block-size: 56px; min-inline-size: 56px; padding-inline: 18px 22px; border-radius: 28px;
  background: var(--_accent); color: var(--_on); font: 600 16px/1.2 var(--chat-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif);
  box-shadow: 0 2px 6px rgb(0 0 0 / .18), 0 8px 24px rgb(0 0 0 / .18); cursor: pointer; }
:host([position=start]) .launcher { inset-inline: var(--chat-offset-inline, 20px) auto; }
.launcher:hover { filter: brightness(1.08); }
.launcher:focus-visible { outline: 3px solid var(--_accent); outline-offset: 3px; box-shadow: 0 0 0 3px light-dark(#fff, #000); }
.launcher svg { flex: none; }
.launcher[hidden], :host([mode=page]) .launcher, :host([mode=inline]) .launcher { display: none; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 22px; padding: 2px 5px; box-sizing: border-box;
  border-radius: 11px; background: #b3261e; color: #fff; border: 2px solid light-dark(#fff, #111); font-size: 12px; font-weight: 700; text-align: center; }
.unseen { position: fixed; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 479px) { .launcher { padding-inline: 16px; } .launcher .name { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; } }
@media (forced-colors: active) { .launcher { border: 2px solid ButtonText; } }
@media print { :host { display: none; } }
`;

export class Launcher {
  readonly button: HTMLButtonElement;
  private readonly name: HTMLElement;

  /** @param root where the button is, or is put. */
  constructor(root: ShadowRoot) {
    this.button = root.querySelector<HTMLButtonElement>(".launcher") ?? drawn(root);
    this.name = this.button.querySelector<HTMLElement>(".name")!;
  }

  set label(text: string) {
    this.name.textContent = text;
  }

  set isExpanded(expanded: boolean) {
    this.button.setAttribute("aria-expanded", String(expanded));
  }

  /** Show how many answers are new; `text` says it in words. */
  unread(count: number, text: string): void {
    this.button.querySelector(".badge")?.remove();
    if (!count) {
      return;
    }
    const badge = element("span", "badge");
    badge.setAttribute("part", "badge");
    const seen = element("span");
    seen.textContent = String(Math.min(count, 99));
    seen.setAttribute("aria-hidden", "true");
    const said = element("span", "unseen");
    said.textContent = `, ${text}`;
    badge.append(seen, said);
    this.button.append(badge);
  }
}

function drawn(root: ShadowRoot): HTMLButtonElement {
  const button = element("button", "launcher") as HTMLButtonElement;
  button.type = "button";
  button.setAttribute("part", "launcher");
  button.setAttribute("aria-expanded", "false");
  const icon = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24", width: "24", height: "24", fill: "none", stroke: "currentColor",
    "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) {
    icon.setAttribute(name, value);
  }
  path.setAttribute("d", BUBBLE);
  icon.append(path);
  button.append(icon, element("span", "name"));
  root.append(button);
  return button;
}

function element(name: string, className = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
