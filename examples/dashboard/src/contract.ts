import { defineContract } from "@tautline/protocol";
import * as v from "valibot";

/** What can be watched. */
export const kinds = ["cpu", "memory", "network", "disk"] as const;
export type Kind = (typeof kinds)[number];

export function isKind(text: string): text is Kind {
  return kinds.some((kind) => kind === text);
}

/** Since when the machine is being measured, in ms since 1970, and for how many. */
const measured = { at: v.number(), since: v.number(), viewers: v.number() };
const bytes = v.pipe(v.number(), v.minValue(0));
/** Of 100. */
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

const Sample = v.variant("kind", [
  v.object({ kind: v.literal("cpu"), ...measured, load: percent, system: percent, cores: v.array(percent) }),
  v.object({ kind: v.literal("memory"), ...measured, total: bytes, used: bytes, cached: bytes }),
  /** Bytes a second. */
  v.object({ kind: v.literal("network"), ...measured, received: bytes, sent: bytes }),
  /** Read and written: bytes a second. Size and used: of all file systems together. */
  v.object({ kind: v.literal("disk"), ...measured, read: bytes, written: bytes, size: bytes, used: bytes }),
]);

export type Sample = v.InferOutput<typeof Sample>;
export type SampleOf<K extends Kind> = Extract<Sample, { kind: K }>;

/** The dashboard, as both sides know it: a room for each kind of figures, and nothing else. */
export const dashboard = defineContract({
  rooms: {
    "metrics/:kind": { events: { sample: { data: Sample } } },
  },
});

export type DashboardContract = typeof dashboard;
