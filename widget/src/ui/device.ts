/** What the device tells: its network comes and goes, and the page is looked at again. */

export interface DeviceNews {
  readonly online: () => void;
  readonly offline: () => void;
  readonly seen: () => void;
}

export class Device {
  #stop = new AbortController();

  constructor(private readonly heard: DeviceNews) {}

  watch(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const { online, offline, seen } = this.heard;
    window.addEventListener("online", online, { signal });
    window.addEventListener("offline", offline, { signal });
    document.addEventListener("visibilitychange", () => document.hidden || seen(), { signal });
  }

  unwatch(): void {
    this.#stop.abort();
  }
}
