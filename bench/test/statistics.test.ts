import { describe, expect, it } from "vitest";
import { ratioOf, spreadOf } from "../src/statistics.js";

describe("a spread", () => {
  it.each([
    { values: [3], median: 3, least: 3, most: 3 },
    { values: [10, 9, 100], median: 10, least: 9, most: 100 },
    { values: [4, 1, 3, 2], median: 2.5, least: 1, most: 4 },
  ])("of $values has the median $median", ({ values, ...expected }) => {
    expect(spreadOf(values)).toEqual({ ...expected, values });
  });

  it("of nothing is refused", () => {
    expect(() => spreadOf([])).toThrow("expected at least one value");
  });

  it("leaves the values as they were", () => {
    const values = [2, 1];
    spreadOf(values);
    expect(values).toEqual([2, 1]);
  });
});

describe("a ratio", () => {
  it("compares within each round, so that a slow moment of the machine goes out", () => {
    const ratio = ratioOf(spreadOf([10, 100, 10]), spreadOf([20, 200, 20]));
    expect(ratio).toMatchObject({ median: 0.5, least: 0.5, most: 0.5 });
  });
});
