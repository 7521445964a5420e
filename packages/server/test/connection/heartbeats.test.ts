import type { Clock } from "@tautline/protocol";
import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { type Heart, Heartbeats, type Pinged } from "../../src/connection/heartbeats.js";

class ScriptedHeart implements Heart {
  lastReceivedAt = 0;
  lastSentAt = 0;
  bytesTaken = 0;
  bytesWaiting = 0;
  isPaused = false;
  tick = 0;
  pinged: Pinged | undefined;
  readonly pings: number[] = [];
  diedAt: number | undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.lastReceivedAt = this.lastSentAt = clock.monotonic();
  }

  ping(): void {
    this.lastSentAt = this.#clock.monotonic();
    this.pings.push(this.lastSentAt);
  }

  dead(): void {
    this.diedAt = this.#clock.monotonic();
  }

  receive(): void {
    this.lastReceivedAt = this.#clock.monotonic();
  }
}

function listening(count = 1) {
  const clock = new VirtualClock();
  const heartbeats = new Heartbeats(clock, { intervalMs: 20_000, graceMs: 5_000 });
  const hearts = Array.from({ length: count }, () => new ScriptedHeart(clock));
  for (const heart of hearts) heartbeats.add(heart);
  return { clock, heartbeats, hearts, heart: hearts[0] as ScriptedHeart };
}

describe("heartbeats", () => {
  it("[11.2] [11.3] ping after the interval's silence, and find the dead within interval and grace", async () => {
    const { clock, heart, heartbeats } = listening();
    await clock.advance(18_000);
    expect(heart.pings).toEqual([]);
    await clock.advance(2_000);
    expect(heart.pings).toHaveLength(1);
    await clock.advance(5_000);
    expect(heart.diedAt).toBeLessThanOrEqual(25_000);
    expect(heartbeats.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("keep the grace whole: who answers within it lives", async () => {
    const { clock, heart } = listening();
    while (heart.pings.length === 0) await clock.advance(100);
    await clock.advance(4_900);
    heart.receive();
    await clock.advance(200);
    expect(heart.diedAt).toBeUndefined();
  });

  it("leave those alone that end while others, or they themselves, are looked at", async () => {
    const { clock, hearts, heartbeats } = listening(3);
    const [first, second, third] = hearts as [ScriptedHeart, ScriptedHeart, ScriptedHeart];
    first.ping = () => {
      heartbeats.remove(first);
      heartbeats.remove(second);
    };
    await clock.advance(60_000);
    expect([second.pings, second.diedAt, first.diedAt]).toEqual([[], undefined, undefined]);
    expect(third.diedAt).toBeGreaterThan(0);
    expect([heartbeats.size, clock.pending]).toEqual([0, 0]);
  });

  it("do not ping who talks and is talked to", async () => {
    const { clock, heart } = listening();
    for (let i = 0; i < 60; i++) {
      await clock.advance(1_000);
      heart.receive();
      heart.lastSentAt = clock.monotonic();
    }
    expect(heart.pings).toEqual([]);
  });

  it("[11.2] ping who talks but hears nothing: it, too, must be able to tell silence from death", async () => {
    const { clock, heart } = listening();
    for (let i = 0; i < 41; i++) {
      await clock.advance(1_000);
      heart.receive();
    }
    expect(heart.pings).toHaveLength(2);
    expect(heart.diedAt).toBeUndefined();
  });

  it("[11.3] take only what is received for life", async () => {
    const { clock, heart } = listening();
    for (let i = 0; i < 26; i++) {
      await clock.advance(1_000);
      heart.lastSentAt = clock.monotonic();
    }
    expect(heart.diedAt).toBeLessThanOrEqual(25_000);
  });

  it("wait for a ping that is still on its way to a slow reader", async () => {
    const { clock, heart } = listening();
    heart.bytesWaiting = 5_000;
    while (heart.pings.length === 0) await clock.advance(1_000);
    for (let i = 0; i < 4; i++) {
      heart.bytesTaken += 1_000;
      await clock.advance(5_000);
    }
    expect(heart.diedAt).toBeUndefined();
    await clock.advance(10_000);
    expect(heart.diedAt).toBeDefined();
  });

  it("are not deceived by a system that takes bytes for a peer that is gone (P7)", async () => {
    const { clock, heart } = listening();
    for (let i = 0; i < 26; i++) {
      await clock.advance(1_000);
      heart.bytesTaken += 1_000;
      heart.lastSentAt = clock.monotonic();
    }
    expect(heart.diedAt).toBeLessThanOrEqual(25_000);
  });

  it("do not blame who is not listened to", async () => {
    const { clock, heart } = listening();
    heart.isPaused = true;
    await clock.advance(60_000);
    expect(heart.diedAt).toBeUndefined();
    heart.isPaused = false;
    await clock.advance(10_000);
    expect(heart.diedAt).toBeDefined();
  });

  it("let what waits be read first when their timer is late (F-07)", () => {
    // One turn of a loop that stalled, by hand: due timers, then the sockets are read, then immediates.
    let now = 0;
    const timers: (() => void)[] = [];
    const immediates: (() => void)[] = [];
    const clock: Clock = {
      now: () => now,
      monotonic: () => now,
      setTimeout: (callback) => timers.push(callback),
      clearTimeout: () => undefined,
      immediate: (callback) => void immediates.push(callback),
    };
    const turn = (to: number, read: () => void = () => undefined) => {
      now = to;
      for (const run of timers.splice(0)) run();
      read();
      for (const run of immediates.splice(0)) run();
    };
    const heart: Heart & { dies: number; lastReceivedAt: number; pings: number } = {
      ...{
        lastReceivedAt: 0,
        lastSentAt: 0,
        bytesTaken: 0,
        bytesWaiting: 0,
        isPaused: false,
        tick: 0,
        pinged: undefined,
        dies: 0,
        pings: 0,
      },
      ping: () => void heart.pings++,
      dead: () => void heart.dies++,
    };
    new Heartbeats(clock, { intervalMs: 20_000, graceMs: 5_000 }).add(heart);
    for (let to = 1_000; to <= 20_000; to += 1_000) turn(to);
    expect(heart.pings).toBe(1);
    turn(90_000, () => {
      heart.lastReceivedAt = now;
    });
    expect(heart.dies).toBe(0);
  });

  it("need one timer for all", async () => {
    const { clock, heartbeats, hearts } = listening(1_000);
    expect(clock.pending).toBe(1);
    await clock.advance(20_000);
    expect(hearts.every((heart) => heart.pings.length === 1)).toBe(true);
    for (const heart of hearts) heartbeats.remove(heart);
    expect(clock.pending).toBe(0);
  });
});
