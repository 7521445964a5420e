import type { Results } from "../../src/results.js";
import { spreadOf } from "../../src/statistics.js";

/** Results as a run would give them, with a win, a loss, and what could not be measured. */
export const sampleResults: Results = {
  ...{ takenAt: "2026-11-29T12:00:00.000Z", command: "npx -y pnpm@10.34.9 bench", rounds: 2 },
  machine: {
    ...{ processor: "Some CPU", cores: 2, memoryGiB: 8, system: "Linux 6", pinning: "not pinned" },
    versions: { Node: "20.20.0", ws: "8.23.0" },
  },
  rows: [
    {
      ...{ id: "work", title: "work & talk: CPU per delivery", unit: "µs" },
      costs: { tautline: spreadOf([1, 2]), ws: spreadOf([10, 20]), "socket-io": spreadOf([0.5, 1]) },
    },
    {
      ...{ id: "many-1", title: "a room of 1: CPU", unit: "µs" },
      costs: { tautline: spreadOf([1]) },
    },
  ],
  bundles: [
    { id: "createClient", title: "tautline, createClient", isOurs: true, bytes: 9_216 },
    { id: "phoenix", title: "Phoenix", isOurs: false, bytes: 8_192 },
  ],
  verdicts: [
    { title: "work, against ws", measured: 0.1, least: 0.1, most: 0.1, bound: 0.5, unit: "×", holds: true },
    { title: "work, against Socket.IO", measured: 2, least: 2, most: 2, bound: 0.5, unit: "×", holds: false },
    { title: "size of createClient", measured: 9_216, bound: 8_192, unit: "bytes", holds: false },
    { title: "compression", bound: 0.08, unit: "×", holds: false },
  ],
};
