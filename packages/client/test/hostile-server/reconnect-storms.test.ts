import type { ScriptedConnection } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { connected, type World, world } from "../setup.js";
import { onHello, onWelcome, socketsPerMinute } from "./attempts.js";

/** Spans that a server could name, and values that are none. */
const spans: readonly unknown[] = [
  0,
  0.001,
  1,
  100,
  5_000,
  30_000,
  1e300,
  -1,
  null,
  undefined,
  "1",
  "",
  [],
  {},
  true,
];

function goAway(connection: ScriptedConnection, withinMs: unknown): void {
  connection.sendRaw({ type: "$reconnect", data: { withinMs } });
}

/** How many sockets are open or being opened. */
const alive = ({ server }: World) => server.connections.filter(({ socket }) => socket.readyState < 2).length;

describe("A-30 a server that sends everyone away by $reconnect", () => {
  it.each(spans)(
    "[12.3] within %j as soon as they are welcomed gets few attempts a minute",
    async (withinMs) => {
      const made = world();
      let most = 0;
      onWelcome(made, (connection) => {
        goAway(connection, withinMs);
        most = Math.max(most, alive(made));
      });
      for (const sockets of await socketsPerMinute(made, 5)) expect(sockets).toBeLessThanOrEqual(61);
      expect(most).toBeLessThanOrEqual(2);
      await made.client.close();
      await made.clock.settle();
      expect(made.clock.pending).toBe(0);
    },
  );

  it("and again and again over the old connection, while it refuses the new one, gets few attempts a minute", async () => {
    const made = await connected();
    const { client, server, clock } = made;
    const old = server.last;
    onHello(made, (connection) => connection.close(1013));
    for (let n = 0; n < 6_000; n++) {
      goAway(old, 0);
      await clock.advance(10);
    }
    expect(server.connections.length).toBeLessThanOrEqual(62);
    expect(alive(made)).toBe(1);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("by ten thousand envelopes at once is left once", async () => {
    const { client, server, clock } = await connected();
    for (let n = 0; n < 10_000; n++) goAway(server.last, 1_000);
    expect(clock.pending).toBeLessThan(10);
    await clock.advance(2_000);
    expect(server.connections).toHaveLength(2);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("without saying when has broken the protocol", async () => {
    const { client, server } = await connected();
    server.last.sendRaw({ type: "$reconnect" });
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
  });
});

describe("A-30 a server that moves its clients in good faith", () => {
  it("is left at once where the last move is a second ago", async () => {
    const { client, server, clock } = await connected();
    goAway(server.last, 0);
    await clock.advance(0);
    expect(server.connections).toHaveLength(2);
    await clock.advance(1_000);
    goAway(server.last, 0);
    await clock.advance(0);
    expect(server.connections).toHaveLength(3);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });
});
