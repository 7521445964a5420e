import { parseArgs } from "node:util";
import type { Scale } from "./workloads/workload.js";

/** What was asked for on the command line. */
export interface Options {
  /** Small counts, nothing judged: it only shows that everything runs. */
  readonly isShort: boolean;
  /** Names of workloads. Undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  readonly scale: Scale;
  readonly isHelp: boolean;
}

export const help: string = `pnpm bench: what tautline costs beside its peers, in one run on this machine.

  --short          everything once with small counts, in under 2 minutes; nothing is judged
  --only A,B       some of the workloads; nothing is written
  --rounds N       how often each side takes its turn (default: 5; short: 1)
  --help           this text

Builds the packages, installs the peers into bench/peers, and starts each server in a process of its own.
The full run judges the bounds of bench/src/bounds.ts and ends with 1 where one is broken; it writes
bench/results and the figures in README.md.`;

const scales = {
  full: { clients: 10_000, measureMs: 2_000, warmUpMs: 1_000 },
  short: { clients: 100, measureMs: 50, warmUpMs: 50 },
} as const;

/**
 * Reads the command line.
 *
 * @param known - the names of all workloads.
 * @throws an error whose message says what was expected.
 */
export function optionsOf(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: "boolean", default: false },
      only: { type: "string" },
      rounds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only?.split(",");
  const stranger = only?.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new Error(`--only: expected some of ${known.join(", ")}; got '${stranger}'`);
  const rounds = Number(values.rounds ?? (values.short ? 1 : 5));
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new Error(`--rounds: expected a whole number of at least 1, got '${values.rounds}'`);
  const scale = values.short ? scales.short : scales.full;
  return { isShort: values.short, only, rounds, scale, isHelp: values.help };
}
