/** The browser, as the chat wants it. */

import type { Clock, Keep, Surroundings } from "./ports";

const clock: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Where the conversation with a server is kept. */
export function keepName(server: string): string {
  return `termwise-chat ${server}`;
}

/** Keeps a conversation in `localStorage`, or in memory where that is blocked. */
export function browserKeep(name: string): Keep {
  let memory: string | null = null;
  const attempt = <T>(act: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return act(window.localStorage);
    } catch {
      return otherwise();
    }
  };
  return {
    read: () => attempt((storage) => storage.getItem(name) ?? memory, () => memory),
    write: (text) => {
      memory = null;
      return attempt((storage) => (storage.setItem(name, text), true), () => ((memory = text), false));
    },
    clear: () => {
      memory = null;
      attempt((storage) => storage.removeItem(name), () => undefined);
    },
    watch: (changed) => {
      const heard = (event: StorageEvent) => {
        if (event.key === name || event.key === null) {
          changed(event.newValue);
        }
      };
      window.addEventListener("storage", heard);
      return () => window.removeEventListener("storage", heard);
    },
  };
}

export function browser(server: string): Surroundings {
  return {
    clock,
    keep: browserKeep(keepName(server)),
    online: () => navigator.onLine,
    name: unguessable,
    chance: () => Math.random(),
    alone: (act) => (navigator.locks ? navigator.locks.request(keepName(server), act) : act()),
  };
}

function unguessable(): string {
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  // Pages without HTTPS have no randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
