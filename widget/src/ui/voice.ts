/** What screen readers are told: each answer once and in words, and what happens to the chat. */

import type { Note, Reply } from "../model/conversation";
import { reading } from "../model/reading";
import type { Key, Texts, Values } from "../strings/texts";
import { Announcer } from "./announcer";
import { stepText } from "./step";

const MOST_RELATED = 4; // as many as are shown

export class Voice {
  #announcer: Announcer | undefined;

  constructor(private readonly texts: () => Texts) {}

  /** @param host an element with a slot. */
  attach(host: HTMLElement): void {
    this.#announcer = new Announcer(host);
  }

  detach(): void {
    this.#announcer?.remove();
  }

  say(key: Key, values?: Values): void {
    const texts = this.texts();
    this.#announcer?.say(texts.say(key, values), texts.language);
  }

  /** Say something at once. */
  warn(key: Key, values?: Values): void {
    const texts = this.texts();
    this.#announcer?.warn(texts.say(key, values), texts.language);
  }

  /** The text of an answer without its marks, and how many sources and related terms it has. */
  answer(reply: Reply): void {
    const texts = this.texts();
    const { plain, citations } = reading(reply);
    const related = Math.min(MOST_RELATED, reply.answer?.related.length ?? 0);
    const said = [plain || texts.say("noAnswer")];
    if (citations.length) {
      said.push(texts.say("sources", { n: citations.length }));
    }
    if (related) {
      said.push(texts.say("announceRelated", { n: related }));
    }
    this.#announcer?.say(said.join("\n"), reply.answer?.language ?? texts.language);
  }

  /** What a person says, or how far the hand-over is. */
  note(note: Note): void {
    const texts = this.texts();
    const name = texts.say("personSaid", { name: note.agent || texts.say("person") });
    this.#announcer?.say(note.text ? `${name}: ${note.text}` : stepText(note, texts), texts.language);
  }
}
