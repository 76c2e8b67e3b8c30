/** The chat of a browser with a server. */

import { Chat } from "./chat";
import { endSession, overRest } from "./net/rest";
import { overSocket } from "./net/socket";
import { browser, keepName } from "./surroundings";

/**
 * @param transport `socket`, `rest`, or both where it is anything else.
 * @param identity gives the JWT by which the page names its user.
 */
export function browserChat(server: string, transport: string, identity: () => string): Chat {
  const socket = [overSocket(server, "websocket"), overSocket(server, "polling")];
  const rest = [overRest(server)];
  const ways = transport === "rest" ? rest : transport === "socket" ? socket : [...socket, ...rest];
  return new Chat({ ways, end: (token, erase) => endSession(server, token, erase), identity }, browser(server));
}

/** Whether this browser has a conversation with a server. */
export function isKept(server: string): boolean {
  try {
    return window.localStorage.getItem(keepName(server)) !== null;
  } catch {
    return false;
  }
}
