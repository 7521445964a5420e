import type { Results, Row, Verdict } from "../results.js";
import type { SideName } from "../sides/side.js";
import { sides } from "../sides/sides.js";
import { ratioOf } from "../statistics.js";
import { kilobytes, short } from "./numbers.js";

const begin = "<!-- bench: written by `pnpm bench` -->";
const end = "<!-- /bench -->";

/** The page with its section of figures renewed. Throws where the page has no place for it. */
export function withFigures(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected a page with ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${sectionOf(results)}\n\n${page.slice(to)}`;
}

function sectionOf({ rows, bundles, verdicts, machine, rounds, command, takenAt }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const compared = rows.filter(({ costs }) => Object.keys(costs).length > 1);
  const [ours, peers] = [true, false].map((isOurs) =>
    bundles
      .filter(({ title }) => title.startsWith("tautline") === isOurs)
      .map(({ title, bytes }) => `${title.replace("tautline, ", "")} ${kilobytes(bytes)}`)
      .join(", "),
  );
  return [
    picture,
    [
      "| work | tautline | beside it |",
      "| --- | --- | --- |",
      ...compared.map(comparison),
      ...verdicts.filter(({ measured, least, unit }) => measured && !least && unit === "×").map(growth),
      `| what a browser loads, minified, gzip −9 | ${ours} | ${peers} |`,
    ].join("\n"),
    kept(verdicts),
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}; ${versions.join(", ")}; ${machine.pinning}. ` +
      `Medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}, each side in a process of its own and in turn, by \`${command}\` on ${takenAt.slice(0, 10)}. ` +
      "Absolute figures drift from machine to machine: only ratios of one run count.",
  ].join("\n\n");
}

const picture = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="bench/results/dark.svg">
  <img alt="What each side costs, as bars: the figures of the table below" src="bench/results/light.svg">
</picture>`;

function comparison({ title, unit, costs }: Row): string {
  const ours = costs.tautline;
  const peers = (Object.keys(costs) as SideName[]).filter((side) => side !== "tautline");
  const cells = peers.map((side) => {
    const theirs = costs[side];
    const ratio = ours && theirs ? ` (${ratioOf(ours, theirs).median.toFixed(2)} ×)` : "";
    return `${sides[side].label} ${theirs ? short(theirs.median) : ""}${ratio}`;
  });
  return `| ${title} | ${ours ? `${short(ours.median)} ${unit}` : "–"} | ${cells.join(", ")} |`;
}

function growth({ title, measured }: Verdict): string {
  return `| ${title} | dearest ÷ cheapest ${measured?.toFixed(2)} | |`;
}

/** What is not as good as it was meant to be is said, too. */
function kept(verdicts: readonly Verdict[]): string {
  const held = verdicts.filter(({ holds }) => holds).length;
  return (
    `Of the ${verdicts.length} [bounds](bench/src/bounds.ts) that we set ourselves, ${held} hold in this run; the command lists the others, and ` +
    "[the hot path](docs/decisions/hot-path.md) says what is being done about them."
  );
}
