import { expect } from "vitest";
import { handshake } from "./catalogue/handshake.js";
import { attacksOf } from "./surroundings/attack.js";
import { helloOf } from "./surroundings/scene.js";
import { full, upgradeRequest } from "./surroundings/upgrade-request.js";
import {
  canaryPaths,
  credentialChanges,
  earlyMessages,
  forgedHosts,
  identityChanges,
  mountedOrigins,
  publicOrigin,
} from "./vectors/admissions.js";
import { headerFloods, listPatterns } from "./vectors/headers.js";
import { allowed, host, origins } from "./vectors/origins.js";
import { earlyData, malformedUpgrades } from "./vectors/upgrades.js";

const attack = attacksOf(handshake);

attack("A-01", { options: { origins: allowed } }, async (scene) => {
  const before = await scene.report();
  await scene.each(origins, async ({ headers, status }) => {
    const shape = { without: ["Host"], headers: [["Host", host] as const, ...headers] };
    expect(await scene.socket().upgrade(shape)).toBe(status);
  });
  const after = await scene.report();
  const admitted = origins.filter(({ status }) => status === 101).length;
  expect((after.handled.authenticate ?? 0) - (before.handled.authenticate ?? 0)).toBe(admitted);
});

attack(
  "A-02",
  {
    mounts: [
      { path: "/one", options: { origins: ["https://one.example"], rateLimit: { messages: 100_000 } } },
      { path: "/two", options: { origins: ["https://two.example"] } },
    ],
  },
  async (scene) => {
    await scene.each(mountedOrigins, async ({ path, origin, status }) => {
      const shape = { line: `GET ${path} HTTP/1.1`, headers: [["Origin", origin] as const] };
      expect(await scene.socket().upgrade(shape)).toBe(status);
    });
  },
);

attack("A-03", { options: { publicOrigin } }, async (scene) => {
  await scene.each(forgedHosts, async ({ host: forged, origin, status }) => {
    const headers = [["Host", forged] as const, ["Origin", origin] as const];
    expect(await scene.socket().upgrade({ without: ["Host"], headers })).toBe(status);
  });
});

attack("A-04", { options: { plain: { queryToken: true } } }, async (scene) => {
  await scene.each(canaryPaths, async ({ shape, sent }) => {
    const socket = scene.socket();
    if ((await socket.upgrade(shape)) !== 101) return socket.ended();
    for (const bytes of sent) socket.write(bytes);
    socket.send({ type: "ping" });
    // It is closed, or it is served.
    await Promise.race([socket.next("pong").catch(() => undefined), socket.ended()]);
  });
});

attack("A-05", { options: { limits: { handshakes: 40 }, deadlines: { headersMs: 300 } } }, async (scene) => {
  const sockets = Array.from({ length: scene.volume }, () => scene.socket());
  for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow:");
  const dripping = setInterval(() => {
    for (const socket of sockets) if (!socket.isEnded) socket.write("x");
  }, 50);
  const statuses = await Promise.all(sockets.map((socket) => socket.status()));
  clearInterval(dripping);
  // The newest are told that there are too many, unless they were reset while they still wrote.
  expect(statuses.filter((status) => status === 408)).toHaveLength(40);
  for (const status of statuses) expect([408, 503, 0]).toContain(status);
});

attack("A-06", {}, async (scene) => {
  await scene.each(headerFloods, async ({ shape, statuses }) => {
    const status = await scene.socket().upgrade(shape);
    // A socket that still writes when it is closed may be reset before it has read why.
    expect([...statuses, ...(statuses.includes(431) ? [0] : [])]).toContain(status);
  });
});

attack("A-07", { options: { limits: { authenticating: 8 } } }, async (scene) => {
  const before = await scene.report();
  await scene.times(async (i) => {
    const socket = scene.socket();
    const isHeld = i % 2 === 0;
    const headers = isHeld ? [["Authorization", `Bearer held:user-${i}:x`] as const] : [full];
    socket.write(upgradeRequest({ headers }));
    await new Promise((resolve) => setTimeout(resolve, i % 51));
    socket.socket.resetAndDestroy();
  });
  await scene.until(({ stats }) => stats.pending === 0, "nobody to be waiting");
  await scene.target.ask("release");
  const after = await scene.report();
  expect(after.counts["totals.accepted"]).toBe(before.counts["totals.accepted"]);
});

attack("A-08", {}, async (scene) => {
  await scene.each(malformedUpgrades, async ({ bytes, statuses }) => {
    const socket = scene.socket();
    socket.socket.end(bytes, "latin1");
    expect(statuses).toContain(await socket.status());
    if (!statuses.includes(101)) await socket.ended();
  });
  await scene.each(earlyData, async ({ body, isAnswered }) => {
    const socket = scene.socket();
    socket.socket.write(upgradeRequest({ body }), "latin1");
    expect(await socket.status()).toBe(101);
    if (isAnswered) expect((await socket.next("$reply")).data).toEqual({ text: "early" });
  });
});

attack("A-09", {}, async (scene) => {
  await scene.each(listPatterns, async ({ shape, statuses }) => {
    expect(statuses).toContain(await scene.socket().upgrade(shape));
  });
});

attack("A-10", { options: { deadlines: { helloMs: 1_000 } } }, async (scene) => {
  const large = await scene.unwelcomed();
  large.send(helloOf({ token: "x".repeat(16_384) }));
  expect(await large.closeCode()).toBe(1002);
  const { heapBytes } = await scene.target.ask("memory");
  await scene.times(async () => void (await scene.unwelcomed()));
  const { stats } = await scene.report();
  const cost = ((await scene.target.ask("memory")).heapBytes - heapBytes) / stats.pending;
  expect(stats.pending).toBeGreaterThan(0);
  expect(cost).toBeLessThan(16_384);
  const silent = scene.sockets.slice(1);
  expect(new Set(await Promise.all(silent.map((socket) => socket.closeCode())))).toEqual(new Set([4408]));
});

attack(
  "A-11",
  { options: { deadlines: { authenticateMs: 200 }, limits: { authenticating: 4 } } },
  async (scene) => {
    const before = await scene.report();
    await scene.times(async (i) => {
      const socket = await scene.unwelcomed();
      socket.send(helloOf({ token: `held:user-${i}:x` }));
      const { error } = await socket.next("$error");
      expect(error?.code).toBe("UNAVAILABLE");
      expect(await socket.closeCode()).toBe(1013);
    });
    // The answers come too late.
    await scene.target.ask("release");
    const { counts } = await scene.report();
    expect(counts["totals.accepted"]).toBe(before.counts["totals.accepted"]);
  },
);

attack("A-12", {}, async (scene) => {
  await scene.each(earlyMessages, async ({ message, closes }) => {
    const socket = await scene.unwelcomed();
    socket.send(helloOf({ token: "held:early:x" }), message);
    if (closes !== undefined) expect(await socket.closeCode()).toBe(closes);
    else {
      socket.send({ type: "ping" });
      await socket.next("pong");
    }
  });
  // What a plain peer sends waits: 64 messages, then its socket is not read any more.
  const plain = await scene.plain({ headers: [["Authorization", "Bearer held:early:x"]] });
  const ids = Array.from({ length: 1_000 }, (_, i) => i + 1);
  plain.send({ type: "ping" }, ...ids.map((id) => ({ type: "take", id, data: id })));
  await plain.next("pong");
  const { handled } = await scene.report();
  expect([handled.take, handled.count]).toEqual([undefined, undefined]);
  await scene.target.ask("release");
  for (const id of ids) expect((await plain.next("$ack")).id).toBe(id);
});

attack("A-13", {}, async (scene) => {
  await scene.each(identityChanges, async ({ message, closes }) => {
    const socket = await scene.full({ token: "user:ada:x" });
    socket.send(message);
    expect(await socket.closeCode()).toBe(closes);
  });
});

attack("A-14", {}, async (scene) => {
  await scene.each(credentialChanges, async ({ token, user, ends }) => {
    const socket = await scene.full({ token, rooms: [{ room: "open/rights" }] });
    const plain = await scene.plain({ headers: [["Authorization", `Bearer ${token}`]] });
    if (ends !== "expiry") await scene.target.ask("revoke", { user, by: ends });
    if (ends === "reauthorize") {
      expect((await socket.next("$left")).data).toMatchObject({
        room: "open/rights",
        error: { code: "FORBIDDEN" },
      });
      return;
    }
    for (const peer of [socket, plain]) expect(await peer.closeCode()).toBe(1008);
    if (ends === "expiry") return;
    const again = await scene.unwelcomed();
    again.send(helloOf({ token }));
    expect((await again.next("$error")).error?.code).toBe("UNAUTHENTICATED");
  });
});
