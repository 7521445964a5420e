import { describe, expect, it } from "vitest";
import { Coordinator } from "../src/coordinator.js";
import type { LoadTestOptions } from "../src/options.js";
import { planOf } from "../src/plan.js";
import type { Progress } from "../src/progress.js";
import type { Scenario, Turn } from "../src/scenario.js";
import { startHere } from "../src/worker-links.js";
import type { StartWorker } from "../src/worker-messages.js";
import { HandClock } from "./setup.js";

const noThresholds = {};

/** A test of a scenario without sockets, on a clock that is turned by hand. */
function start(
  scenario: Scenario,
  options: Partial<LoadTestOptions>,
  { clock = new HandClock(), startWorker = startHere(clock, scenario) as StartWorker } = {},
) {
  const plan = planOf({ url: "ws://localhost/", processes: 1, ...options }, scenario, { cores: 2, run: "r" });
  const seen: Progress[] = [];
  const interruption = new AbortController();
  const coordinator = new Coordinator({
    plan,
    scenario,
    thresholds: noThresholds,
    clock,
    startWorker,
    onProgress: (progress) => seen.push(progress),
  });
  return { clock, seen, interruption, summary: coordinator.run(interruption.signal) };
}

const idle: Scenario = { name: "idle", start: () => ({ act: () => {} }) };

describe("a load test", () => {
  it("connects all, then works, then ends, and shows it", async () => {
    const test = start(idle, { connections: 4, rampMs: 2_000, rate: 2, messages: 4 });
    await test.clock.advance(5_000);
    const summary = await test.summary;
    expect(summary).toMatchObject({
      ended: "complete",
      passed: true,
      counts: { connected: 4, sent: 16, answered: 16 },
      errors: 0,
    });
    expect(new Set(test.seen.map(({ phase }) => phase))).toContain("connecting");
    expect(test.seen.at(-1)).toMatchObject({ connected: 4, sent: 16, messages: 16 });
    expect(summary.timeline.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(16);
  });

  it("leaves no timer behind", async () => {
    const test = start(idle, { connections: 2, rampMs: 100, messages: 1 });
    await test.clock.advance(3_000);
    await test.summary;
    expect(test.clock.pending).toBe(0);
  });

  it("counts a latency from when a message was due, also where the process was held up", async () => {
    const clock = new HandClock();
    const act = ({ number }: Turn) => {
      if (number === 0) clock.hold(1_000);
    };
    const test = start(
      { name: "held", start: () => ({ act }) },
      { connections: 1, rate: 10, messages: 10 },
      { clock },
    );
    await clock.advance(5_000);
    // The nine messages that were due while nothing ran waited 900, 800, … 100 ms.
    const { latency } = await test.summary;
    expect(latency?.count).toBe(10);
    expect(latency?.max).toBeCloseTo(1_000, -1);
    expect(latency?.p90).toBeCloseTo(900, -1);
    expect(latency?.p50).toBeCloseTo(500, -1);
  });

  it("does not wait for an answer before it sends what is due next", async () => {
    let begun = 0;
    const hanging: Scenario = { name: "hanging", start: () => ({ act: () => new Promise(() => begun++) }) };
    const test = start(hanging, { connections: 1, rate: 10, messages: 10, timeoutMs: 3_000 });
    await test.clock.advance(2_500);
    expect(begun).toBe(10);
    await test.clock.advance(10_000);
    const { errorsByCode, latency } = await test.summary;
    expect(errorsByCode).toMatchObject([{ code: "TIMEOUT", count: 10 }]);
    expect(latency).toBeUndefined();
  });

  it("does not pile up messages for a server that answers nothing, and says so", async () => {
    const hanging: Scenario = { name: "hanging", start: () => ({ act: () => new Promise(() => {}) }) };
    const test = start(hanging, { connections: 1, rate: 1_000, messages: 300, timeoutMs: 5_000 });
    await test.clock.advance(20_000);
    const { counts, errorsByCode } = await test.summary;
    expect(counts.sent).toBe(256);
    expect(errorsByCode).toMatchObject([
      { code: "TIMEOUT", count: 256 },
      { code: "BEHIND", count: 44 },
    ]);
  });

  it("goes on without a user whose start fails or hangs", async () => {
    const scenario: Scenario = {
      name: "partly",
      start: ({ number }) => {
        if (number === 0) throw new Error("no");
        return number === 1 ? new Promise(() => {}) : { act: () => {} };
      },
    };
    const test = start(scenario, { connections: 3, rampMs: 0, messages: 2, timeoutMs: 500 });
    await test.clock.advance(5_000);
    expect(await test.summary).toMatchObject({
      ended: "complete",
      counts: { connected: 1, refused: 2, sent: 2 },
      errorsByCode: [{ code: "ERROR" }, { code: "TIMEOUT" }],
    });
  });

  it("stops at once when it is interrupted, with what it has", async () => {
    const test = start(idle, { connections: 2, rampMs: 0, rate: 1, messages: 1_000 });
    await test.clock.advance(5_500);
    test.interruption.abort();
    await test.clock.settle();
    expect(await test.summary).toMatchObject({ ended: "interrupted", errors: 0, counts: { sent: 11 } });
    expect(test.clock.pending).toBe(0);
  });

  it("stops also while its users connect", async () => {
    const test = start(idle, { connections: 10, rampMs: 10_000, messages: 1 });
    await test.clock.advance(3_500);
    test.interruption.abort();
    await test.clock.settle();
    expect(await test.summary).toMatchObject({ ended: "interrupted", counts: { connected: 4, sent: 0 } });
  });

  it("stops by itself when it takes far longer than its schedule", async () => {
    const silent: StartWorker = () => ({ tell: () => {}, kill: () => {} });
    const test = start(idle, { rampMs: 1_000, messages: 1, timeoutMs: 1_000 }, { startWorker: silent });
    await test.clock.advance(60_000);
    expect(await test.summary).toMatchObject({ ended: "overdue", passed: false });
  });

  it("adds up what several workers counted", async () => {
    const test = start(idle, { connections: 7, processes: 3, rampMs: 700, rate: 2, messages: 3 });
    await test.clock.advance(6_000);
    const { counts, latency, connecting } = await test.summary;
    expect(counts).toMatchObject({ connected: 7, sent: 21, answered: 21 });
    expect([latency?.count, connecting?.count]).toEqual([21, 7]);
  });

  it("ends, and does not pass, when one of its workers cannot go on", async () => {
    const clock = new HandClock();
    const others = startHere(clock, idle);
    const startWorker: StartWorker = (index, report) => {
      if (index !== 1) return others(index, report);
      return {
        tell: ({ kind }) => kind === "work" && report({ kind: "failed", message: "gone" }),
        kill: () => {},
      };
    };
    const broken: StartWorker = (index, report) => {
      const link = startWorker(index, report);
      if (index === 1) clock.setTimeout(() => report({ kind: "connected" }), 1);
      return link;
    };
    const test = start(idle, { connections: 3, processes: 3, messages: 100 }, { clock, startWorker: broken });
    await clock.advance(20_000);
    expect(await test.summary).toMatchObject({ ended: "failed", failure: "gone", passed: false });
  });
});
