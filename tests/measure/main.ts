// `pnpm measure drain|storm|stall [clients]`: each prints its report, and ends with 1 where a promise was broken. scripts/measure.js bundles and starts this.
import { fileURLToPath } from "node:url";
import { type CrowdReport, LocalCrowd } from "./crowd.js";
import { measureDrain } from "./drain.js";
import { RemoteCrowd, serveCrowd } from "./remote-crowd.js";
import { measureStall } from "./stall.js";
import { measureStorm } from "./storm.js";

const [what = "", first, second] = process.argv.slice(2);
const number = (text: string | undefined, otherwise: number) => Number(text ?? otherwise);
/** Clients in a process of their own: what the server does with its time is not theirs. */
const crowdOf = (clients: number) => (url: string) =>
  new RemoteCrowd(fileURLToPath(import.meta.url), ["crowd", url, String(clients)]);

const measurements: Readonly<Record<string, () => unknown>> = {
  crowd: () => serveCrowd(new LocalCrowd(first ?? "", Number(second))),
  drain: () => {
    const [clients, withinMs] = [number(first, 1_000), number(second, 20_000)];
    return measureDrain({ clients, withinMs, quietMs: 3_000 }, crowdOf(clients));
  },
  storm: () => {
    const clients = number(first, 5_000);
    return measureStorm(clients, crowdOf(clients));
  },
  stall: () => {
    const [clients, stallMs] = [number(first, 1_000), number(second, 10_000)];
    const heartbeat = { intervalMs: 20_000, graceMs: 5_000 };
    return measureStall({ stallMs, heartbeat }, crowdOf(clients));
  },
};

const isBroken = ({ lost, twiceOrLate, gaps, failures }: CrowdReport) =>
  lost + twiceOrLate + gaps + Object.keys(failures).length > 0;

const measure = measurements[what];
if (!measure) {
  console.error(`Expected drain, storm or stall; got '${what}'.`);
  process.exitCode = 2;
} else {
  const report = (await measure()) as CrowdReport | undefined;
  if (report) console.log(report);
  // Where the server stands still, nobody has a reason to go.
  if (report && (isBroken(report) || (what === "stall" && report.moves > 0))) process.exitCode = 1;
}
