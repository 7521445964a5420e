import { seededRandom, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloadOf, textOf } from "../../src/broker/cases/listener.js";
import { MemoryHistory, type MemoryHistoryOptions } from "../../src/broker/memory-history.js";

const retention = { size: 100, bytes: 1_000_000 };

function setUp(options: Partial<MemoryHistoryOptions> = {}): { history: MemoryHistory; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { history: new MemoryHistory({ clock, random: seededRandom(2), ...options }), clock };
}

describe("MemoryHistory", () => {
  it("[8.2] keeps epoch and head for a day after the last use, when nothing else is left, and then begins a new life", async () => {
    const { history, clock } = setUp();
    const brief = { ...retention, ttlMs: 60_000 };
    const { appended } = history.append("a", payloadOf("x"), { retention: brief });
    await clock.advance(60_000 + 86_400_000 - 1);
    expect(history.open("a", brief)).toEqual({ epoch: appended.epoch, head: 1, firstKept: 2 });
    await clock.advance(86_400_000);
    expect(history.counts.streams).toBe(1);
    const { epoch, head } = history.open("a", brief);
    expect(head).toBe(0);
    expect(epoch).not.toBe(appended.epoch);
  });

  it("counts that day from the moment the last subscriber has gone", async () => {
    const { history, clock } = setUp();
    history.hold("a");
    const { epoch } = history.open("a", retention);
    await clock.advance(10 * 86_400_000);
    history.release("a");
    await clock.advance(86_400_000 - 1);
    expect(history.open("a", retention).epoch).toBe(epoch);
  });

  it("forgets the stream used longest ago beyond maxStreams, but none that has subscribers", () => {
    const { history } = setUp({ maxStreams: 2 });
    history.hold("held");
    const held = history.open("held", retention);
    const a = history.open("a", retention);
    history.open("b", retention);
    history.open("a", retention);
    history.open("c", retention);
    expect(history.counts.streams).toBe(3);
    expect(history.open("a", retention).epoch).toBe(a.epoch);
    expect(history.read("b", { after: 0 }, retention)).toBeUndefined();
    expect(history.open("held", retention).epoch).toBe(held.epoch);
  });

  it("stays within maxBytes: streams without subscribers go first, then the oldest of what is appended to", () => {
    const { history } = setUp({ maxBytes: 10 });
    history.append("idle", payloadOf("12345"), { retention });
    history.hold("a");
    for (const text of ["aaaa", "bbbb"]) history.append("a", payloadOf(text), { retention });
    expect(history.read("idle", { after: 0 }, retention)).toBeUndefined();
    history.append("a", payloadOf("cccc"), { retention });
    expect(history.counts).toEqual({ streams: 1, bytes: 8 });
    expect(history.read("a", { after: 0 }, retention)?.publications.map(textOf)).toEqual(["bbbb", "cccc"]);
  });

  it("counts remembered keys against maxBytes and forgets them after ten minutes", async () => {
    const { history, clock } = setUp();
    history.append("a", payloadOf("x"), { retention, key: "k" });
    expect(history.counts.bytes).toBeGreaterThan(100);
    expect(history.append("a", payloadOf("x"), { retention, key: "k" }).repeated).toBe(true);
    await clock.advance(600_000);
    expect(history.append("a", payloadOf("x"), { retention, key: "k" }).repeated).toBe(false);
  });

  it("[8.1] agrees with a plain list after any appends, pauses and reads", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("append" as const), size: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ kind: fc.constant("pause" as const), ms: fc.nat({ max: 600 }) }),
      fc.record({
        kind: fc.constant("read" as const),
        after: fc.nat({ max: 40 }),
        maxBytes: fc.integer({ min: 1, max: 90 }),
      }),
    );
    const limits = fc.record({
      size: fc.integer({ min: 1, max: 8 }),
      bytes: fc.integer({ min: 1, max: 120 }),
      ttlMs: fc.option(fc.integer({ min: 1, max: 1_500 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 60 }), async (bounds, steps) => {
        const { history, clock } = setUp();
        const all: { offset: number; size: number; at: number }[] = [];
        for (const s of steps) {
          if (s.kind === "pause") await clock.advance(s.ms);
          if (s.kind === "append") {
            history.append("a", payloadOf("x".repeat(s.size)), { retention: bounds });
            all.push({ offset: all.length + 1, size: s.size, at: clock.monotonic() });
          }
          if (s.kind !== "read" || all.length === 0) continue;
          const page = history.read("a", { after: s.after, maxBytes: s.maxBytes }, bounds);
          const fresh = all.filter(({ at }) => clock.monotonic() - at < (bounds.ttlMs ?? Infinity));
          expect(page?.head).toBe(all.length);
          const kept = all.length + 1 - (page?.firstKept ?? 0);
          expect(kept).toBeLessThanOrEqual(Math.min(bounds.size, fresh.length));
          const keptBytes = all.slice(all.length - kept).reduce((sum, { size }) => sum + size, 0);
          expect(keptBytes).toBeLessThanOrEqual(bounds.bytes);
          const offsets = page?.publications.map(({ offset }) => offset) ?? [];
          const first = Math.max(s.after + 1, page?.firstKept ?? 0);
          expect(offsets).toEqual(offsets.map((_, i) => first + i));
          const bytes = page?.publications.reduce((sum, { byteLength }) => sum + byteLength, 0) ?? 0;
          if (offsets.length > 1) expect(bytes).toBeLessThanOrEqual(s.maxBytes);
          if (first <= all.length) expect(offsets.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
