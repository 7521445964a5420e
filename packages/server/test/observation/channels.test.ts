import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import type { ChannelName } from "../../src/index.js";
import { limited } from "../limits/set-up.js";
import { deferred } from "../support/serving.js";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Everything that is published on these channels from now on. */
function published(...names: ChannelName[]): [string, Record<string, unknown>][] {
  const all: [string, Record<string, unknown>][] = [];
  for (const name of names) {
    const listener = (detail: unknown) => void all.push([name, detail as Record<string, unknown>]);
    subscribe(name, listener);
    ends.push(() => unsubscribe(name, listener));
  }
  return all;
}

const history = { "chat/:id": { history: { size: 3 } } } as const;
const publication = { text: "x".repeat(1_000), by: "ada" };

describe("diagnostics channels", () => {
  it("tell of a connection that is refused, and of the limit that it reached, and by which server", async () => {
    const told = published("tautline:limit", "tautline:connection:refused", "tautline:connection:open");
    const { clock, server, plain } = limited({ limits: { connections: 1 } });
    plain();
    await clock.settle();
    plain();
    await clock.settle();
    const { node } = server.stats();
    expect(told).toMatchObject([
      ["tautline:connection:open", { node, peer: "plain", user: "guest" }],
      ["tautline:limit", { node, limit: "limits.connections", connection: expect.any(String) }],
      ["tautline:connection:refused", { node, code: "TOO_MANY_CONNECTIONS" }],
    ]);
  });

  it("tell what became of each position that a member brought, and of gaps", async () => {
    const told = published("tautline:recovery", "tautline:gap");
    const { clock, server, full } = limited({ rooms: history });
    const room = server.room("chat/a");
    const { epoch } = (await room.publish("message", publication)) ?? {};
    for (let i = 2; i <= 5; i++) await room.publish("message", publication);
    const come = async (position: object) => {
      full({ rooms: [{ room: "chat/a", ...position }] });
      await clock.settle();
    };
    await come({});
    await come({ epoch, offset: 3 });
    await come({ epoch, offset: 1 });
    await come({ epoch: "another", offset: 1 });
    const verdicts = told.flatMap(([, { room, verdict, publications }]) =>
      room === "chat/a" ? [[verdict, publications]] : [],
    );
    expect(verdicts).toEqual([
      ["fresh", 0],
      ["recovered", 2],
      ["trimmed", 0],
      ["new-epoch", 0],
    ]);
  });

  it("tell of a slow reader, of its gap, and that it reads again", async () => {
    const told = published("tautline:connection:backlog", "tautline:gap");
    const { clock, server, plain } = limited({ rooms: history, backpressure: { highWaterBytes: 2_000 } });
    const peer = plain();
    await clock.settle();
    peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    await clock.settle();
    peer.takesBytes = false;
    for (let i = 1; i <= 10; i++) {
      await server.room("chat/a").publish("message", publication);
      await clock.settle();
    }
    peer.takesBytes = true;
    peer.drain();
    await clock.settle();
    expect(told).toMatchObject([
      ["tautline:connection:backlog", { isBehind: true }],
      ["tautline:connection:backlog", { isBehind: false }],
      ["tautline:gap", { room: "chat/a", reason: "trimmed", from: 3, to: 7 }],
    ]);
    expect(told[0]?.[1].bufferedBytes).toBeGreaterThan(2_000);
  });

  it("tell of a reader that is given up", async () => {
    const told = published("tautline:connection:too-slow", "tautline:limit");
    const { clock, server, plain } = limited({ backpressure: { highWaterBytes: 100, limitBytes: 2_000 } });
    plain().takesBytes = false;
    await clock.settle();
    for (let i = 0; i < 3; i++) await server.broadcast("notice", { text: "x".repeat(1_000) });
    await clock.settle();
    expect(told).toMatchObject([
      ["tautline:limit", { limit: "backpressure.limitBytes" }],
      ["tautline:connection:too-slow", { bufferedBytes: expect.any(Number) }],
    ]);
  });

  it("tell of each message when its handler begins, and once when it is answered", async () => {
    const told = published("tautline:message", "tautline:message:settled");
    const { clock, server, plain, reached } = limited({ deadlines: { handlerMs: 1_000 } });
    const answer = deferred();
    server.handle("feedback", () => answer.promise);
    server.handle("rename", () => {
      throw new Error("a secret");
    });
    const peer = plain();
    await clock.settle();
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    peer.send({ type: "feedback", id: 1, data: { stars: 1 }, trace });
    peer.send({ type: "rename", id: 2, data: { name: "a" } });
    await clock.advance(1_000);
    const [[, first], [, second], ...settled] = told as [
      [string, object],
      [string, object],
      [string, object],
    ];
    expect([first, second]).toMatchObject([{ type: "feedback", trace }, { type: "rename" }]);
    expect(settled.map(([, detail]) => detail)).toEqual([
      { message: second, code: "HANDLER_FAILED" },
      { message: first, code: "TIMEOUT" },
    ]);
    expect(reached("deadlines.handlerMs")).toBe(1);
    expect(JSON.stringify(told)).not.toContain("secret");
  });

  it("tell of a room's message by the room's pattern", async () => {
    const told = published("tautline:message");
    const { clock, server, plain } = limited();
    server.handle("chat/:id", "say", () => undefined);
    const peer = plain();
    await clock.settle();
    peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    peer.send({ type: "say", room: "chat/a", id: 2, data: { text: "hi" } });
    await clock.settle();
    expect(told).toMatchObject([["tautline:message", { type: "say", room: "chat/a", pattern: "chat/:id" }]]);
  });
});
