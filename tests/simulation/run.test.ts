import { describe, expect, it } from "vitest";
import { run } from "./run.js";
import { generate } from "./schedule/generate.js";
import type { Step } from "./schedule/schedule.js";
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
