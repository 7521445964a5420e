import { encode } from "@msgpack/msgpack";
import { expect } from "vitest";
import { envelope } from "./catalogue/envelope.js";
import { attacksOf } from "./surroundings/attack.js";
import { frame, opcodes } from "./surroundings/frames.js";
import type { RawSocket } from "./surroundings/raw-socket.js";
import { helloOf, type Scene } from "./surroundings/scene.js";
import {
  confusedEnvelopes,
  confusedHellos,
  confusedProtocol,
  deep,
  hugeNumbers,
  twice,
  wide,
} from "./vectors/envelopes.js";
import { packedBombs } from "./vectors/msgpack.js";
import {
  escapedProto,
  inheritedNames,
  internalNames,
  type MessageVector,
  roomNames,
  slowNames,
} from "./vectors/names.js";

const attack = attacksOf(envelope);

/** Each is sent by a plain peer of its own, who is in the room "open/self" and is served afterwards. */
async function expectAnswered(scene: Scene, vectors: readonly MessageVector[]): Promise<void> {
  await scene.each(vectors, async ({ message, answer }) => {
    const peer = await scene.plain();
    peer.send({ type: "$join", id: 900, data: { room: "open/self" } });
    await peer.next("$joined");
    peer.send(message);
    expect(await answerOf(peer)).toBe(answer);
    await expectServed(peer);
    peer.socket.destroy();
  });
}

/** The code of an `$error`, or the type of what else answers. */
async function answerOf(peer: RawSocket): Promise<string> {
  const { type, error } = await peer.nextOf(["$error", "$ack", "$reply", "$joined"]);
  return error?.code ?? type;
}

async function expectServed(peer: RawSocket): Promise<void> {
  peer.send({ type: "echo", id: 901, data: { text: "still here" } });
  expect(await peer.next("$reply")).toMatchObject({ id: 901, data: { text: "still here" } });
}

attack("A-40", {}, (scene) => expectAnswered(scene, [...inheritedNames, ...escapedProto]));

attack("A-41", {}, async (scene) => {
  await expectAnswered(scene, [...confusedEnvelopes, ...confusedProtocol]);
  await scene.each(confusedHellos, async ({ data }) => {
    const peer = await scene.unwelcomed();
    peer.send({ type: "$hello", data });
    expect(await answerOf(peer)).toBe("BAD_ENVELOPE");
    expect(await peer.closeCode()).toBe(1002);
  });
});

attack("A-42", {}, (scene) => expectAnswered(scene, twice));

attack("A-43", {}, (scene) => expectAnswered(scene, deep));

attack("A-44", {}, async (scene) => {
  await expectAnswered(scene, wide);
  const peer = await scene.plain();
  for (const { message } of [...wide, ...wide, ...wide]) peer.send(message);
  await expectServed(peer);
});

attack("A-45", {}, (scene) => expectAnswered(scene, hugeNumbers));

attack("A-46", { options: { msgpack: true } }, async (scene) => {
  const packed = (message: unknown) => frame({ opcode: opcodes.binary, payload: encode(message) });
  await scene.each(packedBombs, async ({ bytes }) => {
    const peer = await scene.plain({ headers: [["Sec-WebSocket-Protocol", "tautline.v1.msgpack"]] });
    peer.write(packed(helloOf()));
    await peer.next("$welcome");
    peer.write(frame({ opcode: opcodes.binary, payload: bytes }));
    expect(await answerOf(peer)).toBe("BAD_ENVELOPE");
    peer.write(packed({ type: "echo", id: 1, data: { text: "still here" } }));
    expect((await peer.next("$reply")).data).toEqual({ text: "still here" });
  });
});

attack("A-48", {}, (scene) => expectAnswered(scene, internalNames));

attack("A-49", {}, async (scene) => {
  await expectAnswered(scene, roomNames);
  // What looks the same is another room.
  const [composed, decomposed] = [await scene.plain(), await scene.plain()];
  for (const [peer, room] of [
    [composed, "open/caf\u00e9"],
    [decomposed, "open/cafe\u0301"],
  ] as const) {
    peer.send({ type: "$join", id: 1, data: { room } });
    await peer.next("$joined");
  }
  composed.send({ type: "say", id: 2, room: "open/caf\u00e9", data: { text: "for one" } });
  await composed.next("said");
  await expectServed(decomposed);
  expect(decomposed.received).not.toContain("for one");
});

attack("A-50", { options: { answers: { ttlMs: 2_000 } } }, async (scene) => {
  const hello = { client: "a-client-that-repeats-itself", token: "user:ada:x" };
  const count = { type: "count", id: 1 };
  const first = await scene.full(hello);
  first.send(count);
  expect((await first.next("$reply")).data).toEqual({ count: 1 });
  for (let i = 0; i < scene.volume; i++) first.send(count);
  for (let i = 0; i < scene.volume; i++) expect((await first.next("$reply")).data).toEqual({ count: 1 });
  // The client again, and then somebody who has stolen its name, and who is just another client.
  const again = await scene.full({ ...hello, attempt: 2, welcomed: 1 });
  again.send(count);
  expect((await again.next("$reply")).data).toEqual({ count: 1 });
  again.socket.destroy();
  const thief = await scene.full({ ...hello, attempt: 3, welcomed: 2, token: "user:eve:x" });
  thief.send(count);
  expect((await thief.next("$reply")).data).toEqual({ count: 2 });
  const other = await scene.full({ token: "user:ada:x" });
  other.send(count);
  expect((await other.next("$reply")).data).toEqual({ count: 3 });
});

attack("A-51", {}, async (scene) => {
  const plain = await scene.plain();
  for (const type of ["$ack", "$reply", "$error", "$joined"]) {
    plain.send({ type, id: 1, data: {}, error: { code: "APP", message: "x" } });
    expect((await plain.next("$error")).error?.code).toBe("UNKNOWN_TYPE");
  }
  // Nobody has such a message under way.
  plain.send({ type: "$cancel", data: { id: 1 } }, { type: "$cancel", data: { id: 2 ** 53 } });
  await expectServed(plain);
  for (let i = 0; i < scene.volume; i++) plain.send({ type: "hold", id: i + 1 });
  for (let i = 256; i < scene.volume; i++) expect((await plain.next("$error")).error?.code).toBe("BUSY");
  const { handled, stats } = await scene.report();
  expect([handled.hold, stats.handling]).toEqual([256, 256]);

  const full = await scene.full();
  full.send({ type: "hold", id: 1 }, { type: "take", id: 1, data: 1 });
  expect(await full.next("$error")).toMatchObject({ id: 1, error: { code: "BAD_ENVELOPE" } });
  await scene.target.ask("release");
});

attack("A-52", {}, async (scene) => {
  await scene.each(slowNames, async ({ room }) => {
    const peer = await scene.plain();
    for (const type of ["$join", "$leave"]) {
      peer.send({ type, id: 1, data: { room } });
      expect(["$joined", "$ack", "UNKNOWN_ROOM", "BAD_ENVELOPE"]).toContain(await answerOf(peer));
    }
    peer.send({ type: "say", id: 2, room, data: { text: "x" } });
    expect(["NOT_A_MEMBER", "UNKNOWN_ROOM", "BAD_ENVELOPE"]).toContain(await answerOf(peer));
  });
});
