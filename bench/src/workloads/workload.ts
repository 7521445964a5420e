import type { SideName } from "../sides/side.js";
import type { Target } from "../target.js";

/** How much is done. */
export interface Scale {
  /** Clients, at the most. Workloads take their own number where it is lower. */
  readonly clients: number;
  /** How long each figure is measured, in milliseconds, after as long as `warmUpMs`. */
  readonly measureMs: number;
  readonly warmUpMs: number;
}

/** One figure of a workload: a row of the table. */
export interface Figure {
  /** Unique in all workloads. */
  readonly id: string;
  /** For the table: what was done. */
  readonly title: string;
  readonly unit: "µs" | "KiB" | "bytes";
}

/** What a side cost, by the id of the figure. */
export type Costs = ReadonlyMap<string, number>;

/** One thing that is done to a server of each side, to see what it costs. */
export interface Workload {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Ours first, then in the order in which they take turns. */
  readonly sides: readonly SideName[];
  readonly compression?: boolean | undefined;
  /** Costs of the figures. Those that the side cannot do are missing. */
  readonly measure: (target: Target, scale: Scale) => Promise<Costs>;
}
