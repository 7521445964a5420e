import { once } from "node:events";
import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { rawClient } from "../support/raw-client.js";
import { type ChatOptions, chatServer, deferred } from "../support/serving.js";

/** A client's fragment of one byte. */
const fragment = (first: boolean) => Buffer.from([first ? 0x01 : 0x00, 0x81, 0, 0, 0, 0, 0x20]);
const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

async function serving(options: ChatOptions) {
  const server = chatServer(options);
  const ended = deferred<number>();
  const opened = deferred();
  server.on("connect", () => opened.resolve());
  server.on("disconnect", ({ code }) => ended.resolve(code));
  const { port } = await server.listen();
  const socket = await rawClient(port);
  await opened.promise;
  return { server, socket, ended: ended.promise };
}

describe("a message in fragments", () => {
  it("A-21 may have so many, and no more", async () => {
    const { server, socket, ended } = await serving({ limits: { fragments: 10 } });
    for (let i = 0; i < 11; i++) socket.write(fragment(i === 0));
    expect(await ended).toBe(1008);
    expect(server.stats().totals.limits["limits.fragments"]).toBe(1);
    socket.destroy();
  });

  it("A-21 may take so long, whatever signs of life come in between", async () => {
    const clock = new VirtualClock();
    const { server, socket, ended } = await serving({ clock, deadlines: { messageMs: 1_000 } });
    // The server answers each ping when it has read what came before it.
    const send = async (bytes: Buffer) => {
      const answered = once(socket, "data");
      socket.write(Buffer.concat([bytes, ping]));
      await answered;
    };
    await send(fragment(true));
    for (let i = 0; i < 5; i++) {
      await clock.advance(200);
      await send(fragment(false));
    }
    expect(server.stats().connections).toBe(1);
    await clock.advance(1);
    await send(Buffer.alloc(0));
    expect(await ended).toBe(1013);
    expect(server.stats().totals.limits["deadlines.messageMs"]).toBe(1);
    socket.destroy();
  });
});
