import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { limitCatalogue } from "../src/limits/limit-catalogue.js";
import { settingsOf } from "../src/settings.js";
import { channelTable, limitTable, metricTable } from "./reference-tables.js";

/** The one table of a page. */
function tableOf(page: string): string {
  const text = readFileSync(new URL(`../../../docs/reference/${page}`, import.meta.url), "utf8");
  const tables = text.match(/^\|.*(?:\n\|.*)*/gm) ?? [];
  expect(tables).toHaveLength(1);
  return tables[0] ?? "";
}

describe("the reference", () => {
  it.each([
    ["limits.md", limitTable],
    ["diagnostics.md", channelTable],
    ["metrics.md", metricTable],
  ] as const)("%s has a row for everything that the code has, and none besides", (page, table) => {
    expect(tableOf(page)).toBe(table());
  });

  /** Options that are no limit to be reached, or that are counted elsewhere. */
  const uncounted = new Map([
    ["limits.clientMessageBytes", "thrown to the program as TOO_LARGE"],
    ["backpressure.highWaterBytes", "stats().lagging"],
    ["deadlines.renewalMs", "a moment, not a limit"],
    ["deadlines.brokerMs", "stats().degraded"],
    ["rateLimit.windowMs", "the span of the others"],
    ["logRate.windowMs", "the span of the other"],
  ]);

  it("counts every limit that is an option, and says why it does not count the rest", () => {
    const { limits, deadlines, rateLimit, backpressure, logRate } = settingsOf({});
    const options = Object.entries({ limits, deadlines, rateLimit, backpressure, logRate }).flatMap(
      ([group, values]) =>
        Object.entries(values).flatMap(([option, value]) =>
          typeof value === "number" || value === false ? [`${group}.${option}`] : [],
        ),
    );
    expect(new Set([...Object.keys(limitCatalogue), ...uncounted.keys()])).toEqual(new Set(options));
  });
});
