import { expect, it } from "vitest";
import { LatencyHistogram } from "../src/latency-histogram.js";
import { noCounts, type Sample } from "../src/tally.js";
import { Timeline } from "../src/timeline.js";

function sample(second: number, sent: number, ...latencies: number[]): Sample {
  const histogram = new LatencyHistogram();
  for (const latency of latencies) histogram.record(latency * 1_000);
  return {
    second,
    counts: { ...noCounts(), sent, lost: 1 },
    open: 10,
    errors: [{ code: "X", count: 2, example: "" }],
    latency: histogram.take(),
    connecting: "",
    utilization: 0,
  };
}

it("merges the samples of a second, of all processes", () => {
  const timeline = new Timeline();
  timeline.add(0, sample(0, 3, 1));
  timeline.add(1, sample(0, 4, 3));
  timeline.add(1, sample(0, 1));
  const [point] = timeline.points();
  expect(point).toMatchObject({ second: 0, counts: { sent: 8 }, open: 20, errors: 9 });
  expect(point?.latency?.count).toBe(2);
});

it("shows a second of which nobody told as empty", () => {
  const timeline = new Timeline();
  timeline.add(0, sample(2, 1));
  expect(timeline.points().map(({ second, counts }) => [second, counts.sent])).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
  ]);
});

it("closes a second when later ones have come, and takes nothing more for it", () => {
  const timeline = new Timeline();
  timeline.add(0, sample(0, 1, 5));
  timeline.add(0, sample(30, 1));
  timeline.add(1, sample(0, 100));
  expect(timeline.points()[0]).toMatchObject({ counts: { sent: 1 }, latency: { count: 1 } });
});

it("bounds what a process can make it keep", () => {
  const timeline = new Timeline();
  timeline.add(0, sample(1e9, 1));
  expect(timeline.points()).toEqual([]);
});
