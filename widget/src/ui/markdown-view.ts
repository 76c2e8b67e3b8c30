/** Trees of Markdown as templates. Text reaches the page as text only. */

import { html, nothing, type TemplateResult } from "lit";
import type { Block, Inline } from "../model/markdown";

export interface CitationView {
  /** How a number in square brackets looks. */
  citation(n: number): TemplateResult;
  /** Said of a link that opens a new tab. */
  newTab: string;
  /** The name of a table that can be scrolled. */
  table: string;
}

export function blockView(block: Block, view: CitationView): TemplateResult | typeof nothing {
  switch (block.type) {
    case "paragraph":
      return html`<p>${inlineView(block.parts, view)}</p>`;
    case "heading":
      return html`<p class="title">${inlineView(block.parts, view)}</p>`;
    case "quote":
      return html`<blockquote>${block.blocks.map((inner) => blockView(inner, view))}</blockquote>`;
    case "code":
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case "rule":
      return html`<hr />`;
    case "list": {
      const items = block.items.map((item) => html`<li>${itemView(item, view)}</li>`);
      return block.ordered ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    case "table":
      return html`<div class="scroll" role="group" aria-label=${view.table} tabindex="0"><table class="given">
        <thead><tr>${block.head.map((cell) => html`<th scope="col">${inlineView(cell, view)}</th>`)}</tr></thead>
        <tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inlineView(cell, view)}</td>`)}</tr>`)}</tbody>
      </table></div>`;
  }
}

/** An item of one paragraph needs no paragraph. */
function itemView(item: readonly Block[], view: CitationView): unknown {
  const only = item.length === 1 ? item[0] : undefined;
  return only?.type === "paragraph" ? inlineView(only.parts, view) : item.map((block) => blockView(block, view));
}

export function inlineView(parts: readonly Inline[], view: CitationView): unknown[] {
  return parts.map((part, place) => {
    switch (part.type) {
      case "text":
        // The blank before a citation must not let it fall on the next line.
        return marked(parts[place + 1]?.type === "citation" ? part.text.replace(/ $/, "\u00a0") : part.text, part.marked);
      case "strong":
        return html`<strong>${inlineView(part.parts, view)}</strong>`;
      case "em":
        return html`<em>${inlineView(part.parts, view)}</em>`;
      case "del":
        return html`<del>${inlineView(part.parts, view)}</del>`;
      case "code":
        return html`<code>${part.text}</code>`;
      case "break":
        return html`<br />`;
      case "link":
        return html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${inlineView(part.parts, view)}<span class="unseen"> (${view.newTab})</span></a>`;
      case "citation":
        return view.citation(part.n);
    }
  });
}

function marked(text: string, isMarked: boolean): unknown {
  return isMarked ? html`<mark>${text}</mark>` : text;
}
