/** What is there before anything was asked; drawn without the server. */

import { html, nothing, type TemplateResult } from "lit";
import { questionsView } from "./answer-view";
import type { View } from "./view";

export interface Greeting {
  /** What was done last, such as that everything is deleted; empty for nothing. */
  readonly notice: string;
  readonly text: string;
  /** Address of what is said about privacy. */
  readonly privacy: string;
  /** The host that is to be agreed to; empty where nobody has to agree. */
  readonly host: string;
  readonly questions: readonly string[];
  readonly agree: () => void;
}

export function greetingView(greeting: Greeting, view: View): TemplateResult {
  const { texts } = view;
  return html`<div class="greeting" part="greeting">
    ${greeting.notice ? html`<p class="step">${greeting.notice}</p>` : nothing}
    <p class="hello">${greeting.text || texts.say("greeting")}</p>
    <p class="quiet">${texts.say("notice")}${privacyView(greeting.privacy, view)}</p>
    ${greeting.host ? html`<p>${texts.say("consent", { host: greeting.host })}</p>
      <div class="choices"><button type="button" class="choice main" @click=${greeting.agree}>${texts.say("agree")}</button></div>`
    : questionsView(texts.say("suggested"), greeting.questions, view)}
  </div>`;
}

function privacyView(address: string, view: View): unknown {
  const isLink = /^(?:https?:\/\/|\/(?!\/))/.test(address);
  return isLink ? html` <a href=${address} target="_blank" rel="noopener">${view.texts.say("privacy")}<span class="unseen"> (${view.texts.say("newTab")})</span></a>` : nothing;
}
