/** A question with how far it got, its answer, and what a person says. */

import { html, nothing, type TemplateResult } from "lit";
import { isSilent, type Note, type Turn } from "../model/conversation";
import { read } from "../model/markdown";
import { answerView } from "./answer-view";
import { personIcon } from "./icons";
import { blockView, type CitationView } from "./markdown-view";
import { stepText } from "./step";
import type { View } from "./view";

export function turnView(turn: Turn, view: View): TemplateResult {
  return html`<div class="turn" data-id=${turn.id}>
    <div class="own" part="question"><h3 class="unseen" aria-level=${view.level}>${view.texts.say("youSaid")}</h3><p dir="auto">${turn.text}</p></div>
    ${progressView(turn, view)}
    ${turn.reply && !isSilent(turn.reply) ? answerView(turn, turn.reply, view) : nothing}
  </div>`;
}

function progressView(turn: Turn, view: View): unknown {
  const edit = html`<button type="button" class="plain" @click=${() => view.edit(turn)}>${view.texts.say("edit")}</button>`;
  const retry = html`<button type="button" class="plain" @click=${() => view.retry(turn)}>${view.texts.say("retry")}</button>`;
  switch (turn.progress) {
    case "waiting":
      return html`<p class="progress waiting">${view.texts.say("waiting")} ${retry} ${edit}</p>`;
    case "sending":
      return html`<p class="progress">${view.texts.say("sending")}</p>`;
    case "refused":
      return html`<p class="progress refused">${view.texts.say("refused")}${turn.problem?.text ? `: ${turn.problem.text}` : ""} ${retry} ${edit}</p>`;
    case "taken":
      return view.isSlow(turn) ? html`<p class="progress">${view.texts.say("slow")}</p>` : nothing;
    default:
      return nothing;
  }
}

export function typingView(view: View): TemplateResult {
  return html`<div class="typing" part="typing"><span class="unseen">${view.texts.say("answering")}</span><i></i><i></i><i></i></div>`;
}

export function noteView(note: Note, view: View): TemplateResult {
  return html`<div data-id="note-${note.note}">${note.text ? personView(note, note.text, view) : html`<p class="step">${stepText(note, view.texts)}</p>`}</div>`;
}

function personView(note: Note, text: string, view: View): TemplateResult {
  const name = view.texts.say("personSaid", { name: note.agent || view.texts.say("person") });
  const plain: CitationView = { citation: () => html``, newTab: view.texts.say("newTab"), table: view.texts.say("table") };
  return html`<article class="answer person" part="answer"><h3 class="author" aria-level=${view.level}>${personIcon}${name}</h3>
    <div class="said" dir="auto">${read(text).map((block) => blockView(block, plain))}</div></article>`;
}
