import { describe, expect, it } from "vitest";
import { bounds } from "../src/bounds.js";
import { judge } from "../src/judge.js";
import type { Row } from "../src/results.js";
import { spreadOf } from "../src/statistics.js";
import { workloads } from "../src/workloads/workloads.js";

const row = (id: string, costs: Record<string, readonly number[]>): Row => ({
  ...{ id, title: `title of ${id}`, unit: "µs" },
  costs: Object.fromEntries(Object.entries(costs).map(([side, values]) => [side, spreadOf(values)])),
});
const nothing = { ratios: [], flat: [], sizes: [] };
const measured = (...rows: Row[]) => ({ rows, bundles: [] });

describe("a bound of a ratio", () => {
  const ratios = [{ figure: "work", against: "ws", atMost: 0.5 }] as const;

  it("holds up to the bound itself", () => {
    const verdicts = judge(measured(row("work", { tautline: [1, 1], ws: [2, 2] })), { ...nothing, ratios });
    expect(verdicts).toEqual([
      {
        title: "title of work, against ws",
        ...{ measured: 0.5, least: 0.5, most: 0.5 },
        bound: 0.5,
        unit: "×",
        holds: true,
      },
    ]);
  });

  it("is broken beyond it", () => {
    const [verdict] = judge(measured(row("work", { tautline: [1.01], ws: [2] })), { ...nothing, ratios });
    expect(verdict).toMatchObject({ holds: false, measured: 0.505 });
  });

  it("does not hold where one side could not do it", () => {
    const [verdict] = judge(measured(row("work", { ws: [2] })), { ...nothing, ratios });
    expect(verdict?.holds).toBe(false);
    expect(verdict?.measured).toBeUndefined();
  });
});

describe("a bound of growth", () => {
  const flat = [{ title: "growth", figures: "many-", atMost: 1.15 }];
  const verdictOf = (...costs: (number | undefined)[]) =>
    judge(
      measured(...costs.map((cost, i) => row(`many-${i}`, cost === undefined ? {} : { tautline: [cost] }))),
      { ...nothing, flat },
    )[0];

  it.each([
    { costs: [10, 11.4, 10.5], holds: true, why: "the dearest is within 15 % of the cheapest" },
    { costs: [11.4, 10, 12], holds: false, why: "it is not, whatever the order" },
    { costs: [-1, 10], holds: false, why: "less than nothing was not measured" },
    { costs: [10], holds: false, why: "there is nothing to compare" },
    { costs: [10, undefined], holds: false, why: "one could not be done" },
  ])("holds: $holds, where $why", ({ costs, holds }) => {
    expect(verdictOf(...costs)?.holds).toBe(holds);
  });
});

it("judges the size of a client", () => {
  const sizes = [{ bundle: "createClient", bytes: 100 }];
  const verdictOf = (bytes: number) =>
    judge(
      { rows: [], bundles: [{ id: "createClient", title: "", isOurs: true, bytes }] },
      { ...nothing, sizes },
    )[0];
  expect(verdictOf(100)?.holds).toBe(true);
  expect(verdictOf(101)?.holds).toBe(false);
});

it("has bounds only of what is measured", () => {
  for (const { figure, against } of bounds.ratios) {
    const workload = workloads.find(({ figures }) => figures.some(({ id }) => id === figure));
    expect(workload?.sides, figure).toEqual(expect.arrayContaining(["tautline", against]));
  }
  for (const { figures } of bounds.flat)
    expect(
      workloads.flatMap((workload) => workload.figures.filter(({ id }) => id.startsWith(figures))),
    ).toHaveLength(4);
});
