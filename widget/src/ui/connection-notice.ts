/** What is told of the connection: short interruptions are nobody's concern, what lasts is, and its end. */

import type { Status } from "../chat";
import type { Key } from "../strings/texts";

const SETTLED = 1000; // ms that a state lasts before it is told
const TEXTS: Partial<Record<Status, Key>> = { connecting: "connecting", offline: "offline", lost: "lost", limited: "limited" };

export class ConnectionNotice {
  #told: Status = "idle";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param announce says a text to screen readers.
   * @param changed is called when there is something else to show.
   */
  constructor(
    private readonly announce: (key: Key) => void,
    private readonly changed: () => void,
  ) {}

  /** The text to show; undefined where all is well. */
  get text(): Key | undefined {
    return TEXTS[this.#told];
  }

  get isLost(): boolean {
    return this.#told === "lost";
  }

  get isAway(): boolean {
    return this.isLost || this.#told === "offline";
  }

  hear(status: Status): void {
    this.stop();
    this.#timer = setTimeout(() => this.#tell(status), status === "live" ? 0 : SETTLED);
  }

  #tell(status: Status): void {
    const { isAway } = this;
    // Trying again is no news to who knows that the connection is lost.
    const told = status === "connecting" && isAway ? this.#told : status;
    const key = TEXTS[told];
    if (told === "live" && isAway) {
      this.announce("online");
    } else if (key && told !== this.#told && told !== "connecting") {
      this.announce(key);
    }
    this.#told = told;
    this.changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
