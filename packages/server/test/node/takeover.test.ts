import { describe, expect, it } from "vitest";
import { brokers, closedWith, cluster } from "./nodes.js";

describe.each(brokers)("a client that comes to another node, on a broker that %s", (_, wrap) => {
  it("[5.5] takes the place of its older connection, which is closed with 4409", async () => {
    const { a, b, c, clock } = cluster(wrap);
    const older = await a.connect("ada");
    const stranger = await a.connect("bob");
    const newer = await b.connect("ada", { attempt: 2 });
    await clock.advance(10);
    expect(closedWith(older)).toBe(4409);
    expect([closedWith(newer), closedWith(stranger)]).toEqual([undefined, undefined]);
    const newest = await c.connect("ada", { attempt: 7 });
    await clock.advance(10);
    expect([closedWith(newer), closedWith(newest)]).toEqual([4409, undefined]);
  });

  it("[5.3] [5.4] is closed with 4409 itself where its attempt is not the greatest of all nodes, and evicts nobody", async () => {
    const { a, b, clock } = cluster(wrap);
    const current = await a.connect("ada", { attempt: 3 });
    for (const attempt of [2, 3]) {
      const late = await b.connect("ada", { attempt });
      await clock.advance(10);
      expect(closedWith(late)).toBe(4409);
    }
    expect(closedWith(current)).toBeUndefined();
    expect(b.server.stats().connections).toBe(0);
  });

  it("[12.4] leaves its older connection open, where that one was told to connect elsewhere, until the span is over", async () => {
    const { a, b, clock } = cluster(wrap);
    const older = await a.connect("ada");
    const drained = a.server.drain({ withinMs: 5_000 });
    await clock.advance(10);
    expect(older.take("$reconnect").data).toEqual({ withinMs: 3_750 });
    const newer = await b.connect("ada", { attempt: 2 });
    await clock.advance(1_000);
    expect(older.closeRequests).toEqual([]);
    older.send({ type: "ping" });
    await clock.advance(10);
    expect(older.take("pong")).toBeDefined();
    await clock.advance(4_000);
    expect(closedWith(older)).toBe(1012);
    await drained;
    expect(closedWith(newer)).toBeUndefined();
  });

  it("keeps one connection when it comes to both nodes in the same turn", async () => {
    const { a, b, clock } = cluster(wrap);
    const connecting = [a.connect("ada", { attempt: 1 }), b.connect("ada", { attempt: 2 })];
    const [first, second] = await Promise.all(connecting);
    await clock.advance(50);
    expect([first, second].map((peer) => peer && closedWith(peer))).toEqual([4409, undefined]);
  });
});
