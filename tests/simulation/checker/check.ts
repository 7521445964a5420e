import type { HistoryRecord } from "../history/record.js";
import { complete } from "./i1-complete.js";
import { once } from "./i2-once.js";
import { sameOrder } from "./i3-same-order.js";
import { gapFirst } from "./i4-gap-first.js";
import { recovered } from "./i5-recovered.js";
import { handledOnce } from "./i6-handled-once.js";
import { settled } from "./i7-settled.js";
import { left } from "./i8-left.js";
import { own } from "./i9-own.js";
import { presence } from "./i10-presence.js";
import { attempts } from "./i11-attempts.js";
import { bounds } from "./i12-bounds.js";
import { nothingLeft } from "./i13-nothing-left.js";
import { admitted } from "./i14-admitted.js";
import { oneSocket } from "./i15-one-socket.js";
import { final } from "./i16-final.js";
import { startedInOrder } from "./i17-started-in-order.js";
import { trueAnswers } from "./i18-true-answers.js";
import { trueGaps } from "./i19-true-gaps.js";
import { ownStream } from "./i20-own-stream.js";
import { stays } from "./i21-stays.js";
import { standsStill } from "./i22-stands-still.js";
import type { Invariant, Violation } from "./violation.js";

/** I1 to I22, in this order. */
export const invariants: readonly Invariant[] = [
  ...[complete, once, sameOrder, gapFirst, recovered, handledOnce, settled, left, own, presence],
  ...[attempts, bounds, nothingLeft, admitted, oneSocket, final, startedInOrder, trueAnswers, trueGaps],
  ...[ownStream, stays, standsStill],
];

/** Everything in a history that must not be. Knows the record alone, nothing of what made it. */
export function check(history: readonly HistoryRecord[]): readonly Violation[] {
  return invariants.flatMap((invariant) => invariant(history));
}
