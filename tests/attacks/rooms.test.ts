import { expect } from "vitest";
import { rooms } from "./catalogue/rooms.js";
import { attacksOf } from "./surroundings/attack.js";
import { close } from "./surroundings/frames.js";
import type { RawSocket } from "./surroundings/raw-socket.js";
import type { Scene } from "./surroundings/scene.js";
import { bloat, intrusions, publications, races } from "./vectors/rooms.js";

const attack = attacksOf(rooms);

const room = "open/self";
/** What is published to be recovered, again and again. */
const kept = { room: "open/history", times: 100, bytes: 1_000 };

async function member(scene: Scene, user: string, name: string): Promise<RawSocket> {
  const peer = await scene.plain({ headers: [["Authorization", `Bearer user:${encodeURI(user)}:x`]] });
  peer.send({ type: "$join", id: 900, data: { room: name } });
  await peer.next("$joined");
  return peer;
}

async function answerOf(peer: RawSocket): Promise<string> {
  const { type, error } = await peer.nextOf(["$error", "$ack", "$reply", "$joined"]);
  return error?.code ?? type;
}

/** The codes of so many answers, and how often each came. */
async function tally(peer: RawSocket, count: number): Promise<Readonly<Record<string, number>>> {
  const codes: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const code = await answerOf(peer);
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}

attack("A-60", { options: { rateLimit: { messages: 100_000, joins: 2_000 } } }, async (scene) => {
  const peer = await scene.plain();
  for (let i = 0; i < scene.volume; i++) peer.send({ type: "$join", id: i + 1, data: { room: `open/${i}` } });
  const codes = await tally(peer, scene.volume);
  expect(Object.keys(codes).sort()).toEqual(["$joined", "RATE_LIMITED", "TOO_MANY_ROOMS"]);
  expect(codes.$joined).toBe(128);
  peer.socket.destroy();
  await scene.until(({ stats }) => stats.rooms === 1, "the rooms to be empty");
});

attack("A-62", {}, async (scene) => {
  const bob = await scene.full({ token: "user:bob:x", rooms: [{ room: "private/bob" }] });
  const say = (id: number) =>
    bob.send({ type: "say", id, room: "private/bob", data: { text: "between us" } });
  say(1);
  await scene.each(intrusions, async ({ user, message, answer }) => {
    const peer = await scene.full({ token: `user:${user}:x`, rooms: [{ room: "private/bob" }] });
    peer.send(message);
    expect(await answerOf(peer)).toBe(answer);
    say(2);
    peer.send({ type: "ping" });
    await peer.next("pong");
    expect(peer.received).not.toContain("between us");
  });
});

attack("A-63", {}, async (scene) => {
  const before = await scene.report();
  let users = 0;
  await scene.each(races, async ({ by }) => {
    const user = `racer-${++users}`;
    const peer = await scene.full({ token: `user:${user}:x` });
    peer.send({ type: "$join", id: 1, data: { room: "slow/race" } });
    peer.send({ type: "ping" });
    await peer.next("pong");
    switch (by) {
      case "reset":
        peer.socket.resetAndDestroy();
        break;
      case "close":
        peer.write(close());
        await peer.ended();
        break;
      case "leave":
        peer.send({ type: "$leave", id: 2, data: { room: "slow/race" } });
        break;
      default:
        await scene.target.ask("revoke", { user, by });
    }
    await scene.target.ask("release");
    if (by === "leave") await peer.next("$ack");
    if (by === "disconnect") expect(await peer.closeCode()).toBe(1008);
    if (by === "reauthorize") {
      // It may have been in for a moment: another vector's release let it. Then it is asked again, and that has to be let go as well.
      const refused = peer.nextOf(["$error", "$left"]);
      while (!(await Promise.race([refused, scene.target.ask("release")])));
      const { error, data } = await refused;
      expect((error ?? (data as { error?: { code: string } }).error)?.code).toBe("FORBIDDEN");
    }
  });
  const { memberships } = before.stats;
  await scene.until(({ stats }) => stats.memberships === memberships, "nobody to be in the room");
});

attack("A-64", {}, async (scene) => {
  const witness = await member(scene, "witness", room);
  await scene.each(publications, async ({ user, message, answer }) => {
    const peer = await member(scene, user, room);
    peer.send(message);
    expect(await answerOf(peer)).toBe(answer);
  });
  // Of all this one event was published, and in its sender's name.
  const typing = await witness.next("typing");
  expect(typing.from?.user).toBe("writer");
  expect(typing.offset).toBeUndefined();
  witness.send({ type: "ping" });
  await witness.next("pong");
  expect(witness.received.match(/"type":"(said|announced|notice|typing)"/g)).toHaveLength(1);
});

/** Plays in a room with another member, and gives how often that one was told of it, and in how many ticks it may have been. */
async function toldWhile(scene: Scene, play: () => Promise<void>): Promise<{ told: number; ticks: number }> {
  const witness = await member(scene, "witness", room);
  const begun = performance.now();
  await play();
  const ticks = Math.ceil((performance.now() - begun) / 100) + 1;
  witness.send({ type: "ping" });
  await witness.next("pong");
  // The snapshot that it was given first is one more.
  const told = (witness.received.match(/"type":"\$presence"/g) ?? []).length - 1;
  return { told, ticks };
}

attack("A-65", { options: { rateLimit: { messages: 100_000, presence: 500 } } }, async (scene) => {
  const toggler = await member(scene, "toggler", room);
  const { told, ticks } = await toldWhile(scene, async () => {
    for (let i = 0; i < scene.volume; i++)
      toggler.send({ type: "$presence", id: i + 1, data: { room, state: { note: String(i) } } });
    expect(await tally(toggler, scene.volume)).toEqual({ $ack: 500, RATE_LIMITED: scene.volume - 500 });
  });
  expect(told).toBeLessThanOrEqual(ticks);
});

attack(
  "A-66",
  { options: { rateLimit: { messages: 100_000, joins: 500, protocol: 100_000 } } },
  async (scene) => {
    const churner = await scene.plain();
    const { told, ticks } = await toldWhile(scene, async () => {
      for (let i = 0; i < scene.volume; i++)
        churner.send({ type: "$join", id: 1, data: { room } }, { type: "$leave", id: 2, data: { room } });
      expect(await tally(churner, 2 * scene.volume)).toEqual({
        $joined: 500,
        RATE_LIMITED: scene.volume - 500,
        $ack: scene.volume,
      });
    });
    expect(told).toBeLessThanOrEqual(ticks);
  },
);

const allowance = { messages: 100_000, recovered: 500, joins: 100_000, protocol: 100_000 };
/** What was sent to all of them may be the allowance of history, and some hundred bytes for each answer. */
const mostBytes = (answers: number) => allowance.recovered * (kept.bytes + 200) + answers * 2_000;

attack("A-67", { options: { rateLimit: allowance } }, async (scene) => {
  await scene.target.ask("publish", kept);
  const peer = await scene.plain();
  for (let i = 0; i < scene.volume; i++) {
    const last = Number.MAX_SAFE_INTEGER;
    peer.send({ type: "$join", id: 1, data: { room: kept.room, last } });
    peer.send({ type: "$leave", id: 2, data: { room: kept.room } });
  }
  expect(await tally(peer, 2 * scene.volume)).toMatchObject({ $joined: 5, RATE_LIMITED: scene.volume - 5 });
  expect(peer.receivedBytes).toBeLessThan(mostBytes(2 * scene.volume));
});

attack("A-68", { options: { rateLimit: allowance } }, async (scene) => {
  await scene.target.ask("publish", kept);
  const first = await scene.full({ token: "user:mallory:x" });
  first.send({ type: "$join", id: 1, data: { room: kept.room } });
  const { epoch } = (await first.next("$joined")).data as { epoch: string };
  let bytes = 0;
  await scene.times(async () => {
    const peer = await scene.full({
      token: "user:mallory:x",
      rooms: [{ room: kept.room, epoch, offset: 0 }],
    });
    peer.send({ type: "ping" });
    await peer.next("pong");
    bytes += peer.receivedBytes;
    peer.socket.destroy();
  }, 4);
  expect(bytes).toBeLessThan(mostBytes(scene.volume));
});

attack("A-69", { options: { rateLimit: { messages: 1_500, refusals: 500 } } }, async (scene) => {
  const bots = [await member(scene, "bot-1", "open/bots"), await member(scene, "bot-2", "open/bots")];
  for (let i = 0; i < scene.volume; i++)
    for (const bot of bots) bot.send({ type: "say", room: "open/bots", data: { text: "and you?" } });
  const close = "tautline:connection:close 4429";
  await scene.until(({ counts }) => counts[close] === bots.length, "the bots to be sent away");
  const { handled } = await scene.report();
  expect(handled.say).toBeLessThan(2 * 1_500 + 1_000);
});

attack("A-70", {}, async (scene) => {
  await scene.each(bloat, async ({ message, answer }) => {
    const peer = await member(scene, "bloated", room);
    peer.send(message);
    expect(await answerOf(peer)).toBe(answer);
  });
});
