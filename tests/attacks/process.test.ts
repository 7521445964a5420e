import { expect } from "vitest";
import { errorsAndProcess } from "./catalogue/process.js";
import { attacksOf } from "./surroundings/attack.js";
import { close, opcodes } from "./surroundings/frames.js";
import type { RawSocket } from "./surroundings/raw-socket.js";
import {
  carelessFarewells,
  handlerFailures,
  type InjectionVector,
  injections,
  reentrantCalls,
  resets,
} from "./vectors/process.js";

const attack = attacksOf(errorsAndProcess);

/** Characters of a record that tell of a peer: much more than any needs. */
const longestRecord = 2_000;

async function expectServed(peer: RawSocket): Promise<void> {
  peer.send({ type: "echo", id: 901, data: { text: "still here" } });
  expect(await peer.next("$reply")).toMatchObject({ id: 901, data: { text: "still here" } });
}

attack("A-100", {}, async (scene) => {
  await scene.each(handlerFailures, async ({ what: how }) => {
    const peer = await scene.plain();
    peer.send({ type: "fail", id: 1, data: { how } });
    const { id, error } = await peer.next("$error");
    expect([id, error]).toEqual([1, { code: "HANDLER_FAILED", message: "The handler failed" }]);
    await expectServed(peer);
  });
});

function injected(peer: RawSocket, { at, text }: InjectionVector): void {
  if (at === "room") peer.send({ type: "$join", id: 1, data: { room: `open/${text}` } });
  if (at === "type") peer.send({ type: text, id: 1 });
  if (at === "trace") peer.send({ type: "take", id: 1, trace: text });
  if (at === "reason")
    peer.write(close(1000, Buffer.from(text).subarray(0, 100).toString("latin1").slice(0, 60)));
}

attack("A-101", {}, async (scene) => {
  await scene.each(injections, async (vector) => {
    const { at, text } = vector;
    if (at === "header" || at === "origin" || at === "path") {
      const socket = scene.socket();
      const path = at === "path" ? encodeURI(text) : "";
      const header = at === "origin" ? "Origin" : "User-Agent";
      const headers = at === "path" ? [] : [[header, Buffer.from(text).toString("latin1")] as const];
      const status = await socket.upgrade({ line: `GET /${path} HTTP/1.1`, headers });
      expect(at === "origin" ? [400, 403, 431] : [101, 400, 431]).toContain(status);
      return socket.socket.destroy() && undefined;
    }
    const peer = await scene.plain();
    injected(peer, vector);
    if (at === "reason") await peer.closeCode();
    else await expectServed(peer);
  });
  const report = await scene.report();
  expect(report.longestRecord).toBeLessThan(longestRecord);
});

attack("A-102", {}, async (scene) => {
  await scene.each(resets, async ({ before }) => {
    for (const delayMs of [0, 1, 5, 20]) {
      const socket = scene.socket();
      socket.write(...before);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      socket.socket.resetAndDestroy();
    }
  });
  await scene.target.ask("release");
});

attack("A-103", { options: { deadlines: { handlerMs: 200 } } }, async (scene) => {
  await scene.times(async () => {
    const peer = await scene.plain();
    peer.send({ type: "hold", id: 1 });
    expect(await peer.next("$error")).toMatchObject({ id: 1, error: { code: "TIMEOUT" } });
    await expectServed(peer);
  });
  await scene.target.ask("release");
  const { stats } = await scene.until(({ stats: { handling } }) => handling < 4, "what was held to be over");
  expect(stats.connections).toBe(3 + scene.volume);
});

attack("A-104", {}, async (scene) => {
  const before = await scene.report();
  await scene.each(reentrantCalls, async ({ what: how }) => {
    const peer = await scene.plain();
    peer.send({ type: "$join", id: 1, data: { room: "open/reentry" } });
    await peer.next("$joined");
    peer.send({ type: "reenter", id: 2, data: { how } });
    peer.send({ type: "ping" });
    await peer.nextOf(["$ack", "$error", "pong", "$left"]).catch(() => undefined);
    if (peer.frames.some(({ opcode }) => opcode === opcodes.close)) await peer.closeCode();
    peer.socket.destroy();
  });
  await scene.until(
    ({ stats }) => stats.connections === 3 && stats.memberships === before.stats.memberships,
    "nobody to be left behind",
  );
});

attack("A-105", {}, async (scene) => {
  await scene.each(carelessFarewells, async ({ what: how }) => {
    const peer = await scene.plain();
    peer.send({ type: "farewell", id: 1, data: { how } });
    peer.send({ type: "ping" });
    const answer = await peer.nextOf(["$error", "$ack"]).catch(() => undefined);
    if (answer?.type === "$error")
      return expect(["HANDLER_FAILED", "BAD_DATA"]).toContain(answer.error?.code);
    const closed = await peer.control(opcodes.close);
    expect(closed?.payload.length).toBeLessThanOrEqual(125);
  });
});
