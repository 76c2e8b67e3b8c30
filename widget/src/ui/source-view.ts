/** Sources: the numbers in the text, and the passages that they unfold to. */

import { html, nothing, type TemplateResult } from "lit";
import type { Citation, Concept } from "../model/contract";
import type { Turn } from "../model/conversation";
import { read } from "../model/markdown";
import { marked, slice } from "../model/passage";
import { foldIcon } from "./icons";
import { blockView, type CitationView } from "./markdown-view";
import type { View } from "./view";

/** @param inside the number's passage unfolds below the block, table or list that it stands in. */
export function citationView(turn: Turn, view: View): CitationView {
  return {
    newTab: view.texts.say("newTab"),
    table: view.texts.say("table"),
    citation: (n) => {
      const citation = turn.reply?.answer?.citations.find((known) => known.n === n);
      const place = inText(n);
      const isOpen = view.unfolding.isOpen(turn.id, place);
      return html`<button type="button" class="cite" part="citation" aria-expanded=${isOpen}
        aria-controls=${isOpen ? `${place}-${turn.id}` : nothing}
        aria-label=${view.texts.say("source", { n })} @click=${() => view.unfolding.turn(turn.id, place, citation?.entry)}>${n}</button>`;
    },
  };
}

export function inText(n: number): string {
  return `text-${n}`;
}

/** The passages of the citations that are unfolded at one place of the text. */
export function unfolded(turn: Turn, numbers: readonly number[], view: View): TemplateResult[] {
  const citations = turn.reply?.answer?.citations ?? [];
  return numbers
    .filter((n) => view.unfolding.isOpen(turn.id, inText(n)))
    .flatMap((n) => citations.filter((citation) => citation.n === n))
    .map((citation) => html`<aside class="passage" part="source" id="${inText(citation.n)}-${turn.id}"
      aria-label=${view.texts.say("source", { n: citation.n })}>${passageView(turn, citation, view)}</aside>`);
}

/** All sources of an answer, folded. */
export function sourcesView(turn: Turn, view: View): TemplateResult | typeof nothing {
  const citations = turn.reply?.answer?.citations ?? [];
  if (!citations.length) {
    return nothing;
  }
  const isOpen = view.unfolding.isOpen(turn.id, "sources");
  return html`<details class="sources" part="sources" ?open=${isOpen}>
    <summary @click=${(event: Event) => {
      event.preventDefault();
      view.unfolding.turn(turn.id, "sources");
    }}>${foldIcon}${view.texts.say("sources", { n: citations.length })}</summary>
    ${isOpen ? html`<ol>${citations.map((citation) => html`<li value=${citation.n}>${sourceView(turn, citation, view)}</li>`)}</ol>` : nothing}
  </details>`;
}

function sourceView(turn: Turn, citation: Citation, view: View): TemplateResult {
  const place = `list-${citation.n}`;
  const isOpen = view.unfolding.isOpen(turn.id, place);
  return html`<button type="button" class="line" aria-expanded=${isOpen} @click=${() => view.unfolding.turn(turn.id, place, citation?.entry)}>
      <span>${title(turn, citation, view)}</span><span class="quiet">${whereabouts(citation, view)}</span>
    </button>
    ${isOpen ? html`<div class="passage" part="source">${passageView(turn, citation, view, false)}</div>` : nothing}`;
}

function passageView(turn: Turn, citation: Citation, view: View, titled = true): TemplateResult {
  const cited = slice(turn.reply?.text ?? "", citation);
  const found = view.unfolding.passages(citation.entry);
  const source = typeof found === "string" ? undefined : marked(found, citation, cited);
  const address = view.entryAddress(citation.entry);
  const plain: CitationView = { newTab: view.texts.say("newTab"), table: view.texts.say("table"), citation: () => html`` };
  return html`${titled ? html`<p class="title"><span class="number" aria-hidden="true">${citation.n}</span>${title(turn, citation, view)}</p>` : nothing}
    <blockquote dir="auto" lang=${turn.reply?.answer?.language ?? nothing}>${source === undefined
      ? html`<p><mark>${cited}</mark></p>`
      : read(source).map((block) => blockView(block, plain))}</blockquote>
    ${found === "loading" ? html`<p class="quiet">${view.texts.say("loading")}</p>` : nothing}
    ${found !== "loading" && source === undefined ? html`<p class="quiet">${view.texts.say("passageGone")}</p>` : nothing}
    <p class="quiet">${titled ? whereabouts(citation, view) : nothing}${address ? html` <a href=${address} target="_blank" rel="noopener">${view.texts.say("openEntry")}<span class="unseen"> (${view.texts.say("newTab")})</span></a>` : nothing}</p>`;
}

function title(turn: Turn, citation: Citation, view: View): string {
  const concepts: readonly Concept[] = [...(turn.reply?.answer?.concepts ?? []), ...(turn.reply?.answer?.alternatives ?? [])];
  const term = concepts.find((concept) => concept.id === citation.entry)?.term ?? citation.entry;
  const section = citation.heading || view.texts.say("definition");
  return `${term} · ${section}`;
}

function whereabouts(citation: Citation, view: View): string {
  return citation.file ? view.texts.say("place", { file: citation.file, line: citation.line }) : "";
}
