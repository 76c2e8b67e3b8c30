/** The chat against a server that is made up: what is lost, doubled or out of order shows here. */

import { describe, expect, it } from "vitest";
import { Chat, type News } from "../../src/chat";
import { Refusal } from "../../src/model/wire";
import type { Reply, Turn, Wish } from "../../src/model/conversation";
import type { Hello, Link, LinkMaker, Listener, Taken, Welcome } from "../../src/net/link";
import type { Keep, Surroundings } from "../../src/ports";

/** A gateway: it keeps what it took, and takes one id once. */
class Server {
  readonly taken: { id: string; text: string }[] = [];
  readonly links = new Set<FakeLink>();
  isUp = true;
  conversation = "c1";
  token = "t1";
  losesAcks = 0;
  refusals: Refusal[] = [];
  answersAtOnce = true;
  hellos: Hello[] = [];
  wishes: Wish[] = [];

  reply(number: number): Reply {
    return { text: `answer ${number}`, buttons: [], outcome: "answered", at: number };
  }

  history(after: number): Turn[] {
    return this.taken.slice(after).map(({ id, text }, place) => {
      const number = after + place + 1;
      return { id, text, number, at: number, tab: "", progress: "answered", reply: this.reply(number) };
    });
  }

  stop(): void {
    this.isUp = false;
    [...this.links].forEach((link) => link.break());
  }
}

class FakeLink implements Link {
  isOpen = false;
  constructor(private readonly server: Server, private readonly listener: Listener, readonly live: boolean) {}

  async open(hello: Hello): Promise<Welcome> {
    const { server } = this;
    server.hellos.push(hello);
    if (!server.isUp) {
      throw new Error("unreachable");
    }
    this.isOpen = true;
    server.links.add(this);
    const resumed = hello.token === server.token;
    return {
      token: server.token, conversation: server.conversation, resumed,
      history: resumed ? server.history(hello.after) : [], notes: [],
    };
  }

  async ask(id: string, text: string): Promise<Taken> {
    const { server } = this;
    await Promise.resolve();
    if (!server.isUp || !this.isOpen) {
      throw new Error("unreachable");
    }
    const refusal = server.refusals.shift();
    if (refusal) {
      throw refusal;
    }
    let number = server.taken.findIndex((known) => known.id === id) + 1;
    number ||= server.taken.push({ id, text });
    if (server.losesAcks > 0) {
      server.losesAcks -= 1;
      throw new Error("no ack");
    }
    if (server.answersAtOnce) {
      queueMicrotask(() => this.listener.replied(number, id, server.reply(number)));
    }
    return { number };
  }

  async rate(): Promise<void> {
    if (!this.server.isUp) {
      throw new Error("unreachable");
    }
  }

  async wish(wish: Wish): Promise<void> {
    this.server.wishes.push(wish);
  }

  break(): void {
    this.isOpen = false;
    this.server.links.delete(this);
    this.listener.dropped();
  }

  close(): void {
    this.isOpen = false;
    this.server.links.delete(this);
  }
}

/** Time that passes when the test says so, a store that tabs share, and a network. */
class World {
  now = 1_000;
  isOnline = true;
  stored: string | null = null;
  writes = 0;
  private names = 0;
  private readonly timers: { at: number; act: () => void }[] = [];
  private readonly watchers = new Set<{ tab: object; changed: (text: string | null) => void }>();

  tab(): Surroundings {
    const tab = {};
    const told = (text: string | null) =>
      [...this.watchers].filter((watcher) => watcher.tab !== tab).forEach((watcher) => watcher.changed(text));
    const keep: Keep = {
      read: () => this.stored,
      write: (text) => {
        this.writes += 1;
        this.stored = text;
        told(text);
        return true;
      },
      clear: () => {
        this.stored = null;
        told(null);
      },
      watch: (changed) => {
        const watcher = { tab, changed };
        this.watchers.add(watcher);
        return () => this.watchers.delete(watcher);
      },
    };
    return {
      clock: {
        now: () => this.now,
        after: (ms, act) => {
          const timer = { at: this.now + ms, act };
          this.timers.push(timer);
          return () => void this.timers.splice(this.timers.indexOf(timer), this.timers.includes(timer) ? 1 : 0);
        },
      },
      keep,
      online: () => this.isOnline,
      name: () => `n${++this.names}`,
      chance: () => 1,
      alone: (act) => act(),
    };
  }

  async pass(ms: number): Promise<void> {
    await settled();
    const end = this.now + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        break;
      }
      this.timers.splice(this.timers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.act();
      await settled();
    }
    this.now = end;
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await Promise.resolve();
  }
}

function way(server: Server, live = true): LinkMaker {
  return (listener) => new FakeLink(server, listener, live);
}

function opened(world: World, server: Server, ways = [way(server)]) {
  const news: News[] = [];
  const ended: string[] = [];
  const chat = new Chat(
    { ways, end: async (token) => void ended.push(token), identity: () => "" },
    world.tab(),
  );
  chat.listen((item) => news.push(item));
  return { chat, news, ended };
}

const told = (news: readonly News[], type: News["type"]) => news.filter((item) => item.type === type);
const answers = (chat: Chat) => chat.conversation.turns.map((turn) => `${turn.text}=${turn.reply?.text ?? turn.progress}`);

describe("asking", () => {
  it("does and keeps nothing before it is used", async () => {
    const world = new World();
    const server = new Server();
    const { chat } = opened(world, server);
    chat.load();
    await world.pass(100_000);
    expect(server.hellos).toEqual([]);
    expect(world.writes).toBe(0);
  });

  it("tells each answer once", async () => {
    const world = new World();
    const server = new Server();
    const { chat, news } = opened(world, server);
    chat.ask("a");
    chat.ask("b");
    await world.pass(10);
    expect(answers(chat)).toEqual(["a=answer 1", "b=answer 2"]);
    expect(told(news, "answered")).toHaveLength(2);
  });

  it("sends nothing before the session is confirmed", async () => {
    const world = new World();
    const server = new Server();
    const { chat } = opened(world, server);
    chat.ask("a");
    expect(server.taken).toEqual([]);
    await world.pass(10);
    expect(server.hellos).toHaveLength(1);
    expect(server.taken).toHaveLength(1);
  });

  it("says what is refused for good, and goes on with the next", async () => {
    const world = new World();
    const server = new Server();
    server.refusals = [new Refusal("too_long", "Too long.")];
    const { chat, news } = opened(world, server);
    chat.ask("a");
    chat.ask("b");
    await world.pass(10);
    expect(told(news, "refused")).toHaveLength(1);
    expect(answers(chat).sort()).toEqual(["a=refused", "b=answer 1"]);
    chat.retry(chat.conversation.turns.find((turn) => turn.text === "a")!.id);
    await world.pass(10);
    expect(answers(chat)).toEqual(["b=answer 1", "a=answer 2"]);
  });

  it("waits as long as it is told to, and keeps the order", async () => {
    const world = new World();
    const server = new Server();
    server.refusals = [new Refusal("too_often", "", 5_000)];
    const { chat } = opened(world, server);
    chat.ask("a");
    chat.ask("b");
    await world.pass(4_000);
    expect(server.taken).toEqual([]);
    await world.pass(2_000);
    expect(server.taken.map((message) => message.text)).toEqual(["a", "b"]);
  });

  it("gives up on a message that the server fails at, after some tries", async () => {
    const world = new World();
    const server = new Server();
    server.refusals = Array.from({ length: 5 }, () => new Refusal("internal", "Ours."));
    const { chat } = opened(world, server);
    chat.ask("a");
    chat.ask("b");
    await world.pass(60_000);
    expect(answers(chat).sort()).toEqual(["a=refused", "b=answer 1"]);
  });

  it("takes back what was not sent, and only that", async () => {
    const world = new World();
    const server = new Server();
    world.isOnline = false;
    const { chat } = opened(world, server);
    const turn = chat.ask("a")!;
    await world.pass(10);
    expect(chat.takeBack(turn.id)).toBe("a");
    expect(chat.conversation.turns).toEqual([]);
    world.isOnline = true;
    const sent = chat.ask("b")!;
    await world.pass(10);
    expect(chat.takeBack(sent.id)).toBe("");
    expect(server.taken.map((message) => message.text)).toEqual(["b"]);
  });
});

describe("the network", () => {
  it("keeps questions while offline and sends them once, in order", async () => {
    const world = new World();
    const server = new Server();
    world.isOnline = false;
    const { chat } = opened(world, server);
    ["a", "b", "c"].forEach((text) => chat.ask(text));
    await world.pass(60_000);
    expect(chat.status).toBe("offline");
    expect(server.hellos).toEqual([]);
    world.isOnline = true;
    chat.connect();
    await world.pass(10);
    expect(server.taken.map((message) => message.text)).toEqual(["a", "b", "c"]);
    expect(answers(chat)).toEqual(["a=answer 1", "b=answer 2", "c=answer 3"]);
  });

  it("sends again what may not have arrived, under the same id", async () => {
    const world = new World();
    const server = new Server();
    server.losesAcks = 2;
    const { chat, news } = opened(world, server);
    chat.ask("a");
    chat.ask("b");
    await world.pass(60_000);
    expect(server.taken.map((message) => message.text)).toEqual(["a", "b"]);
    expect(answers(chat)).toEqual(["a=answer 1", "b=answer 2"]);
    expect(told(news, "answered")).toHaveLength(2);
  });

  it("fetches the answer that came while it was away", async () => {
    const world = new World();
    const server = new Server();
    server.answersAtOnce = false;
    const { chat, news } = opened(world, server);
    chat.ask("a");
    await world.pass(10);
    expect(answers(chat)).toEqual(["a=taken"]);
    server.stop();
    await world.pass(3_000);
    expect(chat.status).toBe("lost");
    server.isUp = true;
    await world.pass(40_000);
    expect(chat.status).toBe("live");
    expect(answers(chat)).toEqual(["a=answer 1"]);
    expect(told(news, "answered")).toHaveLength(1);
  });

  it("tries again later and later, and at once when asked to", async () => {
    const world = new World();
    const server = new Server();
    server.isUp = false;
    const { chat } = opened(world, server);
    chat.connect();
    await world.pass(1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000 + 30_000);
    expect(server.hellos).toHaveLength(8);
    chat.connect();
    await settled();
    expect(server.hellos).toHaveLength(9);
  });

  it("takes the next way where one is blocked, and a better one later", async () => {
    const world = new World();
    const blocked = new Server();
    blocked.isUp = false;
    const server = new Server();
    const { chat } = opened(world, server, [way(blocked), way(server, false)]);
    chat.ask("a");
    await world.pass(10);
    expect(chat.status).toBe("limited");
    expect(answers(chat)).toEqual(["a=answer 1"]);
    Object.assign(blocked, { isUp: true, taken: server.taken });
    await world.pass(61_000);
    expect(chat.status).toBe("live");
    expect(answers(chat)).toEqual(["a=answer 1"]);
  });

  it("keeps what was said when the session is over, and asks the rest in the new one", async () => {
    const world = new World();
    const server = new Server();
    const { chat } = opened(world, server);
    chat.ask("a");
    await world.pass(10);
    server.stop();
    chat.ask("b");
    Object.assign(server, { isUp: true, token: "t2", conversation: "c2" });
    server.taken.length = 0;
    await world.pass(60_000);
    expect(chat.conversation.past.map((turn) => turn.text)).toEqual(["a"]);
    expect(answers(chat)).toEqual(["b=answer 1"]);
  });
});

describe("keeping", () => {
  it("goes on after a reload with what was not sent", async () => {
    const world = new World();
    const server = new Server();
    const first = opened(world, server);
    first.chat.ask("a");
    await world.pass(10);
    server.stop();
    first.chat.ask("b");
    await world.pass(10);
    first.chat.destroy();
    server.isUp = true;
    const second = opened(world, server);
    second.chat.load();
    expect(answers(second.chat)).toEqual(["a=answer 1", "b=waiting"]);
    expect(told(second.news, "answered")).toEqual([]);
    second.chat.connect();
    await world.pass(10);
    expect(answers(second.chat)).toEqual(["a=answer 1", "b=answer 2"]);
    expect(server.taken).toHaveLength(2);
  });

  it("is one conversation in two tabs", async () => {
    const world = new World();
    const server = new Server();
    const one = opened(world, server);
    const two = opened(world, server);
    one.chat.connect();
    await world.pass(10);
    two.chat.connect();
    await world.pass(10);
    one.chat.ask("a");
    two.chat.ask("b");
    await world.pass(10);
    const texts = (chat: Chat) => answers(chat).sort();
    expect(server.taken).toHaveLength(2);
    expect(texts(one.chat)).toEqual(texts(two.chat));
    expect(one.chat.conversation.turns.map((turn) => turn.progress)).toEqual(["answered", "answered"]);
  });

  it("takes a question back in all tabs", async () => {
    const world = new World();
    const server = new Server();
    world.isOnline = false;
    const one = opened(world, server);
    const two = opened(world, server);
    two.chat.load();
    const turn = one.chat.ask("a")!;
    expect(two.chat.conversation.turns).toHaveLength(1);
    one.chat.takeBack(turn.id);
    expect(two.chat.conversation.turns).toEqual([]);
  });

  it("forgets everywhere", async () => {
    const world = new World();
    const server = new Server();
    const one = opened(world, server);
    const two = opened(world, server);
    two.chat.connect();
    one.chat.ask("a");
    await world.pass(10);
    await one.chat.restart();
    expect(world.stored).toBeNull();
    expect(one.ended).toEqual(["t1"]);
    expect(two.chat.conversation.turns).toEqual([]);
    expect(told(two.news, "restarted")).toHaveLength(1);
  });

  it("puts a rating back that the server did not take", async () => {
    const world = new World();
    const server = new Server();
    const { chat } = opened(world, server);
    const turn = chat.ask("a")!;
    await world.pass(10);
    await chat.rate(turn.id, "helpful");
    expect(chat.conversation.turns[0]!.rating?.verdict).toBe("helpful");
    server.isUp = false;
    await expect(chat.rate(turn.id, "unhelpful")).rejects.toThrow();
    expect(chat.conversation.turns[0]!.rating?.verdict).toBe("helpful");
  });
});
