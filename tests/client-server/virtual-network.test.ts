import { describe, expect, it } from "vitest";
import { world } from "./virtual-world.js";

describe("real clients and a real server over the virtual network", () => {
  it("recover what was said while one of them was cut, and leave nothing behind", async () => {
    const { clock, network, serve, join } = world();
    const { server } = serve();
    const [ada, bob] = [await join(), await join()];
    await clock.until(ada.room.send("say", "one"));
    bob.links.cut();
    await clock.until(ada.room.send("say", "two"));
    await clock.until(() => bob.heard.length === 2);
    expect(bob.heard).toEqual(["one", "two"]);
    await clock.until(Promise.all([ada.client.close(), bob.client.close(), server.close()]));
    expect([network.links.size, clock.pending]).toEqual([0, 0]);
  });

  it("find out both that a connection is half-open, and recover over another (F-03)", async () => {
    const { clock, serve, join } = world();
    const { server } = serve();
    const [ada, bob] = [await join(), await join()];
    bob.links.halfOpen();
    await clock.until(ada.room.send("say", "anybody?"));
    await clock.until(() => bob.heard.length === 1, 60_000);
    await clock.advance(60_000);
    expect(server.stats().connections).toBe(2);
  });

  it("survive a short blackout without a reconnect, and lose nothing (F-04)", async () => {
    const { clock, network, serve, join } = world();
    serve();
    const [ada, bob] = [await join(), await join()];
    network.links.blackout(3_000);
    await clock.until(Promise.all(["a", "b", "c"].map((text) => ada.room.send("say", text))));
    await clock.until(() => bob.heard.length === 3);
    expect([bob.heard, bob.states, ada.states]).toEqual([["a", "b", "c"], [], []]);
  });

  it("are told of the gap when the server comes back without its memory (F-17)", async () => {
    const { clock, serve, join } = world();
    const { listener } = serve();
    const [ada, bob] = [await join(), await join()];
    await clock.until(ada.room.send("say", "before"));
    await clock.until(() => bob.heard.length === 1);
    listener.crash();
    await clock.advance(5_000);
    serve();
    await clock.until(() => bob.heard.length === 2);
    await clock.until(ada.room.send("say", "after"));
    await clock.until(() => bob.heard.length === 3);
    expect(bob.heard).toEqual(["before", "gap: new-epoch", "after"]);
  });

  it("catch up in order from history after reading nothing for a while", async () => {
    const { clock, serve, join } = world({ latencyMs: 5, windowBytes: 8_192 });
    const { server } = serve();
    const bob = await join();
    bob.links.stall("toClient");
    const texts = Array.from({ length: 400 }, (_, index) => `${index} ${"x".repeat(2_000)}`);
    const lobby = server.room("chat/lobby");
    for (const text of texts) await lobby.publish("said", text);
    await clock.advance(2_000);
    bob.links.resume();
    await clock.until(() => bob.heard.length === texts.length);
    expect(bob.heard).toEqual(texts);
  });

  it.each(["ignored", "muted", "refused"] as const)(
    "come through once attempts are no longer %s (F-12)",
    async (admission) => {
      const { clock, network, serve, join } = world();
      const { listener } = serve();
      listener.admission = admission;
      clock.setTimeout(() => {
        listener.admission = "served";
      }, 20_000);
      await join();
      expect(clock.monotonic()).toBeGreaterThan(20_000);
      expect(network.links.size).toBe(1);
    },
  );

  it("do the same in each run: every record of the network, to the last digit", async () => {
    const run = async () => {
      const { clock, network, records, serve, join } = world({
        latencyMs: [1, 80],
        splitting: 0.3,
        lossLagMs: [0, 900],
      });
      serve();
      const members = [await join(), await join(), await join()];
      for (let round = 0; round < 20; round++) {
        if (round % 4 === 1) network.links.last.cut();
        if (round % 7 === 3) members[0]?.links.blackout(700);
        for (const { room } of members) room.send("say", `round ${round}`).catch(() => undefined);
        await clock.advance(333);
      }
      await clock.advance(30_000);
      return records;
    };
    const [first, second] = [await run(), await run()];
    expect(first.length).toBeGreaterThan(300);
    expect(second).toEqual(first);
  });
});
