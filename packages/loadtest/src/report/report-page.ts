import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { packageFile } from "../package-file.js";
import type { Summary } from "../summary.js";

/**
 * The results as one HTML page that holds all it needs: charts of latency over time, the percentile curve, throughput and errors.
 * It loads nothing, and can be mailed or kept.
 */
export function reportPage(summary: Summary): string {
  const { resolve } = createRequire(import.meta.url);
  const parts: Readonly<Record<string, string>> = {
    title: escapeText(`${summary.scenario} on ${summary.target}`),
    style: `${read(resolve("uplot/dist/uPlot.min.css"))}\n${read(packageFile("page/report.css"))}`,
    charts: escapeScript(read(resolve("uplot/dist/uPlot.iife.min.js"))),
    // A target or an error's text may hold anything, `</script>` too.
    data: JSON.stringify(summary).replaceAll("<", "\\u003c"),
    program: escapeScript(read(packageFile("page/report.js"))),
  };
  return read(packageFile("page/report.html")).replace(
    /"?__(\w+?)__"?/g,
    (whole, name: string) => parts[name] ?? whole,
  );
}

const read = (path: string): string => readFileSync(path, "utf8");

const escapeText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Within a script element, only its end tag means anything. */
const escapeScript = (text: string): string => text.replaceAll("</script", "<\\/script");
