import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { sessions } from "./catalogue/sessions.js";
import { attacksOf } from "./surroundings/attack.js";
import type { RawSocket } from "./surroundings/raw-socket.js";
import { helloOf, type Scene } from "./surroundings/scene.js";
import { chosen, clientId, forgedPositions, nearlyRight } from "./vectors/sessions.js";

const attack = attacksOf(sessions);

/** What became of clients' messages is remembered for longer than any of this takes. */
const remembering = { options: { answers: { ttlMs: 5_000 } } };

interface Welcome {
  readonly connection: string;
  readonly member: string;
  readonly resumed: boolean;
  readonly rooms: readonly { readonly room: string; readonly error?: { readonly code: string } }[];
}

async function welcomed(
  scene: Scene,
  hello: Readonly<Record<string, unknown>>,
): Promise<{ readonly peer: RawSocket; readonly welcome: Welcome }> {
  const peer = await scene.unwelcomed();
  peer.send(helloOf(hello));
  return { peer, welcome: (await peer.next("$welcome")).data as Welcome };
}

/** The owner of the client id, who has had an answer. */
async function owner(scene: Scene, hello: Readonly<Record<string, unknown>> = {}) {
  const { peer, welcome } = await welcomed(scene, { client: clientId, token: "user:ada:x", ...hello });
  peer.send({ type: "count", id: 1 });
  await peer.next("$reply");
  return { peer, welcome };
}

async function expectServed(peer: RawSocket): Promise<void> {
  peer.send({ type: "echo", id: 2, data: { text: "still here" } });
  expect((await peer.next("$reply")).data).toEqual({ text: "still here" });
}

attack("A-90", remembering, async (scene) => {
  const { peer } = await owner(scene);
  await scene.times(async () => {
    const { peer: guesser, welcome } = await welcomed(scene, {
      client: randomUUID(),
      token: "user:ada:x",
      attempt: 2,
      welcomed: 1,
    });
    expect(welcome.resumed).toBe(false);
    guesser.socket.destroy();
  }, 16);
  await expectServed(peer);
});

attack("A-91", remembering, async (scene) => {
  const { peer } = await owner(scene);
  await scene.each(nearlyRight, async ({ client }) => {
    const { welcome } = await welcomed(scene, { client, token: "user:ada:x", attempt: 2, welcomed: 1 });
    expect(welcome.resumed).toBe(false);
  });
  await expectServed(peer);
});

attack("A-92", remembering, async (scene) => {
  const { peer, welcome } = await owner(scene);
  for (const [attempt, count] of [
    [2, 2],
    [Number.MAX_SAFE_INTEGER, 3],
  ] as const) {
    const stolen = { client: clientId, token: "user:eve:x", attempt, welcomed: 1 };
    const thief = await welcomed(scene, stolen);
    expect(thief.welcome.resumed).toBe(false);
    expect(thief.welcome.member).not.toBe(welcome.member);
    thief.peer.send({ type: "count", id: attempt === 2 ? 1 : 2 });
    expect((await thief.peer.next("$reply")).data).toEqual({ count });
    await expectServed(peer);
  }
});

attack("A-93", remembering, async (scene) => {
  let { peer } = await owner(scene);
  for (let attempt = 2; attempt < 10; attempt++) {
    const next = await welcomed(scene, {
      client: clientId,
      token: "user:ada:x",
      attempt,
      welcomed: attempt - 1,
    });
    expect(await peer.closeCode()).toBe(4409);
    // What was used is used: nobody comes back by it.
    const again = await scene.unwelcomed();
    again.send(helloOf({ client: clientId, token: "user:ada:x", attempt }));
    expect(await again.closeCode()).toBe(4409);
    peer = next.peer;
  }
  await expectServed(peer);
});

attack("A-94", remembering, async (scene) => {
  const rooms = [{ room: "open/rights" }, { room: "private/ada" }];
  const { peer, welcome } = await owner(scene, { rooms });
  expect(welcome.rooms.filter(({ error }) => error)).toEqual([]);
  peer.socket.destroy();
  const back = { client: clientId, token: "user:ada:x", welcomed: 1, rooms };
  await scene.target.ask("revoke", { user: "ada", by: "reauthorize" });
  const second = await welcomed(scene, { ...back, attempt: 2 });
  const codes = second.welcome.rooms.map(({ room, error }) => [room, error?.code]);
  expect(codes).toEqual([
    ["open/rights", "FORBIDDEN"],
    ["private/ada", "FORBIDDEN"],
    ["$user", undefined],
  ]);
  await scene.target.ask("revoke", { user: "ada", by: "disconnect" });
  expect(await second.peer.closeCode()).toBe(1008);
  const third = await scene.unwelcomed();
  third.send(helloOf({ ...back, attempt: 3 }));
  expect((await third.next("$error")).error?.code).toBe("UNAUTHENTICATED");
  expect(await third.closeCode()).toBe(1008);
});

attack("A-95", remembering, async (scene) => {
  await scene.each(chosen, async ({ field }) => {
    const value = "chosen-by-the-attacker";
    const peer = await scene.unwelcomed({
      line: `GET /?${field}=${value} HTTP/1.1`,
      headers: [[`X-${field}`, value]],
    });
    const hello = helloOf({ token: "user:bob:x", [field]: value });
    peer.send({ ...hello, [field === "id" ? "trace" : field]: value });
    const { connection, member, resumed } = (await peer.next("$welcome")).data as Welcome;
    expect([connection, member]).not.toContain(value);
    expect(resumed).toBe(false);
  });
});

attack("A-96", {}, async (scene) => {
  const epochOf = async (room: string, token: string) => {
    const peer = await scene.full({ token });
    peer.send({ type: "$join", id: 1, data: { room } });
    return { peer, epoch: ((await peer.next("$joined")).data as { epoch: string }).epoch };
  };
  await scene.target.ask("publish", { room: "open/positions", times: 10, bytes: 10 });
  const own = await epochOf("open/positions", "user:eve:x");
  const other = await epochOf("open/other", "user:eve:x");
  const bobs = await epochOf("private/bob", "user:bob:x");
  bobs.peer.send({ type: "say", id: 2, room: "private/bob", data: { text: "between us" } });
  await bobs.peer.next("$ack");
  const epochs = {
    own: own.epoch,
    other: other.epoch,
    private: bobs.epoch,
    invented: "0".repeat(24),
    empty: "",
  };
  await scene.each(forgedPositions, async ({ room, epoch, offset, answer }) => {
    const peer = await scene.full({ token: "user:eve:x" });
    peer.send({ type: "$join", id: 1, data: { room, epoch: epochs[epoch], offset } });
    const { data, error } = await peer.nextOf(["$joined", "$error"]);
    const { recovered } = (data ?? {}) as { recovered?: boolean };
    expect(error?.code ?? (recovered ? "recovered" : "not recovered")).toBe(answer);
    peer.send({ type: "ping" });
    await peer.next("pong");
    expect(peer.received).not.toContain("between us");
  });
});

attack("A-97", remembering, async (scene) => {
  let { peer } = await owner(scene);
  for (let attempt = 2; attempt < scene.volume; attempt++) {
    const older = peer;
    ({ peer } = await welcomed(scene, { client: clientId, token: "user:ada:x", attempt, welcomed: 1 }));
    expect(await older.closeCode()).toBe(4409);
  }
  const { stats } = await scene.report();
  expect(stats.users).toBe(3 + 1);
  await expectServed(peer);
});
