// The form to ask, without leaving the page. Everything works without this file as well.
//
// A reply is the page that the form would lead to, which the browser parses into a document that
// runs nothing; its turns are taken over as nodes. There is no way from text to markup here.

const WAITING_AFTER = 400; // ms; quicker answers need no "Looking it up…"
const LOOK_AGAIN_AFTER = 2_000; // ms between two looks at a reply that takes long
const GIVE_UP_AFTER = 45_000; // ms
const ANNOUNCED_FOR = 10_000; // ms an announcement stays in the page
const COUNT_FROM = 0.9; // of the most characters

const form = document.querySelector("form.ask");
const input = form.elements.namedItem("text");
const send = form.querySelector(".send");
const hint = document.getElementById("hint");
const counter = document.getElementById("counter");
const log = document.getElementById("log");
const announcer = document.getElementById("announcer");
const most = Number(form.dataset.most);

// ---- Conversation

const waiting = new Set();
let queue = Promise.resolve(); // one question after the other: a follow-up needs the answer before it

/** Ask a question, unless it is being asked already. */
function ask(action, text) {
  if (waiting.has(text)) {
    return;
  }
  const turn = document.createElement("section");
  turn.className = "turn";
  const question = make("h2", "", "question");
  question.tabIndex = -1;
  question.append(make("span", text));
  turn.append(question);
  log.append(turn);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  enqueue(turn, action, new URLSearchParams({ text, form: id }));
}

function enqueue(turn, action, body) {
  const text = body.get("text");
  waiting.add(text);
  turn.scrollIntoView({ block: "start" });
  const seenAt = scrollY;
  const note = setTimeout(() => {
    turn.append(make("p", announcer.dataset.looking, "waiting quiet"));
    announce(announcer.dataset.looking, "");
  }, WAITING_AFTER);
  queue = queue
    .then(() => reply(action, body))
    .then((page) => take(turn, page))
    .catch((error) => fail(turn, action, body, error.message))
    .then(() => {
      clearTimeout(note);
      waiting.delete(text);
      if (Math.abs(scrollY - seenAt) < 2) {
        document.getElementById(turn.id)?.scrollIntoView({ block: "start" }); // unless read elsewhere
      }
    });
}

/** Send a question; return the page whose last turn has its reply. */
async function reply(action, body) {
  const until = Date.now() + GIVE_UP_AFTER;
  let page = await load("POST", action, body);
  while (page.querySelector("#log > :last-child > .waiting") && Date.now() < until) {
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_AFTER));
    page = await load("GET", action);
  }
  return page;
}

/** Load a page as a document. */
function load(method, address, body) {
  return new Promise((done, refuse) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = "document";
    request.timeout = GIVE_UP_AFTER;
    request.onload = () => {
      const page = request.response;
      const problem = page?.getElementById("problem")?.textContent.trim();
      if (request.status === 200 && page?.getElementById("log")?.lastElementChild) {
        done(page);
      } else {
        refuse(new Error(problem || announcer.dataset.unreachable));
      }
    };
    const unreachable = () =>
      refuse(new Error(navigator.onLine ? announcer.dataset.unreachable : announcer.dataset.offline));
    request.onerror = unreachable;
    request.ontimeout = unreachable;
    request.send(body);
  });
}

/** Put the last turn of a page in the place of a turn, and read out its reply. */
function take(turn, page) {
  const came = document.importNode(page.getElementById("log").lastElementChild, true);
  const focused = turn.contains(document.activeElement);
  turn.replaceWith(came);
  turn.id = came.id;
  if (focused) {
    came.querySelector(".question").focus({ preventScroll: true });
  }
  document.querySelector(".after-ask").replaceWith(document.importNode(page.querySelector(".after-ask"), true));
  for (const answer of came.querySelectorAll("article")) {
    announce(spoken(answer), answer.querySelector(".text").lang);
  }
}

function fail(turn, action, body, reason) {
  turn.querySelector(".waiting")?.remove();
  const failure = make("div", "", "answer failure");
  const retry = make("button", announcer.dataset.retry);
  retry.type = "button";
  const text = make("div", "", "text");
  text.append(make("p", reason), retry);
  failure.append(text);
  turn.append(failure);
  announce(reason, "");
  retry.addEventListener("click", () => {
    turn.querySelector(".question").focus({ preventScroll: true }); // the button goes away
    failure.remove();
    enqueue(turn, action, body);
  });
}

/** Return the text of an answer as it is read out: no marks, no sources. */
function spoken(answer) {
  const text = answer.querySelector(".text").cloneNode(true);
  text.querySelectorAll(".cite").forEach((mark) => mark.remove());
  return [...text.querySelectorAll("p, h3, h4, li")].map((block) => block.textContent.trim()).join("\n");
}

/** Have a text read out once by a screen reader. */
function announce(text, lang) {
  const note = make("p", text);
  note.lang = lang || document.documentElement.lang;
  announcer.append(note);
  setTimeout(() => note.remove(), ANNOUNCED_FOR);
}

function make(name, text = "", className = "") {
  const node = document.createElement(name);
  node.textContent = text;
  node.className = className;
  return node;
}

// ---- Input

/** Count characters near the limit, and block what is too long. */
function fit() {
  const count = [...input.value.trim()].length;
  const over = count > most;
  counter.hidden = count < most * COUNT_FROM;
  counter.textContent = `${count} / ${most}`;
  if (hint) {
    hint.hidden = !counter.hidden || !matchMedia("(hover: hover)").matches;
  }
  input.setAttribute("aria-describedby", counter.hidden ? "hint" : "counter");
  if (over !== send.disabled) {
    send.disabled = over;
    input.setAttribute("aria-invalid", String(over));
    if (over && announcer) {
      announce(announcer.dataset.tooLong.replace("{count}", String(count)), "");
    }
  }
}

input.addEventListener("input", fit);
input.addEventListener("keydown", (event) => {
  const composing = event.isComposing || event.keyCode === 229; // 229: Safari ends composing early
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    if (input.value.trim() && !send.disabled) {
      form.requestSubmit(send);
    }
  }
});
fit();

if (log) {
  document.body.classList.add("js");
  const keepClear = () =>
    document.documentElement.style.setProperty("--composer", `${form.offsetHeight}px`);
  new ResizeObserver(keepClear).observe(form);
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    const action = new URL(target.action, location.href);
    if (action.pathname !== "/ask" || target.method !== "post") {
      return;
    }
    event.preventDefault();
    const text = (submitter?.name === "text" ? submitter.value : target.elements.namedItem("text").value).trim();
    if (text) {
      document.getElementById("problem").hidden = true;
      ask(target.action, text);
    }
    if (target === form) {
      input.value = "";
      fit();
      if (matchMedia("(pointer: fine)").matches) {
        input.focus({ preventScroll: true });
      }
    }
  });
  log.lastElementChild?.scrollIntoView({ block: "start" });
}
