import fc from "fast-check";
import { expect, it } from "vitest";
import { LatencyHistogram } from "../src/latency-histogram.js";

const histogramOf = (values: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

it("gives the same percentiles for parts that were merged as for the whole", () => {
  const values = fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(values, values, (some, others) => {
      const merged = new LatencyHistogram();
      merged.add(histogramOf(some).take());
      merged.add(histogramOf(others).take());
      expect(merged.percentiles()).toEqual(histogramOf([...some, ...others]).percentiles());
    }),
    { numRuns: 30 },
  );
});

it("is true to three digits", () => {
  const histogram = histogramOf(Array.from({ length: 1_000 }, (_, index) => (index + 1) * 1_000));
  expect(histogram.at(50)).toBeCloseTo(500, -0.5);
  expect(histogram.at(99)).toBeCloseTo(990, -0.5);
  expect(histogram.percentiles()).toMatchObject({ count: 1_000, min: 1 });
});

it("says nothing where nothing was measured", () => {
  expect(new LatencyHistogram().percentiles()).toBeUndefined();
  expect(new LatencyHistogram().take()).toBe("");
});

it("begins anew after it was taken", () => {
  const histogram = histogramOf([5_000]);
  histogram.take();
  expect(histogram.count).toBe(0);
});

it("takes what no clock should give", () => {
  const histogram = histogramOf([-3, 1e15]);
  expect(histogram.percentiles()).toMatchObject({ count: 2, min: 0 });
});
