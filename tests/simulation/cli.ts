import { Coverage } from "./coverage/coverage.js";
import { add, missing } from "./coverage/situations.js";
import { run } from "./run.js";
import { generate } from "./schedule/generate.js";

const from = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 1);
let records = 0;
let failed = 0;
const kinds = new Map<string, number[]>();
const counts = new Map();
const start = performance.now();
const cpu = process.cpuUsage();
for (let seed = from; seed < from + count; seed++) {
  const coverage = new Coverage();
  if (process.env.WIRE) {
    const p = coverage.passed.bind(coverage);
    coverage.passed = (x) => {
      if (x.client === process.env.WIRE) console.log("WIRE", x.socket, x.from, x.data);
      p(x);
    };
    const r = coverage.recorded.bind(coverage);
    coverage.recorded = (x) => {
      if (x.actor === process.env.WIRE) console.log(JSON.stringify(x));
      r(x);
    };
  }
  const result = await run(generate(seed), coverage);
  add(counts, coverage.counts);
  records += result.history.length;
  if (result.violations.length > 0) failed++;
  for (const name of new Set(result.violations.map((v) => v.invariant)))
    kinds.set(name, [...(kinds.get(name) ?? []), seed]);
  if (count === 1) {
    if (process.argv[4]) for (const r of result.history) console.log(JSON.stringify(r));
    console.log(result.violations);
  }
}
const s = (performance.now() - start) / 1000;
console.log({
  count,
  failed,
  records,
  s,
  cpu: process.cpuUsage(cpu).user / 1000 / count,
  kinds: Object.fromEntries([...kinds].map(([k, v]) => [k, `${v.length}: ${v.slice(0, 8)}`])),
});
if (count > 1) console.log(missing(counts), [...counts].map(([k, v]) => `${k} ${v}`).join("; "));
