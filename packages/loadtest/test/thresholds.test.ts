import { expect, it } from "vitest";
import { judge } from "../src/thresholds.js";

const latency = { count: 9, min: 1, p50: 5, p90: 9, p95: 10, p99: 20, p999: 30, max: 40 };

it("judges what has a limit, and nothing else", () => {
  expect(judge({}, latency, 7)).toEqual([]);
  expect(judge({ maxP99Ms: 20, maxErrors: 6 }, latency, 7)).toEqual([
    { name: "p99", limit: 20, value: 20, passed: true },
    { name: "errors", limit: 6, value: 7, passed: false },
  ]);
});

it("takes each limit for its own percentile", () => {
  const values = judge({ maxP50Ms: 4, maxP95Ms: 9.9, maxP99Ms: 19 }, latency, 0);
  expect(values.map(({ name, value, passed }) => [name, value, passed])).toEqual([
    ["p50", 5, false],
    ["p95", 10, false],
    ["p99", 20, false],
  ]);
});

it("lets nobody pass by measuring nothing", () => {
  expect(judge({ maxP99Ms: 50 }, undefined, 0)).toEqual([
    { name: "p99", limit: 50, value: null, passed: false },
  ]);
});

it("takes a limit of 0 at its word", () => {
  expect(judge({ maxErrors: 0 }, latency, 0)).toMatchObject([{ passed: true }]);
  expect(judge({ maxErrors: 0 }, latency, 1)).toMatchObject([{ passed: false }]);
});
