import type { SideName } from "./sides/side.js";
import type { Spread } from "./statistics.js";
import type { Figure } from "./workloads/workload.js";

/** What each side cost, of one figure. Sides that cannot do it are missing. */
export interface Row extends Figure {
  readonly costs: { readonly [N in SideName]?: Spread };
}

/** The size of a client, minified, gzip −9. */
export interface BundleSize {
  readonly id: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly bytes: number;
}

/** A bound, and what was measured. */
export interface Verdict {
  /** What is bounded, of what and against what, for people. */
  readonly title: string;
  /** Undefined: it could not be measured. */
  readonly measured?: number | undefined;
  readonly least?: number | undefined;
  readonly most?: number | undefined;
  readonly bound: number;
  readonly unit: "×" | "bytes";
  readonly holds: boolean;
}

/** Where it was measured. Ratios of other machines may be others. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly pinning: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** All that a run tells: `bench/results/latest.json`. */
export interface Results {
  readonly takenAt: string;
  readonly command: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly bundles: readonly BundleSize[];
  readonly verdicts: readonly Verdict[];
}
