import type { Envelope } from "@tautline/protocol";
import type { ScriptedConnection } from "@tautline/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Browser, type Tab } from "./setup.js";

/** A server that remembers what became of each client's messages, until it is made to forget. */
class Remembering {
  readonly handled: number[] = [];
  /** Messages that came under the id of another: they would vanish. */
  readonly clashes: unknown[] = [];
  readonly #browser: Browser;
  readonly #clients = new WeakMap<ScriptedConnection, string>();
  #records = new Map<string, Map<number, { readonly n: number; isAnswered: boolean }>>();

  constructor(browser: Browser) {
    this.#browser = browser;
    browser.server.on("$hello", ({ data }, connection) => {
      const { client } = data as { client: string };
      this.#clients.set(connection, client);
      const resumed = this.#records.has(client);
      if (!resumed) this.#records.set(client, new Map());
      const limits = { messageBytes: 65_536, rooms: 128, unanswered: 3 };
      const who = { connection: "c", user: "ada", member: "m" };
      return { type: "$welcome", data: { ...who, resumed, heartbeatMs: 20_000, limits, rooms: [] } };
    });
    browser.server.on("order", (envelope, connection) => this.#take(envelope, connection));
  }

  forget(): void {
    this.#records = new Map();
  }

  /** Answers what has no answer, or the newest of it alone, on whatever connection its client has now. */
  answer(isAll = true): void {
    for (const connection of this.#browser.server.connections) {
      if (connection.socket.readyState !== 1) continue;
      const record = this.#records.get(this.#clients.get(connection) ?? "") ?? [];
      for (const [id, message] of isAll ? record : [...record].slice(-1)) {
        message.isAnswered = true;
        connection.send({ type: "$ack", id });
      }
    }
  }

  #take({ id = 0, data }: Envelope, connection: ScriptedConnection): Envelope | undefined {
    const record = this.#records.get(this.#clients.get(connection) ?? "");
    const known = record?.get(id);
    if (known) {
      if (known.n !== data) this.clashes.push([known.n, data]);
      return known.isAnswered ? { type: "$ack", id } : undefined;
    }
    this.handled.push(data as number);
    record?.set(id, { n: data as number, isAnswered: false });
    return undefined;
  }
}

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("send" as const, "settle" as const), nth: fc.nat(5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("open" as const, "connect" as const, "cut" as const),
      nth: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("crash" as const, "answer" as const, "turn" as const),
      nth: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), nth: fc.nat(5) }) },
);

it("handles each message at most once, and each that was kept once or tells why not, whichever pages crash and whenever", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const browser = new Browser();
      const server = new Remembering(browser);
      const [told, wereKept] = [new Set<number>(), new Set<number>()];
      const tabs: Tab[] = [];
      const settled = ({ message }: { message: { data?: unknown } }): void => {
        told.add(message.data as number);
      };
      const open = (): Tab => {
        const tab = browser.open({ autoConnect: true, backoff: { minMs: 10, maxMs: 10 } }, { settled });
        tabs.push(tab);
        return tab;
      };
      let sent = 0;
      for (const { do: what, nth } of actions) {
        const tab = tabs[nth % (tabs.length || 1)];
        if (what === "open" && tabs.length < 3) open();
        else if (what === "send" && tab) {
          const n = ++sent;
          tab.client.send("order", n).then(
            () => told.add(n),
            () => told.add(n),
          );
        } else if (what === "settle") await tab?.clock.settle();
        else if (what === "turn") await tab?.clock.advance(50);
        else if (what === "answer") server.answer(nth === 0);
        else if (what === "cut") browser.server.connections[nth]?.cut();
        else if (what === "crash" && tab) tabs.splice(tabs.indexOf(tab), 1)[0]?.crash();
        else if (what === "forget") {
          for (const connection of browser.server.connections) connection.cut();
          server.forget();
        }
        for (const { envelope } of browser.messages()) wereKept.add(envelope.data as number);
      }
      const last = open();
      await last.client.connect();
      for (const tab of tabs) if (tab !== last) tab.crash();
      for (let i = 0; i < 200 && browser.messages().length > 0; i++) {
        await last.clock.advance(50);
        server.answer();
      }
      await last.clock.settle();
      expect(browser.messages()).toEqual([]);
      expect(last.client.pending).toEqual([]);
      const { handled } = server;
      expect(server.clashes).toEqual([]);
      expect(new Set(handled).size).toBe(handled.length);
      for (const n of wereKept) expect(handled.includes(n) || told.has(n)).toBe(true);
      await last.client.close();
    }),
    { numRuns: 500 },
  );
}, 60_000);
