import { describe, expect, it } from "vitest";
import { run } from "./run.js";
import { generate } from "./schedule/generate.js";
import type { Schedule, Step } from "./schedule/schedule.js";
import { shrink } from "./shrink.js";

describe("a run", () => {
  it.each([1, 7, 23, 42, 99])("of seed %i does the same twice, record by record", async (seed) => {
    const [once, twice] = [await run(generate(seed)), await run(generate(seed))];
    expect(twice.history.length).toBeGreaterThan(50);
    expect(twice.hash()).toBe(once.hash());
  });

  it("of another seed does something else", async () => {
    const [one, other] = [await run(generate(1)), await run(generate(2))];
    expect(one.hash()).not.toBe(other.hash());
  });

  it("leaves a record that says by itself what was promised, and who stood where in the end", async () => {
    const { history } = await run(generate(3));
    const ops = new Set(history.map(({ op }) => op));
    for (const op of ["rules", "append", "quiet", "standing", "left-over"]) expect(ops).toContain(op);
  });
});

describe("a handler whose publication the broker did not take in time", () => {
  it("has ended, as its record says: the next message may begin", async () => {
    const { history, violations } = await run(whileNobodyAnswers());
    expect(history.filter(({ op }) => op === "handler" || op === "handled")).toMatchObject([
      { op: "handler", key: "first", run: 1 },
      { op: "handled", key: "first", run: 1, outcome: "UNAVAILABLE" },
      { op: "handler", key: "second", run: 2 },
      { op: "handled", key: "second", run: 2, outcome: "ok" },
    ]);
    expect(violations).toEqual([]);
  });

  /** The node stands still between the question to the broker and its answer, for longer than it waits for one. */
  function whileNobodyAnswers(): Schedule {
    const { seed, setup } = generate(1);
    const note = (key: string, publishes: number) => ({
      ...({ do: "send", client: 0, key, kind: "send", room: "kept/1", idempotent: false } as const),
      behaviour: { takesMs: 0, ends: "ok", publishes, heeds: false } as const,
      ...{ timeoutMs: 30_000, bytes: 0 },
    });
    return {
      seed,
      setup: {
        ...setup,
        ...{ users: ["ada"], nodes: 1, rooms: ["kept/1"], quietAt: 25_000 },
        server: {
          ...setup.server,
          ...{ unanswered: 1, heartbeatMs: 20_000, handlerMs: 30_000, rate: null, thinkMs: 0, tokenMs: null },
        },
        network: { ...setup.network, latencyMs: [10, 10], lossLagMs: [0, 0], splitting: 0 },
        broker: { applyMs: 100, replyMs: 900, deliverMs: 0 },
      },
      steps: [
        { at: 1, do: "join", client: 0, key: "join", room: "kept/1", timeoutMs: 30_000 },
        { at: 10_000, ...note("first", 1) },
        { at: 11_500, do: "freeze", node: 0, ms: 6_000 },
        { at: 12_000, ...note("second", 0) },
      ],
    };
  }
});

describe("making a schedule smaller", () => {
  const schedule = generate(4);
  const isOneOf = (some: readonly Step[]) => (step: Step) => some.includes(step);

  it("leaves only the steps that it takes to fail", async () => {
    const needed = [schedule.steps[3], schedule.steps[10], schedule.steps.at(-1)] as Step[];
    const smaller = await shrink(schedule, async ({ steps }) => needed.every((step) => steps.includes(step)));
    expect(smaller.steps).toEqual(schedule.steps.filter(isOneOf(needed)));
  });

  it("leaves nothing where it takes none", async () => {
    expect((await shrink(schedule, async () => true)).steps).toEqual([]);
  });

  it("leaves everything where each step counts", async () => {
    const { length } = schedule.steps;
    expect((await shrink(schedule, async ({ steps }) => steps.length === length)).steps).toHaveLength(length);
  });
});
