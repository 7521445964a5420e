import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { Peer } from "../support/peer.js";
import { upgradeRequest } from "../support/raw-client.js";
import { chatServer } from "../support/serving.js";
import { expectRefused, limited } from "./set-up.js";

/** What a server answers to an upgrade, up to the end of the socket or the 101. */
async function answerOf(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(upgradeRequest());
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return String(answer);
}

describe("connections", () => {
  it("A-83 of one user: the newest is refused, and none of the older ones is closed", async () => {
    const { clock, server, full, reached } = limited({ limits: { connectionsPerUser: 5 } });
    const peers = Array.from({ length: 5 }, () => full({ token: "ada" }));
    await clock.settle();
    const newest = full({ token: "ada" });
    const other = full({ token: "bob" });
    await clock.settle();
    expectRefused(newest);
    for (const peer of [...peers, other]) {
      expect(peer.take("$welcome").data).toMatchObject({ rooms: expect.anything() });
      expect(peer.closeRequests).toEqual([]);
    }
    expect(server.stats()).toMatchObject({ connections: 6, totals: { refused: 1 } });
    expect(reached("limits.connectionsPerUser")).toBe(1);
  });

  it("A-83 in all: the newest is refused", async () => {
    const { clock, plain, reached } = limited({ limits: { connections: 2 } });
    const peers = [plain(), plain()];
    await clock.settle();
    const newest = plain();
    await clock.settle();
    expectRefused(newest);
    expect(peers.flatMap(({ closeRequests }) => closeRequests)).toEqual([]);
    expect(reached("limits.connections")).toBe(1);
  });

  it("A-83 from one address: an IPv6 /64 is one, an IPv4 address one however it is written", async () => {
    let asked = 0;
    const authenticate = () => ({ id: `u${asked++}` });
    const { clock, plain, reached } = limited({ authenticate, limits: { connectionsPerAddress: 2 } });
    const older = [
      ...[plain("2001:db8::1"), plain("2001:db8::2:0:0:1"), plain("192.0.2.1"), plain("::ffff:192.0.2.1")],
      ...[plain("2001:db8:0:1::1"), plain("192.0.2.2")],
    ];
    await clock.settle();
    const newest = [plain("2001:db8::ffff:1"), plain("192.0.2.1")];
    await clock.settle();
    for (const peer of newest) expectRefused(peer);
    expect(older.flatMap(({ closeRequests }) => closeRequests)).toEqual([]);
    expect(reached("limits.connectionsPerAddress")).toBe(2);
    expect(asked).toBe(older.length);
    older[0]?.end();
    const next = plain("2001:db8::3");
    await clock.settle();
    expect(next.closeRequests).toEqual([]);
  });

  it("A-83 from a hundred addresses of one /64 are those of one address", async () => {
    const { clock, server, plain, reached } = limited({ limits: { connectionsPerAddress: 5 } });
    for (let i = 0; i < 100; i++) plain(`2001:db8::${i.toString(16)}:1`);
    await clock.settle();
    expect(server.stats()).toMatchObject({ connections: 5, pending: 0 });
    expect(reached("limits.connectionsPerAddress")).toBe(95);
  });

  it("A-85 in one second: the newest is told when to come again", async () => {
    const { clock, plain, reached } = limited({ limits: { connectionsPerSecond: 3 } });
    const peers = [plain(), plain(), plain()];
    await clock.settle();
    const newest = plain();
    expect(newest.take("$error").error).toMatchObject({ code: "TOO_MANY_CONNECTIONS", retryAfterMs: 1_000 });
    expect(newest.closeRequests).toMatchObject([{ code: 1013 }]);
    await clock.advance(1_000);
    peers.push(plain());
    await clock.settle();
    expect(peers.flatMap(({ closeRequests }) => closeRequests)).toEqual([]);
    expect(reached("limits.connectionsPerSecond")).toBe(1);
  });

  it("A-85 in a flood get 503 before the upgrade, and when to come again", async () => {
    const { clock } = limited();
    const server = chatServer({ clock, limits: { connectionsPerSecond: 2 } });
    const { port } = await server.listen({ host: "127.0.0.1" });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await answerOf(port));
    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(["101", "101", "101", "101", "503"]);
    expect(answers[4]).toContain("Retry-After: 1\r\n");
    expect(answers[4]).toContain("too many connections at once");
    // Two were told after the upgrade, one was not upgraded.
    expect(server.stats().totals.limits["limits.connectionsPerSecond"]).toBe(3);
  });

  it("A-84 are counted by the address that a trusted proxy names", async () => {
    const server = chatServer({ trustProxy: 1, limits: { connectionsPerAddress: 1 } });
    const { url } = await server.listen({ host: "127.0.0.1" });
    const from = (address: string) => Peer.connect(url, undefined, { "X-Forwarded-For": address });
    const [first, other] = [await from("203.0.113.1"), await from("203.0.113.2")];
    const second = await from("9.9.9.9, 203.0.113.1");
    expect((await second.next("$error")).error?.code).toBe("TOO_MANY_CONNECTIONS");
    expect(await second.end()).toMatchObject({ code: 1013 });
    expect([first.closed, other.closed]).toEqual([undefined, undefined]);
  });
});
