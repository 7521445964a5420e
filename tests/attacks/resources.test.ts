import { expect } from "vitest";
import { resources } from "./catalogue/resources.js";
import { attacksOf, honestClients } from "./surroundings/attack.js";
import { close, text } from "./surroundings/frames.js";
import type { RawSocket } from "./surroundings/raw-socket.js";
import type { Scene } from "./surroundings/scene.js";
import { spoofedAddresses } from "./vectors/addresses.js";

const attack = attacksOf(resources);

/** What became of an upgrade: let in, refused before it or after it. */
async function admission(
  scene: Scene,
  headers: readonly (readonly [string, string])[],
): Promise<"in" | "refused" | "flooded"> {
  const socket = scene.socket();
  if ((await socket.upgrade({ headers })) !== 101) {
    expect(socket.answer).toMatch(/^HTTP\/1\.1 503/);
    return "flooded";
  }
  socket.send({ type: "ping" });
  const { type, error } = await socket.nextOf(["pong", "$error"]);
  if (type === "pong") {
    // It is answered before it is known who the peer is, too: only then there may be one too many.
    socket.send({ type: "echo", id: 1, data: { text: "x" } });
    const later = await socket.nextOf(["$reply", "$error"]);
    if (later.type === "$reply") return "in";
    expect(later.error?.code).toBe("TOO_MANY_CONNECTIONS");
  } else expect(error?.code).toBe("TOO_MANY_CONNECTIONS");
  expect(await socket.closeCode()).toBe(1013);
  return "refused";
}

async function admissions(scene: Scene, headersOf: (i: number) => readonly (readonly [string, string])[]) {
  const counts = { in: 0, refused: 0, flooded: 0 };
  await scene.times(async (i) => void counts[await admission(scene, headersOf(i))]++, 16);
  return counts;
}

const limitBytes = 262_144;

/** What a room keeps stays when its members have gone: here it is little. */
const history = { size: 50, bytes: 200_000 };
const slow = {
  backpressure: { highWaterBytes: 65_536, limitBytes },
  rooms: { "open/:id": { history } },
};

attack("A-80", { options: slow }, async (scene) => {
  const before = await scene.target.ask("memory");
  const stalled: RawSocket[] = [];
  await scene.times(async () => {
    const peer = await scene.full({ rooms: [{ room: "open/stalled" }] });
    peer.socket.pause();
    stalled.push(peer);
  });
  await scene.target.ask("publish", { room: "open/stalled", times: 2_000, bytes: 10_000 });
  const offered = await scene.target.ask("memory");
  expect(offered.heapBytes - before.heapBytes).toBeLessThan(1.5 * limitBytes * scene.volume + 4_000_000);
  const { stats } = await scene.report();
  expect(stats.connections).toBe(honestClients + scene.volume);
  // What cannot wait: answers, to who goes on asking. Each brings the reader nearer to its end.
  const greedy = await scene.plain();
  greedy.socket.pause();
  const question = text({ type: "echo", id: 1, data: { text: "x".repeat(60_000) } });
  for (let i = 0; i < 400; i++) greedy.write(question);
  await scene.until(
    ({ counts }) => (counts["backpressure.limitBytes"] ?? 0) > 0,
    "the reader to be given up",
  );
  for (const peer of [...stalled, greedy]) peer.socket.destroy();
});

attack("A-81", { options: { rateLimit: { messages: 3_000, refusals: 2_000 } } }, async (scene) => {
  const peer = await scene.plain();
  const flood = Buffer.concat(Array(scene.volume).fill(text({ type: "take", data: 1 })));
  peer.write(flood);
  const first = await peer.next("$error");
  expect(first.error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: expect.any(Number) });
  expect(await peer.closeCode()).toBe(4429);
  const { handled } = await scene.report();
  expect(handled.take).toBe(3_000);
});

attack(
  "A-82",
  { options: { rateLimit: { messages: 2_000, by: "user", windowMs: 60_000 } } },
  async (scene) => {
    const authorization = ["Authorization", "Bearer user:mallory:x"] as const;
    const first = await scene.plain({ headers: [authorization] });
    first.send(...Array(2_001).fill({ type: "take", data: 1 }));
    expect((await first.next("$error")).error?.code).toBe("RATE_LIMITED");
    first.socket.destroy();
    await scene.times(async () => {
      const peer = await scene.plain({ headers: [authorization] });
      peer.send({ type: "take", id: 1, data: 1 });
      expect((await peer.next("$error")).error?.code).toBe("RATE_LIMITED");
      peer.write(close());
      await peer.ended();
    }, 4);
    const { handled } = await scene.report();
    expect(handled.take).toBe(2_000);
  },
);

attack(
  "A-83",
  { options: { trustProxy: 1, limits: { connectionsPerAddress: 10, connectionsPerUser: 5 } } },
  async (scene) => {
    const hex = (i: number) => i.toString(16).padStart(4, "0");
    const inOneNetwork = await admissions(scene, (i) => [
      ["X-Forwarded-For", `2001:db8:7:7:${hex(i % 65_536)}:${hex(i >> 4)}:1:${hex((i * 7) % 65_536)}`],
      ["Authorization", `Bearer user:network-${i}:x`],
    ]);
    expect(inOneNetwork.in).toBe(10);
    const spellings = ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7"];
    const oneAddress = await admissions(scene, (i) => [
      ["X-Forwarded-For", spellings[i % spellings.length] as string],
      ["Authorization", `Bearer user:address-${i}:x`],
    ]);
    expect(oneAddress.in).toBe(10);
    const ofOneUser = await admissions(scene, (i) => [
      ["X-Forwarded-For", `198.51.${100 + (i >> 8)}.${i % 256}`],
      ["Authorization", "Bearer user:mallory:x"],
    ]);
    expect(ofOneUser.in).toBe(5);
  },
);

attack("A-84", { options: { limits: { connectionsPerAddress: honestClients + 2 } } }, async (scene) => {
  const inside = [await scene.plain(), await scene.plain()];
  await scene.each(spoofedAddresses, async ({ headers }) => {
    expect(["refused", "flooded"]).toContain(await admission(scene, headers));
  });
  for (const peer of inside) expect(peer.isEnded).toBe(false);
});

attack("A-85", { options: { limits: { connectionsPerSecond: 40 } } }, async (scene) => {
  const begun = performance.now();
  const counts = await admissions(scene, () => []);
  const seconds = Math.ceil((performance.now() - begun) / 1_000) + 1;
  expect(counts.in).toBeLessThanOrEqual(40 * seconds);
  const flooded = scene.sockets.find(({ answer }) => answer?.startsWith("HTTP/1.1 503"));
  expect(flooded?.answer).toMatch(/\r\nRetry-After: \d+/);
});

attack("A-86", {}, async (scene) => {
  const before = await scene.report();
  await scene.times(async (i) => void (await (i % 2 === 0 ? scene.plain() : scene.full())));
  const admitted = await scene.until(
    ({ stats }) => stats.connections === honestClients + scene.volume,
    "all to be admitted",
  );
  expect(admitted.timers - before.timers).toBeLessThan(10);
});

attack("A-87", { options: { rateLimit: { messages: 2_000, refusals: 1_000 } } }, async (scene) => {
  const before = await scene.report();
  const begun = performance.now();
  await scene.times(async () => {
    const socket = scene.socket();
    expect(await socket.upgrade({ headers: [["Origin", "https://evil.com"]] })).toBe(403);
    socket.socket.destroy();
  });
  const peer = await scene.plain();
  peer.write(Buffer.concat(Array(50 * scene.volume).fill(text("no JSON"))));
  expect(await peer.closeCode()).toBe(4429);
  const windows = Math.floor((performance.now() - begun) / 10_000) + 2;
  const { records } = await scene.report();
  // Of upgrades that were refused, and of connections that opened and closed.
  expect(records - before.records).toBeLessThanOrEqual(windows * 100);
});

attack("A-88", {}, async (scene) => {
  const hog = await scene.plain();
  hog.write(Buffer.concat(Array(scene.volume).fill(text({ type: "take", data: 1 }))));
  hog.send({ type: "echo", id: 1, data: { text: "the last" } });
  await hog.nextOf(["$reply", "$error"]);
});
