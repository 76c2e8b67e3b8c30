/** What the chat needs from a browser, so that its tests need none. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns what calls it off. */
  after(ms: number, act: () => void): () => void;
}

/** Where a conversation is kept. */
export interface Keep {
  read(): string | null;
  /** @returns whether it is kept. */
  write(text: string): boolean;
  clear(): void;
  /** Another tab wrote, or cleared (null). */
  watch(changed: (text: string | null) => void): () => void;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly keep: Keep;
  readonly online: () => boolean;
  /** A name that nobody else has or guesses. */
  readonly name: () => string;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  /** Run alone among the tabs of this browser. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>;
}
