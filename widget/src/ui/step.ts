/** The steps of a hand-over to a person: in words, and what can be done about each. */

import { html, nothing } from "lit";
import type { Note, Wish } from "../model/conversation";
import type { Key, Texts } from "../strings/texts";

/** A step in words. */
export function stepText(note: Note, texts: Texts): string {
  switch (note.state) {
    case "offered":
    case "requested":
      return texts.say(note.state);
    case "waiting": {
      const place = note.place ? texts.say("queuedAt", { place: note.place }) : texts.say("queued");
      return note.wait ? `${place}, ${texts.say("queuedFor", { minutes: Math.max(1, Math.round(note.wait / 60)) })}` : place;
    }
    case "connected":
      return texts.say("connected", { name: note.agent || texts.say("person") });
    default:
      return texts.say(note.reason === "nobody" ? "nobody" : note.reason === "user" ? "left" : "ended");
  }
}

/** How far the hand-over is, and the way out of it at every step; nothing where there is none. */
export function stepView(step: Note | undefined, texts: Texts, wish: (wish: Wish) => void): unknown {
  if (!step || step.state === "ended") {
    return nothing;
  }
  const button = (key: Key, wished: Wish) => html`<button type="button" class="plain" @click=${() => wish(wished)}>${texts.say(key)}</button>`;
  const isOffer = step.state === "offered";
  return html`<p class="strip" part="handover">${stepText(step, texts)}
    ${isOffer ? button("takeOffer", "request") : nothing}
    ${button(isOffer ? "leaveOffer" : step.state === "connected" ? "leavePerson" : "leaveQueue", "cancel")}</p>`;
}
