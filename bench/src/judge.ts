import type { FlatBound, RatioBound, SizeBound } from "./bounds.js";
import type { BundleSize, Row, Verdict } from "./results.js";
import { sides } from "./sides/sides.js";
import { ratioOf } from "./statistics.js";

/** What was measured, held against each bound. A bound of which nothing was measured is in no verdict. */
export function judge(
  { rows, bundles }: { readonly rows: readonly Row[]; readonly bundles: readonly BundleSize[] },
  bounds: { ratios: readonly RatioBound[]; flat: readonly FlatBound[]; sizes: readonly SizeBound[] },
): Verdict[] {
  return [
    ...bounds.ratios.flatMap((bound) => ratioVerdict(rows, bound)),
    ...bounds.flat.flatMap((bound) => flatVerdict(rows, bound)),
    ...bounds.sizes.flatMap((bound) => sizeVerdict(bundles, bound)),
  ];
}

function ratioVerdict(rows: readonly Row[], { figure, against, atMost }: RatioBound): Verdict[] {
  const row = rows.find(({ id }) => id === figure);
  const ours = row?.costs.tautline;
  const theirs = row?.costs[against];
  if (!row || !ours || !theirs) return [];
  const { median, least, most } = ratioOf(ours, theirs);
  const title = `${row.title}, against ${sides[against].title}`;
  return [{ title, measured: median, least, most, bound: atMost, unit: "×", holds: median <= atMost }];
}

function flatVerdict(rows: readonly Row[], { title, figures, atMost }: FlatBound): Verdict[] {
  const medians = rows.flatMap(({ id, costs }) =>
    id.startsWith(figures) && costs.tautline ? [costs.tautline.median] : [],
  );
  if (medians.length < 2) return [];
  const measured = Math.max(...medians) / Math.min(...medians);
  return [{ title, measured, bound: atMost, unit: "×", holds: measured <= atMost }];
}

function sizeVerdict(bundles: readonly BundleSize[], { bundle, bytes: bound }: SizeBound): Verdict[] {
  const found = bundles.find(({ id }) => id === bundle);
  if (!found) return [];
  const { title, bytes: measured } = found;
  return [{ title: `size of ${title}`, measured, bound, unit: "bytes", holds: measured <= bound }];
}
