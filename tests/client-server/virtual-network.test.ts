import { createClient } from "@tautline/client";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests, type Server } from "@tautline/server";
import {
  type Listener,
  type NetworkConditions,
  type NetworkRecord,
  seededRandom,
  VirtualClock,
  VirtualNetwork,
} from "@tautline/testing";
import { describe, expect, it } from "vitest";

const chat = defineContract({
  rooms: {
    "chat/:id": {
      messages: { say: { data: unchecked<string>() } },
      events: { said: { data: unchecked<string>() } },
    },
  },
});

const url = "ws://chat.test/live";

/** The whole real server and as many whole real clients as are asked for, over one network. */
function world(conditions: Partial<NetworkConditions> = { latencyMs: [5, 40] }) {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const records: NetworkRecord[] = [];
  const network = new VirtualNetwork({ clock, random, conditions, trace: (record) => records.push(record) });
  const serve = (): { server: Server<typeof chat>; listener: Listener } => {
    const server = createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      rooms: { "chat/:id": { history: { size: 1_000 } } },
      clock,
      random,
    });
    server.handle("chat/:id", "say", async ({ room, data }) => {
      await room.publish("said", data);
    });
    const listener = network.listen(url, (transport, request) => server.accept(transport, request));
    return { server, listener };
  };
  const join = async () => {
    const device = network.device({ terminates: true });
    const { WebSocket } = device;
    // Attempts that fail for long are far between at last.
    const joinTimeoutMs = 60_000;
    const client = createClient(chat, { url, clock, random, network: null, WebSocket, joinTimeoutMs });
    const [heard, states]: [string[], string[]] = [[], []];
    const room = client.room("chat/lobby");
    room.on("said", ({ data }) => heard.push(data));
    room.on("gap", ({ reason }) => heard.push(`gap: ${reason}`));
    client.on("state", ({ kind }) => states.push(kind));
    await clock.until(room.join());
    states.length = 0;
    return { client, room, heard, states, links: device.links };
  };
  return { clock, network, records, serve, join };
}

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
