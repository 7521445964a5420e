import { expect } from "vitest";
import { frames } from "./catalogue/frames.js";
import { attacksOf } from "./surroundings/attack.js";
import { close, frame, opcodes, ping, pong, text } from "./surroundings/frames.js";
import type { Scene } from "./surroundings/scene.js";
import {
  afterClose,
  badText,
  bombs,
  brokenFrames,
  type FrameVector,
  fragmented,
  oversizeHeaders,
} from "./vectors/frames.js";

const attack = attacksOf(frames);

/** Each is sent by a peer of its own, with a message right behind it that must not be handled. */
async function expectClosed(
  scene: Scene,
  vectors: readonly FrameVector[],
  headers: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const before = await scene.report();
  await scene.each(vectors, async ({ bytes, closes }) => {
    const socket = await scene.plain({ headers });
    socket.write(Buffer.concat([bytes, text({ type: "take", data: 1 })]));
    expect(await socket.closeCode()).toBe(closes);
    socket.write(close(closes));
    await socket.ended();
  });
  const { handled } = await scene.report();
  expect(handled.take).toBe(before.handled.take);
}

attack("A-20", {}, async (scene) => {
  const before = await scene.target.ask("memory");
  await expectClosed(scene, oversizeHeaders);
  const { residentBytes } = await scene.target.ask("memory");
  expect(residentBytes - before.residentBytes).toBeLessThan(64_000_000);
});

attack("A-21", {}, (scene) => expectClosed(scene, fragmented));

attack("A-22", { options: { deadlines: { messageMs: 200 } } }, async (scene) => {
  await scene.times(async () => {
    const socket = await scene.plain();
    socket.write(frame({ claims: 1_000 }));
    const dripping = setInterval(() => socket.write("x"), 20);
    expect(await socket.closeCode()).toBe(1013);
    clearInterval(dripping);
  });
});

attack("A-23", { options: { compression: {} } }, async (scene) => {
  const before = await scene.target.ask("memory");
  await expectClosed(scene, bombs, [["Sec-WebSocket-Extensions", "permessage-deflate"]]);
  const { residentBytes } = await scene.target.ask("memory");
  expect(residentBytes - before.residentBytes).toBeLessThan(128_000_000);
});

attack("A-24", {}, (scene) => expectClosed(scene, badText));

attack("A-25", {}, (scene) => expectClosed(scene, brokenFrames));

attack("A-26", { options: { deadlines: { helloMs: 300 } } }, async (scene) => {
  const unread = await scene.plain();
  unread.socket.pause();
  const before = await scene.report();
  unread.write(Buffer.concat(Array(scene.volume).fill(ping)));
  await scene.until(
    ({ counts }) =>
      (counts["tautline:connection:close 4429"] ?? 0) >
      (before.counts["tautline:connection:close 4429"] ?? 0),
    "the pings to be too many",
  );
  unread.socket.destroy();
  // A ping is no word of who somebody is.
  const silent = await scene.unwelcomed();
  const pinging = setInterval(() => silent.write(ping), 50);
  expect(await silent.closeCode()).toBe(4408);
  clearInterval(pinging);
});

attack("A-27", {}, async (scene) => {
  const socket = await scene.plain();
  socket.write(Buffer.concat(Array(scene.volume).fill(pong)));
  expect(await socket.closeCode()).toBe(4429);
});

attack("A-28", {}, async (scene) => {
  const before = await scene.report();
  await scene.each(afterClose, async ({ bytes }) => {
    const socket = await scene.plain();
    socket.write(Buffer.concat([close(), bytes]));
    expect(await socket.closeCode()).toBe(1000);
    await socket.ended();
  });
  // It says goodbye, and never hears one.
  const deaf = await scene.plain();
  deaf.write(frame({ opcode: opcodes.binary, payload: "x" }));
  expect(await deaf.closeCode()).toBe(1003);
  deaf.send(...Array(100).fill({ type: "take", data: 1 }));
  await deaf.ended();
  const after = await scene.report();
  expect([after.handled.take, after.stats.memberships]).toEqual([
    before.handled.take,
    before.stats.memberships,
  ]);
});

attack("A-29", {}, async (scene) => {
  const before = await scene.report();
  await scene.times(async () => {
    const socket = await scene.plain();
    socket.send({ type: "$join", id: 1, data: { room: "open/halves" } });
    await socket.next("$joined");
    socket.socket.end();
    await socket.ended();
  });
  await scene.until(
    ({ stats }) => stats.memberships === before.stats.memberships,
    "nobody to be in the room",
  );
});
