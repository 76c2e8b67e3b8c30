/** The events of the element, by name, with what each tells. */

import type { HandoverState, Rating, Reply } from "../model/conversation";
import type { Status } from "../chat";

export interface ChatEvents {
  /** The element can be used. */
  "chat-ready": CustomEvent<undefined>;
  /** Before it opens and closes; can be cancelled. */
  "chat-open": CustomEvent<undefined>;
  "chat-close": CustomEvent<undefined>;
  /** Before a question is sent; can be cancelled. */
  "chat-send": CustomEvent<{ text: string }>;
  "chat-answer": CustomEvent<{ id: string; text: string; reply: Reply }>;
  "chat-feedback": CustomEvent<{ id: string; verdict: Rating["verdict"]; comment: string }>;
  "chat-unread": CustomEvent<{ count: number }>;
  "chat-status": CustomEvent<{ status: Status }>;
  "chat-error": CustomEvent<{ id: string; code: string; text: string }>;
  "chat-handover": CustomEvent<{ state: HandoverState; agent: string }>;
}

export type Detail<Name extends keyof ChatEvents> = ChatEvents[Name]["detail"];

declare global {
  interface HTMLElementEventMap extends ChatEvents {}
}
