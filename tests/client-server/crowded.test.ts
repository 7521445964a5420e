import { afterEach, describe, expect, it } from "vitest";
import { clientOf, startServer } from "./setup.js";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

describe("clients that all come at once", () => {
  it("A-85 come again when they are told to, and all get in, none at another's cost", async () => {
    const { server, url } = await startServer(0, { limits: { connectionsPerSecond: 2 } });
    cleanUp.push(() => server.close());
    const clients = Array.from({ length: 4 }, () => clientOf(url));
    for (const client of clients) cleanUp.push(() => client.close());
    await Promise.all(clients.map((client) => client.connect()));
    const { connections, totals } = server.stats();
    expect(connections).toBe(4);
    expect(totals).toMatchObject({ accepted: 4 });
    expect(totals.limits["limits.connectionsPerSecond"]).toBeGreaterThanOrEqual(2);
  });

  it("A-60 join later what they ask for too soon, though they have connected long ago", async () => {
    const { server, url } = await startServer(0, { rateLimit: { joins: 2, windowMs: 500 } });
    cleanUp.push(() => server.close());
    const client = clientOf(url);
    cleanUp.push(() => client.close());
    await client.connect();
    const rooms = ["a", "b", "c", "d"].map((id) => client.room("chat/:id", { id }));
    await Promise.all(rooms.map((room) => room.join()));
    expect(rooms.map(({ state }) => state.kind)).toEqual(["joined", "joined", "joined", "joined"]);
    expect(server.stats().totals.limits["rateLimit.joins"]).toBeGreaterThanOrEqual(2);
  });

  it("A-68 get their history later where it is too much at once, and miss nothing", async () => {
    const rateLimit = { recovered: 25, windowMs: 1_000 };
    const { server, url } = await startServer(0, { rateLimit });
    cleanUp.push(() => server.close());
    const room = server.room("chat/:id", { id: "a" });
    for (let i = 1; i <= 20; i++) await room.publish("message", { text: String(i) });
    const told = await Promise.all(
      Array.from({ length: 2 }, async () => {
        const client = clientOf(url, { token: "ada" });
        cleanUp.push(() => client.close());
        const texts: string[] = [];
        const lobby = client.room("chat/:id", { id: "a" });
        lobby.on("message", ({ data }) => void texts.push(data.text));
        await lobby.join();
        await expect.poll(() => texts.length).toBe(20);
        return texts;
      }),
    );
    const all = Array.from({ length: 20 }, (_, i) => String(i + 1));
    expect(told).toEqual([all, all]);
    expect(server.stats().totals.limits["rateLimit.recovered"]).toBeGreaterThanOrEqual(1);
  });
});
