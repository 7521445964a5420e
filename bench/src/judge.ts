import type { FlatBound, RatioBound, SizeBound } from "./bounds.js";
import type { BundleSize, Row, Verdict } from "./results.js";
import { sides } from "./sides/sides.js";
import { ratioOf } from "./statistics.js";

/** What was measured, held against each bound. What was not measured does not hold. */
export function judge(
  { rows, bundles }: { readonly rows: readonly Row[]; readonly bundles: readonly BundleSize[] },
  bounds: {
    readonly ratios: readonly RatioBound[];
    readonly flat: readonly FlatBound[];
    readonly sizes: readonly SizeBound[];
  },
): Verdict[] {
  return [
    ...bounds.ratios.map((bound) => ratioVerdict(rows, bound)),
    ...bounds.flat.map((bound) => flatVerdict(rows, bound)),
    ...bounds.sizes.map((bound) => sizeVerdict(bundles, bound)),
  ];
}

function ratioVerdict(rows: readonly Row[], { figure, against, atMost: bound }: RatioBound): Verdict {
  const row = rows.find(({ id }) => id === figure);
  const title = `${row?.title ?? figure}, against ${sides[against].title}`;
  const [ours, theirs] = [row?.costs.tautline, row?.costs[against]];
  if (!ours || !theirs) return { title, bound, unit: "×", holds: false };
  const { median: measured, least, most } = ratioOf(ours, theirs);
  return { title, measured, least, most, bound, unit: "×", holds: measured <= bound };
}

function flatVerdict(rows: readonly Row[], { title, figures, atMost: bound }: FlatBound): Verdict {
  const grown = rows.filter(({ id }) => id.startsWith(figures));
  const medians = grown.flatMap(({ costs }) => costs.tautline?.median ?? []);
  if (medians.length < 2 || medians.length < grown.length) return { title, bound, unit: "×", holds: false };
  const measured = Math.max(...medians) / Math.min(...medians);
  // A cost of nothing, or less, was not measured for long enough.
  return { title, measured, bound, unit: "×", holds: Math.min(...medians) > 0 && measured <= bound };
}

function sizeVerdict(bundles: readonly BundleSize[], { bundle, bytes: bound }: SizeBound): Verdict {
  const measured = bundles.find(({ id }) => id === bundle)?.bytes;
  const holds = measured !== undefined && measured <= bound;
  return { title: `size of ${bundle}`, measured, bound, unit: "bytes", holds };
}
