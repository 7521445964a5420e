import { describe, expect, it } from "vitest";
import { runWorkload } from "../src/run.js";
import type { SideName, StartServer } from "../src/sides/side.js";
import { startTautline } from "../src/sides/tautline/start.js";
import { startWs } from "../src/sides/ws/start.js";
import { startWsReady } from "../src/sides/ws-ready/start.js";
import type { Workload } from "../src/workloads/workload.js";
import { workloads } from "../src/workloads/workloads.js";
import { inProcess } from "./in-process.js";

// Sides that need nothing but what the workspace has. No figure is looked at, but that there is one.
const starts: Partial<Record<SideName, StartServer>> = {
  ...{ tautline: startTautline, ws: startWs, "ws-ready": startWsReady },
};
const scale = { clients: 100, measureMs: 20, warmUpMs: 0 };

const cases = workloads.flatMap((workload) =>
  workload.sides.flatMap((side) => (starts[side] ? [{ name: workload.name, side, workload }] : [])),
);

describe("a workload", () => {
  it.each(cases)("$name runs on $side to its end", async ({ side, workload }) => {
    const start = starts[side] as StartServer;
    const alone: Workload = { ...workload, sides: [side] };
    const rows = await runWorkload(alone, { scale, rounds: 1, startTarget: inProcess(start) });
    expect(rows.map(({ id }) => id)).toEqual(workload.figures.map(({ id }) => id));
    const done = rows.filter(({ costs }) => costs[side] !== undefined);
    // A server that does not compress says so in the handshake.
    if (workload.compression !== true) expect(done.length).toBeGreaterThan(0);
    for (const { costs } of done) expect(costs[side]?.median).toSatisfy(Number.isFinite);
  });
});
