// The page to embed from: what is chosen is tried on the chat of this page, and stands in the snippet.

const form = document.getElementById("try");
const snippet = document.getElementById("snippet");
const copied = document.getElementById("copied");
const chosen = (name) => form.elements.namedItem(name).value;
const sample = document.getElementById("sample");
let marks; // of the terms in the sample, while they are marked

/** Return the tags that do what is chosen. */
function tags() {
  const { origin, chat, underline } = snippet.dataset;
  const attributes = ["lang", "theme", "position"].filter(chosen).map((name) => ` data-${name}="${chosen(name)}"`);
  const lines = [`<script src="${origin}${chat}"${attributes.join("")} async></script>`];
  if (form.elements.namedItem("underline").checked) {
    const language = chosen("lang") && ` data-lang="${chosen("lang")}"`;
    lines.push(`<script src="${origin}${underline}" data-within="main"${language} async></script>`);
  }
  return lines.join("\n");
}

/** Have the chat of this page look as chosen. */
function show() {
  snippet.textContent = tags();
  copied.textContent = "";
  const chat = document.querySelector("termwise-chat");
  chat?.setAttribute("lang", chosen("lang") || document.documentElement.lang);
  chat?.setAttribute("theme", chosen("theme") || "auto");
  chat?.setAttribute("position", chosen("position") || "end");
}

async function mark() {
  const wanted = form.elements.namedItem("underline").checked;
  if (wanted && !marks && sample) {
    marks = await window.termwiseUnderline({ within: sample, lang: sample.lang, every: "page" });
  } else if (!wanted) {
    marks?.undo();
    marks = undefined;
  }
}

form.addEventListener("change", (event) => {
  show();
  if (event.target.name === "underline") {
    void mark();
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;

const copy = document.getElementById("copy");
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(snippet.textContent);
  copied.textContent = copy.dataset.done;
});

const open = document.getElementById("open");
open.hidden = false;
open.addEventListener("click", () => {
  window.termwise ??= [];
  window.termwise.push(["open"]);
});
show();
