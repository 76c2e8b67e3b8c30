/** How the panel looks. Colours are light and dark at once; the host page may set each of them. */

export const panelStyle = `
:host {
  --_paper: var(--chat-paper, light-dark(#ffffff, #17191d));
  --_ink: var(--chat-ink, light-dark(#1c2128, #e9e7e2));
  --_quiet: var(--chat-quiet, light-dark(#565e69, #a9b0ba));
  --_rule: var(--chat-rule, light-dark(#e2e4e8, #33383f));
  --_edge: var(--chat-edge, light-dark(#858c97, #7c848f));
  --_tint: var(--chat-tint, light-dark(#eef4fb, #1f2a36));
  --_own: var(--chat-own, light-dark(#e3eefa, #24405c));
  --_mark: var(--chat-mark, light-dark(#fff0b8, #5a4a12));
  --_warn: var(--chat-warn, light-dark(#a1261a, #f5a99d));
  --_radius: var(--chat-radius, 16px);
  --_font: var(--chat-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif);
}
:host([theme=contrast]) {
  --_paper: #fff; --_ink: #000; --_quiet: #000; --_rule: #000; --_edge: #000; --_tint: #fff; --_own: #fff; --_mark: #ff0; --_warn: #900;
}
@media (prefers-contrast: more) {
  :host(:not([theme=contrast])) { --_quiet: var(--_ink); --_rule: var(--_edge); --_edge: var(--_ink); }
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ul, ol, h2, h3, blockquote, fieldset, pre { margin: 0; padding: 0; border: 0; }
button, input, textarea { font: inherit; color: inherit; }
button { all: unset; box-sizing: border-box; cursor: pointer; }
button:disabled, button[aria-disabled=true] { cursor: default; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; border-radius: 6px; }
a { color: var(--_accent); text-underline-offset: 2px; }
svg { flex: none; display: block; }
.panel .unseen { position: absolute; }
.quiet, .label, time { color: var(--_quiet); font-size: .8125rem; }

/* ---- The panel */
.panel {
  position: fixed; z-index: var(--chat-z-index, 2147483000); inset-block-end: var(--chat-offset-block, 20px); inset-inline-end: var(--chat-offset-inline, 20px);
  inline-size: min(var(--chat-width, 400px), calc(100vw - 2 * var(--chat-offset-inline, 20px)));
  block-size: min(var(--chat-height, 660px), calc(100dvh - 2 * var(--chat-offset-block, 20px)));
  display: flex; flex-direction: column; overflow: hidden; container-type: inline-size;
  background: var(--_paper); color: var(--_ink); border: 1px solid var(--_rule); border-radius: var(--_radius);
  box-shadow: 0 4px 12px rgb(0 0 0 / .1), 0 16px 48px rgb(0 0 0 / .22);
  font: 16px/1.5 var(--_font); text-align: start; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
.panel, .panel * { font-family: var(--_font); }
:host([position=start]) .panel { inset-inline: var(--chat-offset-inline, 20px) auto; }
.panel.wide { inline-size: min(760px, calc(100vw - 2 * var(--chat-offset-inline, 20px))); block-size: calc(100dvh - 2 * var(--chat-offset-block, 20px)); }
.panel.whole { inset: auto 0 auto 0; inset-block-start: var(--_top, 0px); inline-size: 100%; block-size: var(--_height, 100dvh); border: 0; border-radius: 0; box-shadow: none; }
:host([mode=page]), :host([mode=inline]) { display: block; }
:host([mode=page]) .panel, :host([mode=inline]) .panel { position: static; inline-size: 100%; block-size: 100%; box-shadow: none; }
:host([mode=page]) { block-size: 100dvh; }
:host([mode=page]) .panel { border: 0; border-radius: 0; }
:host([mode=inline]) { block-size: var(--chat-height, 660px); }
@media (prefers-reduced-motion: no-preference) {
  .panel.rises { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
}

.head { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 16px; padding-inline: 16px 8px; border-block-end: 1px solid var(--_rule); position: relative; }
.head .mark { display: grid; place-items: center; inline-size: 38px; block-size: 38px; border-radius: 12px; background: var(--_accent); color: var(--_on); margin-inline-end: 8px; flex: none; }
.head .names { flex: 1; min-inline-size: 0; }
.head h2 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650; }
.icon { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 10px; color: var(--_quiet); flex: none; }
.icon:hover { background: var(--_tint); color: var(--_ink); }
.menu { position: absolute; inset-block-start: calc(100% - 4px); inset-inline-end: 8px; z-index: 2; min-inline-size: 230px; padding: 6px; list-style: none;
  background: var(--_paper); border: 1px solid var(--_rule); border-radius: 12px; box-shadow: 0 8px 28px rgb(0 0 0 / .2); }
.menu button { display: flex; align-items: center; gap: 12px; inline-size: 100%; min-block-size: 44px; padding: 8px 12px; border-radius: 8px; }
.menu button:hover { background: var(--_tint); }
.menu .forget { color: var(--_warn); }
.ask { padding: 12px 16px; border-block-end: 1px solid var(--_rule); background: var(--_tint); }
.ask .choices { margin-block-start: 8px; }
.strip { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 16px; padding: 8px 16px; background: var(--_tint); border-block-end: 1px solid var(--_rule); font-size: .875rem; }
.strip.bad { border-inline-start: 4px solid var(--_warn); }

/* ---- The conversation */
.log { flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px; scroll-padding-block: 12px; }
.log:focus-visible { outline-offset: -3px; border-radius: 0; }
.turn, .answer.person { margin-block-end: 20px; }
.greeting { display: grid; gap: 8px; margin-block-end: 20px; }
.greeting .hello { font-size: 1.125rem; line-height: 1.45; text-wrap: pretty; }
.own { display: flex; justify-content: flex-end; margin-inline-start: 15%; margin-block-end: 12px; }
.own p { padding: 9px 14px; border-radius: 18px; border-end-end-radius: 5px; background: var(--_own); border: 1px solid transparent; white-space: pre-wrap; }
:host([theme=contrast]) .own p { border-color: #000; }
.progress { text-align: end; font-size: .8125rem; color: var(--_quiet); margin-block: -6px 12px; }
.progress.refused { color: var(--_warn); }
.plain { display: inline-flex; align-items: center; min-block-size: 28px; padding-inline: 4px; color: var(--_accent); text-decoration: underline; text-underline-offset: 2px; }
.said { display: grid; gap: 10px; min-inline-size: 0; }
.said > * { min-inline-size: 0; }
.said ul, .said ol, .passage ul, .passage ol { padding-inline-start: 1.4em; display: grid; gap: 6px; }
.said .title { font-weight: 650; font-size: 1.0625rem; }
.said blockquote { border-inline-start: 3px solid var(--_rule); padding-inline-start: 12px; }
pre { overflow-x: auto; padding: 10px 12px; border-radius: 8px; background: var(--_tint); font-size: .875rem; }
pre, code, pre * { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
hr { border: 0; border-block-start: 1px solid var(--_rule); inline-size: 100%; }
.label { font-weight: 600; letter-spacing: .01em; }
.decline .said .label { justify-self: start; padding: 2px 10px; border: 1px solid var(--_edge); border-radius: 99px; }
.cite { display: inline-grid; place-items: center; min-inline-size: 24px; min-block-size: 24px; padding-inline: 5px; border-radius: 8px; vertical-align: baseline;
  background: var(--_tint); color: var(--_accent); font-size: .8125rem; font-weight: 650; line-height: 1; border: 1px solid transparent; }
.cite:hover, .cite[aria-expanded=true] { background: var(--_accent); color: var(--_on); }
.passage { border: 1px solid var(--_rule); border-inline-start: 3px solid var(--_accent); border-radius: 4px 10px 10px 4px; padding: 10px 12px; display: grid; gap: 6px; font-size: .9375rem; background: var(--_paper); }
.passage .title { font-weight: 600; font-size: .875rem; display: flex; gap: 8px; align-items: baseline; }
.passage .number { color: var(--_accent); }
.passage a { white-space: nowrap; }
.passage blockquote { border: 0; padding: 0; display: grid; gap: 6px; color: var(--_ink); }
mark { background: var(--_mark); color: inherit; border-radius: 2px; padding-inline: 1px; }
.sources { margin-block-start: 10px; font-size: .9375rem; }
.sources summary { display: inline-flex; align-items: center; gap: 4px; min-block-size: 32px; cursor: pointer; color: var(--_accent); list-style: none; padding-inline-end: 8px; }
.sources summary::-webkit-details-marker { display: none; }
.sources summary svg { inline-size: 16px; block-size: 16px; transition: transform .12s; }
:host(:dir(rtl)) .sources:not([open]) summary svg { transform: scaleX(-1); }
.sources[open] summary svg { transform: rotate(90deg); }
.sources ol { padding-inline-start: 1.6em; display: grid; gap: 4px; margin-block-start: 4px; }
.sources li::marker { color: var(--_accent); font-weight: 650; font-size: .8125rem; }
.line { display: grid; min-block-size: 40px; align-content: center; inline-size: 100%; padding: 4px 6px; border-radius: 6px; }
.line:hover { background: var(--_tint); }
.onward { margin-block-start: 14px; }
.chip, .question, .line span { unicode-bidi: plaintext; }
.chips, .questions { list-style: none; display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 6px; padding: 0; }
.chip, .question, .choice { display: inline-flex; align-items: center; gap: 8px; min-block-size: 40px; padding: 6px 14px; border: 1px solid var(--_edge); border-radius: 20px; text-align: start; }
.chip { color: var(--_accent); padding-inline-start: 10px; }
.chip svg { inline-size: 16px; block-size: 16px; }
.questions { display: grid; }
.question { inline-size: 100%; border-radius: 12px; border-color: var(--_rule); background: var(--_tint); }
.chip:hover, .question:hover, .choice:hover { border-color: var(--_accent); background: var(--_tint); }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 12px; }
.choice.main { background: var(--_accent); color: var(--_on); border-color: var(--_accent); }
.choice.danger { background: var(--_warn); color: var(--_paper); border-color: var(--_warn); }
.tools { display: flex; align-items: center; gap: 2px; margin-block-start: 8px; margin-inline-start: -8px; }
.tools time { margin-inline-start: auto; }
.tool { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 8px; color: var(--_quiet); }
.tool svg { inline-size: 18px; block-size: 18px; }
.tool.unhelpful svg { transform: rotate(180deg); }
.tool:hover { background: var(--_tint); color: var(--_ink); }
.tool[aria-pressed=true] { background: var(--_accent); color: var(--_on); }
.reason { display: grid; gap: 10px; margin-block-start: 8px; padding: 12px; border: 1px solid var(--_rule); border-radius: 12px; }
.reason fieldset { display: grid; gap: 2px; }
.reason legend { font-weight: 600; padding: 0; margin-block-end: 4px; }
.reason fieldset label { display: flex; align-items: center; gap: 10px; min-block-size: 32px; }
.reason input { accent-color: var(--_accent); inline-size: 18px; block-size: 18px; margin: 0; }
.reason .words { display: grid; gap: 4px; font-size: .875rem; }
.reason textarea { padding: 8px 10px; border: 1px solid var(--_edge); border-radius: 8px; background: var(--_paper); resize: vertical; font-size: 1rem; }
.reason .choices { margin: 0; }
.scroll { overflow-x: auto; }
.given { border-collapse: collapse; min-inline-size: 100%; }
.given th, .given td { border: 1px solid var(--_rule); padding: 6px 10px; text-align: start; vertical-align: top; overflow-wrap: normal; }
.typing { display: inline-flex; gap: 5px; padding: 12px 14px; border-radius: 18px; background: var(--_tint); }
.typing i { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--_quiet); }
@media (prefers-reduced-motion: no-preference) {
  .typing i { animation: wait 1.2s infinite; } .typing i:nth-of-type(2) { animation-delay: .15s; } .typing i:nth-of-type(3) { animation-delay: .3s; }
  @keyframes wait { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
}
.step, .divider { display: flex; align-items: center; gap: 12px; color: var(--_quiet); font-size: .8125rem; text-align: center; margin-block: 8px 20px; }
.step::before, .step::after, .divider::before, .divider::after { content: ""; flex: 1; border-block-start: 1px solid var(--_rule); }
.author { display: flex; align-items: center; gap: 8px; font-size: .875rem; font-weight: 650; margin-block-end: 6px; }
.author svg { padding: 4px; inline-size: 28px; block-size: 28px; border-radius: 50%; background: var(--_own); }

/* ---- Side by side */
.compared { inline-size: 100%; border-collapse: separate; border-spacing: 0; table-layout: fixed; font-size: .9375rem; border: 1px solid var(--_rule); border-radius: 12px; overflow: hidden; }
.compared thead th { background: var(--_tint); font-weight: 650; text-align: start; padding: 9px 12px; vertical-align: bottom; hyphens: auto; }
.compared tbody th { text-align: start; font-weight: 600; font-size: .75rem; letter-spacing: .03em; color: var(--_quiet); padding: 9px 12px 0; border-block-start: 1px solid var(--_rule); }
.compared td { vertical-align: top; padding: 3px 12px 11px; hyphens: auto; }
.compared td + td, .compared thead th + th { border-inline-start: 1px solid var(--_rule); }
.compared td > * + * { margin-block-start: 6px; }
.compared ul { padding-inline-start: 0; list-style: none; }
.whose { display: none; }
@container (max-width: 330px) {
  .compared thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .compared td { display: block; inline-size: 100%; }
  .compared td + td { border-inline-start: 0; }
  .compared tbody, .compared tr, .compared { display: block; }
  .compared tbody th { display: block; }
  .whose { display: block; font-weight: 650; }
}

/* ---- The input */
.done { position: absolute; border: 1px solid transparent; inset-block-end: calc(100% + 10px); inset-inline: 0; margin-inline: auto; inline-size: fit-content; max-inline-size: 90%; z-index: 1; padding: 6px 14px; border-radius: 12px; background: var(--_ink); color: var(--_paper); font-size: .875rem; }
.newer { position: absolute; inset-block-end: calc(100% + 10px); inset-inline: 0; margin-inline: auto; inline-size: fit-content; z-index: 1; display: flex; align-items: center; gap: 6px; min-block-size: 40px; padding: 6px 16px; border-radius: 20px; background: var(--_accent); color: var(--_on); box-shadow: 0 3px 12px rgb(0 0 0 / .25); }
.foot { position: relative; padding: 10px 12px calc(12px + env(safe-area-inset-bottom, 0px)); border-block-start: 1px solid var(--_rule); }
.composer { position: relative; display: flex; flex-wrap: wrap; align-items: flex-end; gap: 8px; }
.composer textarea { flex: 1; min-inline-size: 0; max-block-size: 40dvh; padding: 9px 14px; border: 1px solid var(--_edge); border-radius: 22px; background: var(--_paper); resize: none; font-size: 1rem; line-height: 24px; }
.composer textarea:focus-visible { outline: 2px solid var(--_accent); outline-offset: -1px; border-radius: 22px; border-color: transparent; }
.composer textarea::placeholder { color: var(--_quiet); opacity: 1; }
.send { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 50%; background: var(--_accent); color: var(--_on); }
.send:focus-visible { border-radius: 50%; }
.send[aria-disabled=true] { background: var(--_tint); color: var(--_quiet); }
.counter { flex-basis: 100%; font-size: .8125rem; color: var(--_quiet); padding-inline: 14px; }
.counter.over { color: var(--_warn); }
.terms { position: absolute; inset-inline: 0; inset-block-end: calc(100% + 6px); z-index: 2; list-style: none; padding: 6px; max-block-size: 264px; overflow-y: auto;
  background: var(--_paper); border: 1px solid var(--_rule); border-radius: 14px; box-shadow: 0 -4px 24px rgb(0 0 0 / .16); }
.terms li { min-block-size: 40px; padding: 8px 12px; border-radius: 8px; cursor: pointer; }
.terms li:hover { background: var(--_tint); }
.terms li[aria-selected=true] { background: var(--_accent); color: var(--_on); }

@media (forced-colors: active) {
  .cite, .chip, .question, .choice, .send, .tool, .own p, .passage, .icon { border: 1px solid ButtonBorder; }
  .tool[aria-pressed=true], .terms li[aria-selected=true], .cite[aria-expanded=true] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  .typing i { background: CanvasText; }
  .send[aria-disabled=true] { color: GrayText; }
  mark { background: Mark; color: MarkText; }
}
`;
