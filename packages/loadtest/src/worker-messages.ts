import type { Plan } from "./options.js";
import type { Sample } from "./tally.js";

/** What a worker is told. */
export type Order =
  /** Make your users ready. Seconds are counted from `originMicros`. */
  | { readonly kind: "connect"; readonly plan: Plan; readonly index: number; readonly originMicros: number }
  /** Take your turns; the schedule begins at this moment. */
  | { readonly kind: "work"; readonly atMicros: number }
  /** Await what is still on its way. `answered`: turns that were answered, by group, over all workers. */
  | { readonly kind: "settle"; readonly answered: GroupCounts }
  /** Close everything now. */
  | { readonly kind: "stop" };

/** What a worker tells. */
export type Report =
  | { readonly kind: "sample"; readonly sample: Sample }
  /** All its users are ready, or have failed. */
  | { readonly kind: "connected" }
  /** All its turns are answered, or have failed. */
  | { readonly kind: "worked"; readonly answered: GroupCounts }
  /** Everything is closed. Nothing follows. */
  | { readonly kind: "done" }
  /** It cannot go on: its scenario cannot be loaded, or its process has ended. */
  | { readonly kind: "failed"; readonly message: string };

/** Messages by group: a room, or an empty string for those of no room. */
export type GroupCounts = Readonly<Record<string, number>>;

/** A worker, in this process or in another. */
export interface WorkerLink {
  /** After the end it does nothing. */
  tell(order: Order): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

/** Makes the worker of an index. `report` is called with all that it tells, never from within this call. */
export type StartWorker = (index: number, report: (report: Report) => void) => WorkerLink;
