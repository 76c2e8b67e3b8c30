// The page of Termwise: sends a question, shows the answer that comes back.
//
// Text from the server reaches the page only as text nodes; there is no way from it to markup.

const WEBHOOK = "/webhooks/rest/webhook";
const HEALTH = "/health";
const MOST_CHARACTERS = 2000;
const COUNT_FROM = 1800;
const WAITING_AFTER = 400; // ms; quicker answers need no "Looking it up…"
const GIVE_UP_AFTER = 30_000; // ms
const LOOK_EVERY = 10_000; // ms between two looks at the glossary
const ANNOUNCED_FOR = 10_000; // ms an announcement stays in the page

const WORDS = {
  en: {
    title: "Termwise: ask the glossary",
    sense: "answers questions from a glossary, word for word and with the source.",
    glossary: (count, languages) => `${count} entries in ${languages}`,
    version: (version) => `version ${version}`,
    problem: (problem) => `A change of the glossary is not taken up. ${problem}`,
    examples: "For example",
    example: "What can you do?",
    log: "Questions and answers",
    label: "Your question",
    hint: "Enter sends, Shift + Enter starts a new line",
    send: "Ask",
    count: (count, most) => `${count} of ${most} characters`,
    tooLong: (count, most, over) =>
      `${count} of ${most} characters: too long to send, please shorten it by ${over}`,
    asked: "You asked: ",
    answered: "Termwise answered",
    waiting: "Looking it up…",
    clarify: "Which one?",
    decline: "Not in the glossary",
    handoff: "To a person",
    confidence: "Confidence: ",
    sure: "How sure Termwise is of this answer",
    sureAskingBack: "How sure Termwise is of its reading of the question",
    source: "Source",
    sources: "Sources",
    line: (line) => `line ${line}`,
    definition: "Definition",
    next: "Ask next",
    choose: "Choose one",
    instead: "Ask instead",
    related: "Related",
    whatIs: (term) => `What is ${term}?`,
    offline: "You seem to be offline. Your question was not answered.",
    unreachable: "The server cannot be reached. Your question was not answered.",
    late: "The server took too long to answer.",
    refused: "The server could not answer.",
    unreadable: "The server sent something that is no answer.",
    retry: "Retry",
  },
  de: {
    title: "Termwise: das Glossar fragen",
    sense: "beantwortet Fragen aus einem Glossar, wörtlich und mit Quelle.",
    glossary: (count, languages) => `${count} Einträge auf ${languages}`,
    version: (version) => `Fassung ${version}`,
    problem: (problem) => `Eine Änderung am Glossar ist nicht übernommen. ${problem}`,
    examples: "Zum Beispiel",
    example: "Was kannst du?",
    log: "Fragen und Antworten",
    label: "Ihre Frage",
    hint: "Enter sendet, Umschalt + Enter beginnt eine neue Zeile",
    send: "Fragen",
    count: (count, most) => `${count} von ${most} Zeichen`,
    tooLong: (count, most, over) =>
      `${count} von ${most} Zeichen: zu lang zum Senden, bitte um ${over} kürzen`,
    asked: "Sie haben gefragt: ",
    answered: "Termwise hat geantwortet",
    waiting: "Wird nachgeschlagen …",
    clarify: "Rückfrage",
    decline: "Nicht im Glossar",
    handoff: "An einen Menschen",
    confidence: "Sicherheit: ",
    sure: "Wie sicher Termwise bei dieser Antwort ist",
    sureAskingBack: "Wie sicher Termwise ist, die Frage richtig zu verstehen",
    source: "Quelle",
    sources: "Quellen",
    line: (line) => `Zeile ${line}`,
    definition: "Definition",
    next: "Weiter fragen",
    choose: "Zur Auswahl",
    instead: "Stattdessen fragen",
    related: "Verwandt",
    whatIs: (term) => `Was ist ${term}?`,
    offline: "Sie sind anscheinend offline. Die Frage wurde nicht beantwortet.",
    unreachable: "Der Server ist nicht erreichbar. Die Frage wurde nicht beantwortet.",
    late: "Der Server hat zu lange gebraucht.",
    refused: "Der Server konnte nicht antworten.",
    unreadable: "Der Server hat etwas geschickt, das keine Antwort ist.",
    retry: "Erneut versuchen",
  },
};
const CHROME = /^de\b/i.test(navigator.language) ? "de" : "en";
const words = WORDS[CHROME];
const numbers = new Intl.NumberFormat(CHROME);

// ---- Markdown: paragraphs, "- " and "1. " lists; inside them **bold** and [n]. The rest is literal.

/** Cut Markdown into paragraphs `{text}` and lists `{items, ordered, start}`. */
function blocksOf(markdown) {
  const blocks = [];
  let open = null; // what the next line continues; nothing after an empty line
  for (const line of markdown.split(/\r\n?|\n/)) {
    const item = /^\s*(?:-|(\d{1,9})\.)\s+(\S.*)$/.exec(line);
    if (!line.trim()) {
      open = null;
    } else if (item && !(open?.text && item[1] && Number(item[1]) !== 1)) {
      const ordered = Boolean(item[1]);
      open = blocks.at(-1);
      if (!open?.items || open.ordered !== ordered) {
        open = { items: [], ordered, start: Number(item[1]) };
        blocks.push(open);
      }
      open.items.push(item[2]);
    } else if (open?.items) {
      open.items.push(`${open.items.pop()}\n${line.trim()}`);
    } else if (open) {
      open.text += `\n${line}`;
    } else {
      open = { text: line };
      blocks.push(open);
    }
  }
  return blocks;
}

/** Turn the text of one block into nodes; `cite(n)` gives the link of a marker, if there is one. */
function inline(text, cite) {
  const nodes = [];
  const pattern = /\*\*([^*]+(?:\*[^*]+)*)\*\*|\[(\d{1,4})\]/g;
  let done = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, bold, number] = match;
    const link = number && cite(Number(number));
    if (bold && bold !== bold.trim()) {
      pattern.lastIndex = match.index + 2; // "2 ** 3" is not bold: go on behind these two stars
    } else if (bold || link) {
      nodes.push(text.slice(done, match.index), link || make("strong", {}, ...inline(bold, cite)));
      done = match.index + whole.length;
    }
  }
  return [...nodes, text.slice(done)].filter(Boolean);
}

/** Tell whether a block is the line of sources, which the page makes a list of. */
function isSources(block, citations) {
  return Boolean(
    citations.length &&
      /^\p{L}+\s?: ?\[\d/u.test(block.text ?? "") &&
      citations.every(({ n, file }) => block.text.includes(`[${n}] ${file}`)),
  );
}

// ---- Answers

let answers = 0;

/** Make the article of one message of the server. */
function articleOf({ text, custom }) {
  const answer = readAnswer(custom);
  const id = `answer-${++answers}`;
  const article = make("article", {
    id,
    lang: answer.language,
    class: `answer ${answer.kind}`,
    "aria-labelledby": `${id}-label`,
  });
  article.append(
    said("p", answer, "answered", { id: `${id}-label`, class: "unseen" }),
    ...marginOf(answer),
    textOf(text, answer, id),
    ...sourcesOf(answer, id),
    ...asksOf(answer),
  );
  return article;
}

/** Take from the custom object what the page shows; leave out what has not the promised form. */
function readAnswer(custom) {
  const given = custom && typeof custom === "object" ? custom : {};
  const list = (value, good) => (Array.isArray(value) ? value.filter((each) => each && good(each)) : []);
  const terms = (value) => list(value, ({ term }) => term && typeof term === "string");
  const language = typeof given.language === "string" ? given.language : "";
  return {
    kind: Object.hasOwn(KINDS, given.kind) ? given.kind : "answer",
    language: /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language) ? language : CHROME,
    concepts: terms(given.concepts),
    citations: list(given.citations, ({ n, file }) => Number.isInteger(n) && file),
    confidence: Number.isFinite(given.confidence) ? given.confidence : null,
    alternatives: terms(given.alternatives),
    related: terms(given.related),
    suggestions: list(given.suggestions, (each) => typeof each === "string"),
  };
}

/**
 * Per kind of answer: the sign that marks it, what its confidence means, and under which word it
 * offers questions. Talk has no confidence, nor has asking back with nothing to choose from.
 */
const KINDS = {
  answer: { sure: () => "sure", offer: "next" },
  clarify: {
    sign: "?",
    sure: ({ alternatives }) => alternatives.length && "sureAskingBack",
    offer: "choose",
  },
  decline: { sign: "–", sure: () => "sure", offer: "instead" },
  handoff: { sign: "→", sure: () => null, offer: "next" },
  smalltalk: { sure: () => null, offer: "next" },
};

function marginOf(answer) {
  const { sign, sure } = KINDS[answer.kind];
  const margin = make("div", { class: "margin" });
  if (sign) {
    const mark = make("span", { class: "sign", "aria-hidden": "true" }, sign);
    const kind = said("p", answer, answer.kind, { class: "kind" });
    kind.prepend(mark, " ");
    margin.append(kind);
  }
  const title = sure(answer);
  if (title && answer.confidence !== null) {
    const percent = `${Math.round(Math.min(Math.max(answer.confidence, 0), 1) * 100)}\u00a0%`;
    const label = said("span", answer, "confidence", { class: "unseen" });
    const meaning = wordsOf(answer)[title];
    margin.append(make("p", { class: "confidence", title: meaning }, label, percent));
  }
  return margin.hasChildNodes() ? [margin] : [];
}

function textOf(markdown, answer, id) {
  const numbers = new Set(answer.citations.map(({ n }) => n));
  const marked = new Set();
  const cite = (n) => numbers.has(n) && markerOf(n, answer, id, marked);
  const terms = new Set(answer.concepts.map(({ term }) => term));
  const text = make("div", { class: "text" });
  let named = false; // whether the name of a concept stands above as a heading
  for (const block of blocksOf(markdown)) {
    if (isSources(block, answer.citations)) {
      continue;
    }
    const heading = /^\*\*([^*\n]+)\*\*(\s*\[\d{1,4}\])?$/.exec(block.text?.trim() ?? "");
    if (block.items) {
      const items = block.items.map((item) => make("li", {}, ...inline(item, cite)));
      const start = block.ordered && block.start !== 1 ? { start: block.start } : {};
      text.append(make(block.ordered ? "ol" : "ul", start, ...items));
    } else if (heading && !heading[2] && terms.has(heading[1])) {
      named = true;
      text.append(make("h3", { class: "term" }, heading[1]));
    } else if (heading) {
      text.append(
        make(named ? "h4" : "h3", { class: "section" }, heading[1], ...inline(heading[2] ?? "", cite)),
      );
    } else {
      text.append(make("p", {}, ...inline(block.text, cite)));
    }
  }
  return text;
}

/** Make the small link from a slice of text to its source. */
function markerOf(n, answer, id, marked) {
  const link = make("a", { class: "cite", href: `#${id}-source-${n}` });
  if (!marked.has(n)) {
    link.id = `${id}-mark-${n}`; // where the source links back to
    marked.add(n);
  }
  const word = said("span", answer, "source", { class: "unseen" });
  link.append(word, make("span", { class: "unseen" }, " "), `[${n}]`);
  return link;
}

function sourcesOf(answer, id) {
  if (!answer.citations.length) {
    return [];
  }
  const label = said("p", answer, answer.citations.length === 1 ? "source" : "sources", {
    id: `${id}-sources`,
    class: "label",
  });
  const items = answer.citations.map(({ n, file, line, heading, section }) => {
    const place = [file, Number.isInteger(line) && wordsOf(answer).line(line)].filter(Boolean);
    const named = heading || (section === "definition" && wordsOf(answer).definition);
    const item = make("li", { id: `${id}-source-${n}` });
    item.append(make("a", { href: `#${id}-mark-${n}` }, `[${n}]`), ` ${place.join(", ")}`);
    if (named) {
      item.append(make("span", { class: "heading" }, ` · ${named}`));
    }
    return item;
  });
  const list = make("ol", { role: "list", "aria-labelledby": `${id}-sources` }, ...items);
  list.classList.toggle("many", items.length > 3);
  return [make("footer", { class: "sources" }, label, list)];
}

/** Make the questions that an answer offers: its suggestions, and one per related term. */
function asksOf(answer) {
  const ofTerm = ({ term }) => ({ text: term, question: wordsOf(answer).whatIs(bare(term)) });
  const { offer } = KINDS[answer.kind];
  const suggested = answer.suggestions.map((question) => ({ text: question, question }));
  const first = suggested.length || offer === "next" ? suggested : answer.alternatives.map(ofTerm);
  return [
    ...askList(answer, offer, first),
    ...askList(answer, "related", answer.related.map(ofTerm)),
  ];
}

/** Return a term without the abbreviation shown behind it: "short message service (SMS)". */
function bare(term) {
  return term.replace(/(\S) \([^()]*\)$/, "$1");
}

function askList(answer, name, asks) {
  if (!asks.length) {
    return [];
  }
  const id = `asks-${answers}-${name}`;
  const label = said("p", answer, name, { id, class: "label" });
  const list = make("ul", { role: "list", "aria-labelledby": id }, ...asks.map(askItem));
  return [make("div", { class: `asks ${name}` }, label, list)];
}

function askItem({ text, question, lang }) {
  const button = make("button", { type: "button", ...(lang && { lang }) }, text);
  if (question !== text) {
    button.title = question;
  }
  button.addEventListener("click", () => ask(question));
  return make("li", {}, button);
}

/** Return the page's own words in the language of an answer, or in that of the page. */
function wordsOf({ language }) {
  return WORDS[ownLanguage(language)];
}

function ownLanguage(language) {
  const code = language.toLowerCase().split("-")[0];
  return Object.hasOwn(WORDS, code) ? code : CHROME;
}

/** Make an element that says one of the page's own words beside an answer. */
function said(name, answer, word, attributes) {
  const own = ownLanguage(answer.language);
  const differs = !answer.language.toLowerCase().startsWith(own);
  return make(name, { ...attributes, ...(differs && { lang: own }) }, WORDS[own][word]);
}

/** Return the text of an answer as it is read out: no markers, no sources. */
function spoken(article) {
  return [...article.querySelectorAll(".text > :is(p, h3, h4), .text li")]
    .map((block) => {
      const copy = block.cloneNode(true);
      copy.querySelectorAll(".cite").forEach((marker) => marker.remove());
      return copy.textContent.trim();
    })
    .join("\n");
}

// ---- Conversation

/** Why a question got no answer: a word of ours, and what the server says, if anything. */
class Failure extends Error {
  constructor(reason, detail = "") {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

const sender = senderOfSession();
const waiting = new Set();
let queue = Promise.resolve(); // one question after the other: a follow-up needs the answer before it

function senderOfSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const fresh = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const kept = sessionStorage.getItem("termwise.sender") ?? fresh;
    sessionStorage.setItem("termwise.sender", kept);
    return kept;
  } catch {
    return fresh; // storage is blocked: the conversation lasts as long as the page
  }
}

/** Ask a question, unless it is being asked already. */
function ask(message) {
  if (waiting.has(message)) {
    return;
  }
  const question = make("h2", { class: "question", tabindex: "-1" });
  question.append(make("span", { class: "unseen" }, words.asked), make("span", {}, message));
  const turn = make("div", { class: "turn" }, question);
  log.append(turn);
  enqueue(turn, message);
}

function enqueue(turn, message) {
  waiting.add(message);
  turn.scrollIntoView({ block: "start" });
  const seenAt = scrollY;
  const note = setTimeout(() => {
    turn.append(make("p", { class: "waiting quiet" }, words.waiting));
    announce(words.waiting, CHROME);
  }, WAITING_AFTER);
  queue = queue
    .then(() => post(message))
    .then((replies) => replies.map(articleOf))
    .catch((error) => [failureOf(error, turn, message)])
    .then((shown) => {
      clearTimeout(note);
      waiting.delete(message);
      turn.querySelector(".waiting")?.remove();
      show(turn, shown);
      if (Math.abs(scrollY - seenAt) < 2) {
        turn.scrollIntoView({ block: "start" }); // unless the reader has gone elsewhere
      }
    });
}

function show(turn, shown) {
  turn.append(...shown);
  for (const each of shown) {
    if (each.matches("article")) {
      turn.querySelector(".question > :last-child").lang = each.lang;
      announce(spoken(each), each.lang);
    } else {
      announce([...each.querySelectorAll("p")].map((p) => p.textContent).join("\n"), CHROME);
    }
  }
}

/** Send a question; return the messages that answer it. */
async function post(message) {
  const response = await fetch(WEBHOOK, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sender, message }),
    signal: AbortSignal.timeout(GIVE_UP_AFTER),
  }).catch((error) => {
    const late = error.name === "TimeoutError" && "late";
    throw new Failure(late || (navigator.onLine ? "unreachable" : "offline"));
  });
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    throw new Failure("refused", typeof body?.error === "string" ? body.error : `HTTP ${response.status}`);
  }
  const replies = Array.isArray(body) ? body.filter((reply) => typeof reply?.text === "string") : [];
  if (!replies.length) {
    throw new Failure("unreadable");
  }
  return replies;
}

function failureOf(error, turn, message) {
  const { reason, detail } = error instanceof Failure ? error : new Failure("unreadable");
  const sign = make("span", { class: "sign", "aria-hidden": "true" }, "!");
  const retry = make("button", { type: "button" }, words.retry);
  const failure = make("div", { class: "failure" }, make("p", {}, sign, " ", words[reason]));
  if (detail) {
    failure.append(make("p", { class: "quiet" }, detail));
  }
  failure.append(retry);
  retry.addEventListener("click", () => {
    turn.querySelector(".question").focus({ preventScroll: true }); // the button goes away
    failure.remove();
    enqueue(turn, message);
  });
  return failure;
}

/** Have a text read out once by a screen reader. */
function announce(text, lang) {
  const note = make("p", { lang }, text);
  announcer.append(note);
  setTimeout(() => note.remove(), ANNOUNCED_FOR);
}

// ---- Input

const log = document.getElementById("log");
const announcer = document.getElementById("announcer");
const form = document.getElementById("form");
const input = document.getElementById("message");
const send = document.getElementById("send");
const hint = document.getElementById("hint");
const counter = document.getElementById("counter");

/** Fit the field to its text, count characters near the limit, and block what is too long. */
function fit() {
  if (!CSS.supports("field-sizing", "content")) {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
  }
  const count = [...input.value.trim()].length;
  const over = count - MOST_CHARACTERS;
  const [shown, most] = [numbers.format(count), numbers.format(MOST_CHARACTERS)];
  counter.hidden = count < COUNT_FROM;
  hint.hidden = !counter.hidden;
  counter.textContent =
    over > 0 ? words.tooLong(shown, most, numbers.format(over)) : words.count(shown, most);
  input.setAttribute("aria-describedby", counter.hidden ? "hint" : "counter");
  if (over > 0 !== send.disabled) {
    send.disabled = over > 0;
    send.title = over > 0 ? counter.textContent : "";
    input.setAttribute("aria-invalid", String(over > 0));
    announce(counter.textContent, CHROME);
  }
}

function submit() {
  const message = input.value.trim();
  if (message && !send.disabled) {
    input.value = "";
    fit();
    ask(message);
  }
  if (!message || matchMedia("(pointer: fine)").matches) {
    input.focus({ preventScroll: true });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener("input", fit);
input.addEventListener("keydown", (event) => {
  const composing = event.isComposing || event.keyCode === 229; // 229: Safari ends composing early
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    submit();
  }
});

// ---- Start

/** Say what glossary this is. A page without that line works as well. */
async function showGlossary() {
  const response = await fetch(HEALTH).catch(() => null);
  const { glossary } = (await response?.json().catch(() => null)) ?? {};
  if (!response?.ok || !Number.isInteger(glossary?.entries) || !Array.isArray(glossary.languages)) {
    return;
  }
  const names = new Intl.DisplayNames([CHROME], { type: "language" });
  const nameOf = (code) => {
    try {
      return names.of(code);
    } catch {
      return String(code);
    }
  };
  const languages = new Intl.ListFormat(CHROME).format(glossary.languages.map(nameOf));
  const line = document.getElementById("glossary");
  line.textContent = words.glossary(numbers.format(glossary.entries), languages);
  if (glossary.version) {
    line.append(make("span", { class: "version" }, ` · ${words.version(glossary.version)}`));
  }
  line.hidden = false;
  const problem = document.getElementById("problem");
  const said = glossary.problem ? words.problem(glossary.problem) : "";
  if (problem.textContent !== said) {
    problem.textContent = said;
  }
  problem.hidden = !said;
}

/** Look at the glossary again while somebody looks at the page: its owner may be editing it. */
function followGlossary() {
  setInterval(() => document.hidden || showGlossary(), LOOK_EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || showGlossary());
}

function start() {
  document.documentElement.lang = CHROME;
  document.title = words.title;
  log.setAttribute("aria-label", words.log);
  for (const node of document.querySelectorAll("[data-words]")) {
    node.textContent = words[node.dataset.words];
  }
  const languages = [CHROME, ...Object.keys(WORDS).filter((code) => code !== CHROME)];
  const examples = languages.map((lang) => {
    const question = WORDS[lang].example;
    return askItem({ text: question, question, lang });
  });
  document.querySelector("#examples ul").append(...examples);
  const keepClear = () =>
    document.documentElement.style.setProperty("--composer", `${form.offsetHeight}px`);
  new ResizeObserver(keepClear).observe(form);
  fit();
  showGlossary();
  followGlossary();
  if (matchMedia("(hover: hover) and (pointer: fine)").matches) {
    input.focus({ preventScroll: true });
  }
}

/** Make an element with attributes and children. */
function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

start();
