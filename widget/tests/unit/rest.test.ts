/** The link without a socket: what a person says and how far the hand-over is has to be looked for. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Note } from "../../src/model/conversation";
import type { Listener } from "../../src/net/link";
import { overRest } from "../../src/net/rest";

/** A gateway's API with notes. */
class Api {
  notes: { event: string; note: number; made: number; state?: string; text?: string; author?: object }[] = [];
  readonly asked: string[] = [];

  readonly fetch = (address: string | URL | Request, options: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(String(address));
    this.asked.push(`${options.method} ${pathname}`);
    if (pathname === "/v1/handover") {
      this.tell({ state: "ended" });
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    const notes = this.notes.filter((note) => note.note > Number(searchParams.get("after_note")));
    const handover = this.notes.findLast((note) => note.state) ?? null;
    return Promise.resolve(Response.json({ conversation: "c", turns: [], notes, handover }));
  };

  tell(about: { state?: string; text?: string; author?: object }): void {
    this.notes.push({ event: about.state ? "handover" : "bot_uttered", note: this.notes.length + 1, made: 1, ...about });
  }

  get looks(): number {
    return this.asked.filter((call) => call === "GET /v1/conversation").length;
  }
}

function listening(): { listener: Listener; noted: Note[] } {
  const noted: Note[] = [];
  const nothing = () => undefined;
  return { noted, listener: { noted: (note) => noted.push(note), replied: nothing, asked: nothing, renewed: nothing, dropped: nothing } };
}

describe("a hand-over without a socket", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is followed while it lasts, and left", async () => {
    const api = new Api();
    api.tell({ state: "requested" });
    const { listener, noted } = listening();
    const link = overRest("https://bot.example", api.fetch)(listener);
    const { notes } = await link.open({ token: "t", identity: "", after: 0, afterNote: 1 });
    expect(notes).toEqual([]);
    api.tell({ state: "connected" });
    api.tell({ text: "Hello.", author: { kind: "person", name: "Ana" } });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(noted.map((note) => note.state ?? note.text)).toEqual(["connected", "Hello."]);
    await link.wish("cancel");
    expect(noted.at(-1)?.state).toBe("ended");
    const { looks } = api;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.looks).toBe(looks);
  });

  it("is not looked for where there is none, nor after the end of the link", async () => {
    const api = new Api();
    const first = overRest("https://bot.example", api.fetch)(listening().listener);
    await first.open({ token: "t", identity: "", after: 0, afterNote: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.looks).toBe(1);
    api.tell({ state: "waiting" });
    const second = overRest("https://bot.example", api.fetch)(listening().listener);
    await second.open({ token: "t", identity: "", after: 0, afterNote: 0 });
    second.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.looks).toBe(2);
  });
});
