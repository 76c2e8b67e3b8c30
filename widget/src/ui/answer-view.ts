/** An answer: its text with citations, a comparison as a table, chips, and what one can do with it. */

import { html, nothing, type TemplateResult } from "lit";
import type { Answer, Concept } from "../model/contract";
import type { Reply, Turn } from "../model/conversation";
import { type Block, cited } from "../model/markdown";
import { type Comparison, reading, type Row } from "../model/reading";
import { againIcon, bookIcon, copyIcon, thumbIcon } from "./icons";
import { blockView } from "./markdown-view";
import { citationView, sourcesView, unfolded } from "./source-view";
import type { View } from "./view";

const MOST_CHIPS = 4;
const MOST_QUESTIONS = 3;

export function answerView(turn: Turn, reply: Reply, view: View): TemplateResult {
  const { answer } = reply;
  const read = reading(reply);
  return html`<article class="answer ${answer?.kind ?? ""}" part="answer">
    <h3 class="unseen" aria-level=${view.level}>${view.texts.say("assistantSaid")}</h3>
    <div class="said" dir="auto" lang=${answer?.language || nothing}>
      ${answer?.kind === "decline" ? html`<p class="label">${view.texts.say("decline")}</p>` : nothing}
      ${reply.text || reply.buttons.length ? nothing : html`<p>${view.texts.say("noAnswer")}</p>`}
      ${read.comparison ? comparisonView(turn, read.comparison, view) : textView(turn, shown(reply), view)}
    </div>
    ${reply.outcome === "answered" ? nothing : againView(turn, view)}
    ${sourcesView(turn, view)}
    ${answer ? onward(turn, answer, view) : nothing}
    ${buttonsView(turn, reply, view)}
    ${toolsView(turn, reply, view)}
  </article>`;
}

/** A decline names the nearest terms once more in words; we show them as chips. */
function shown(reply: Reply): readonly Block[] {
  const { blocks } = reading(reply);
  return reply.answer?.kind === "decline" && reply.answer.alternatives.length ? blocks.slice(0, 1) : blocks;
}

function textView(turn: Turn, blocks: readonly Block[], view: View): unknown {
  const cites = citationView(turn, view);
  return blocks.map((block) => html`${blockView(block, cites)}${unfolded(turn, cited(block), view)}`);
}

// ---- Two concepts side by side

function comparisonView(turn: Turn, comparison: Comparison, view: View): TemplateResult {
  const { concepts, rows } = comparison;
  const terms = concepts.map((concept) => concept.term).join(", ");
  return html`<table class="compared" part="comparison">
      <caption class="unseen">${view.texts.say("compared", { terms })}</caption>
      <thead><tr>${concepts.map((concept) => html`<th scope="col">${concept.term}</th>`)}</tr></thead>
      ${rows.map((row) => rowView(turn, row, comparison, view))}
    </table>
    ${unfolded(turn, rows.flatMap((row) => row.cells.flatMap((cell) => cell.flatMap(cited))), view)}`;
}

function rowView(turn: Turn, row: Row, comparison: Comparison, view: View): TemplateResult {
  const { concepts } = comparison;
  const cites = citationView(turn, view);
  const name = row.heading || view.texts.say(row.kind === "common" ? "common" : "definition");
  const cell = (blocks: readonly Block[]) => (blocks.length ? blocks.map((block) => blockView(block, cites)) : view.texts.say("nothingSaid"));
  const isForAll = row.cells.length === 1;
  return html`<tbody>
    <tr><th scope="rowgroup" colspan=${concepts.length}>${name}</th></tr>
    <tr>${row.cells.map((blocks, place) => html`<td colspan=${isForAll ? concepts.length : 1}>
      ${isForAll ? nothing : html`<span class="whose" aria-hidden="true">${concepts[place]!.term}</span>`}${cell(blocks)}</td>`)}</tr>
  </tbody>`;
}

// ---- Where to go from here

function onward(turn: Turn, answer: Answer, view: View): unknown {
  if (answer.kind === "decline") {
    return [
      nearestView(answer, view),
      html`<div class="choices">
        <button type="button" class="choice" @click=${() => view.focusInput()}>${view.texts.say("askDifferently")}</button>
        <button type="button" class="choice" @click=${() => view.ask(view.textsIn(answer.language).say("askPerson"))}>${view.texts.say("talkToPerson")}</button>
      </div>`,
    ];
  }
  if (answer.kind === "clarify") {
    return questionsView(view.texts.say("clarify"), answer.suggestions.slice(0, MOST_CHIPS), view);
  }
  return [
    chipsView(view.texts.say("related"), answer.related.slice(0, MOST_CHIPS), (concept) => view.textsIn(answer.language).say("whatIs", { term: concept.term }), view),
    view.isLast(turn) ? questionsView(view.texts.say("next"), answer.suggestions.slice(0, MOST_QUESTIONS), view) : nothing,
  ];
}

function nearestView(answer: Answer, view: View): unknown {
  const nearest = answer.alternatives.slice(0, answer.suggestions.length);
  const question = (concept: Concept) => answer.suggestions[nearest.indexOf(concept)] ?? concept.term;
  return chipsView(view.texts.say("nearest"), nearest, question, view);
}

function chipsView(label: string, concepts: readonly Concept[], question: (concept: Concept) => string, view: View): unknown {
  return concepts.length
    ? html`<div class="onward"><p class="label" aria-hidden="true">${label}</p><ul class="chips" aria-label=${label}>${concepts.map((concept) => html`<li>
        <button type="button" class="chip" part="chip" @click=${() => view.ask(question(concept))}>${bookIcon}${concept.term}</button></li>`)}</ul></div>`
    : nothing;
}

export function questionsView(label: string, questions: readonly string[], view: View): unknown {
  return questions.length
    ? html`<div class="onward"><p class="label" aria-hidden="true">${label}</p><ul class="questions" aria-label=${label}>${questions.map((question) => html`<li>
        <button type="button" class="question" part="suggestion" @click=${() => view.ask(question)}>${question}</button></li>`)}</ul></div>`
    : nothing;
}

/** Quick replies of a bot that is not ours; ours are its suggestions. */
function buttonsView(turn: Turn, reply: Reply, view: View): unknown {
  if (reply.answer || !reply.buttons.length) {
    return nothing;
  }
  return html`<ul class="questions">${reply.buttons.map((button) => html`<li>
    <button type="button" class="question" ?disabled=${!view.isLast(turn)} @click=${() => view.ask(button.payload)}>${button.title}</button></li>`)}</ul>`;
}

function againView(turn: Turn, view: View): TemplateResult {
  return html`<div class="choices"><button type="button" class="choice" @click=${() => view.ask(turn.text)}>${againIcon}${view.texts.say("askAgain")}</button></div>`;
}

// ---- Below the answer

function toolsView(turn: Turn, reply: Reply, view: View): TemplateResult {
  const verdict = turn.rating?.verdict;
  const isRated = reply.answer?.kind !== "smalltalk" && reply.outcome === "answered";
  const thumb = (of: "helpful" | "unhelpful") => html`<button type="button" class="tool ${of}" part="tool" aria-pressed=${verdict === of}
    aria-label=${view.texts.say(of)} title=${view.texts.say(of)} @click=${() => view.ratings.rate(turn, of)}>${thumbIcon}</button>`;
  return html`<div class="tools">
      ${isRated ? [thumb("helpful"), thumb("unhelpful")] : nothing}
      <button type="button" class="tool" part="tool" aria-label=${view.texts.say("copy")} title=${view.texts.say("copy")} @click=${() => view.copy(turn)}>${copyIcon}</button>
      <time datetime=${new Date(reply.at).toISOString()}>${view.texts.time(reply.at)}</time>
    </div>
    ${view.ratings.isExplaining(turn) ? reasonView(turn, view) : nothing}`;
}

const REASONS = ["wrong", "other", "long", "old"] as const;

function reasonView(turn: Turn, view: View): TemplateResult {
  const send = (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const checked = [...form.querySelectorAll<HTMLInputElement>("input:checked")].map((input) => input.value);
    const words = form.querySelector("textarea")!.value.trim();
    view.ratings.explain(turn, [checked.join(", "), words].filter(Boolean).join(": "));
  };
  return html`<form class="reason" part="reason" @submit=${send}>
    <fieldset><legend>${view.texts.say("why")}</legend>
      ${REASONS.map((reason) => html`<label><input type="checkbox" value=${reason} />${view.texts.say(reason)}</label>`)}
    </fieldset>
    <label class="words">${view.texts.say("comment")}<textarea rows="2" maxlength="1000"></textarea></label>
    <div class="choices"><button type="submit" class="choice main">${view.texts.say("sendReason")}</button>
      <button type="button" class="choice" @click=${() => view.ratings.explain(turn, "")}>${view.texts.say("skip")}</button></div>
  </form>`;
}
