import { describe, expect, it } from "vitest";
import { reportPage } from "../../src/report/report-page.js";
import { summaryWith } from "./summary.js";

describe("the report", () => {
  it("is one page that loads nothing", () => {
    const page = reportPage(summaryWith({}));
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/__(title|style|charts|data|program)__/);
    expect(page).not.toMatch(/<link|<script[^>]+src=|@import|url\(/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("<title>broadcast on ws://localhost:8080/live</title>");
  });

  it("holds the summary as it is", () => {
    const summary = summaryWith({});
    const data = /<script type="application\/json" id="summary">(.*?)<\/script>/s.exec(
      reportPage(summary),
    )?.[1];
    expect(JSON.parse(data ?? "")).toEqual(JSON.parse(JSON.stringify(summary)));
  });

  it("takes what a server said for text, whatever it is", () => {
    const example = "</script><script>alert(1)</script> $& __style__";
    const page = reportPage(summaryWith({ errorsByCode: [{ code: "X", count: 1, example }] }));
    expect(page).not.toContain("<script>alert(1)");
    expect(page).toContain("$& __style__");
  });
});
