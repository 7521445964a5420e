import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Peer } from "../support/peer.js";
import { upgradeRequest } from "../support/raw-client.js";
import { chatServer } from "../support/serving.js";

function socketTo(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  await once(socket, "close");
  return answer;
}

describe("a socket that has not asked for an upgrade", () => {
  it("A-05 has its header's time, and then gets 408", async () => {
    const server = chatServer({ deadlines: { headersMs: 100 } });
    const { port, url } = await server.listen({ host: "127.0.0.1" });
    const slow = Array.from({ length: 20 }, () => socketTo(port));
    for (const socket of slow) socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow:");
    for (const answer of await Promise.all(slow.map(answerOf))) expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(server.stats().totals.limits["deadlines.headersMs"]).toBe(20);
    (await Peer.connect(url)).close();
  });

  it("A-05 is one of so many: the newest gets 503, and the others are served", async () => {
    const server = chatServer({ limits: { handshakes: 3 } });
    const { port } = await server.listen({ host: "127.0.0.1" });
    const older = [];
    for (let i = 0; i < 3; i++) {
      const socket = socketTo(port);
      await once(socket, "connect");
      older.push(socket);
    }
    const newest = await answerOf(socketTo(port));
    expect(newest).toMatch(/^HTTP\/1\.1 503/);
    expect(server.stats().totals.limits["limits.handshakes"]).toBe(1);
    const [first] = older as [Socket];
    first.write(upgradeRequest());
    const [answer] = (await once(first, "data")) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101/);
    // Who has upgraded makes room for another.
    const next = socketTo(port);
    next.write(upgradeRequest());
    expect(String((await once(next, "data"))[0])).toMatch(/^HTTP\/1\.1 101/);
    for (const socket of [...older, next]) socket.destroy();
  });

  it("A-06 gets 431 for a header that is too large", async () => {
    const server = chatServer({ limits: { headerBytes: 2_000 } });
    const { port, url } = await server.listen({ host: "127.0.0.1" });
    const socket = socketTo(port);
    socket.write(upgradeRequest().replace("\r\n\r\n", `\r\nX-Large: ${"x".repeat(3_000)}\r\n\r\n`));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 431/);
    expect(server.stats().totals.limits["limits.headerBytes"]).toBe(1);
    (await Peer.connect(url)).close();
  });

  it("gets 400 for what is no request", async () => {
    const server = chatServer();
    const { port } = await server.listen({ host: "127.0.0.1" });
    const socket = socketTo(port);
    socket.write("hello\r\n\r\n");
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 400/);
  });
});
