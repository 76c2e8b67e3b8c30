/** The element, registered as `termwise-chat`. */

import { ChatElement } from "./ui/element";

export { ChatElement };
export type { ChatEvents } from "./ui/events";
export type { Strings } from "./strings/en";
export type { Status } from "./chat";
export type { Reply, Turn } from "./model/conversation";

const NAME = "termwise-chat";

if (!customElements.get(NAME)) {
  customElements.define(NAME, ChatElement);
}

declare global {
  interface HTMLElementTagNameMap {
    [NAME]: ChatElement;
  }
}
