import type { MaybePromise } from "@tautline/protocol";
import type { Payload } from "./broker.js";

/** How much of a stream is kept. The oldest publications go first, as soon as one of the three is passed. */
export interface Retention {
  /** The most publications. */
  readonly size: number;
  /** The most bytes of payload. */
  readonly bytes: number;
  /** The greatest age, in milliseconds. Undefined: age does not matter. */
  readonly ttlMs?: number | undefined;
}

/** What is known of a stream. */
export interface StreamState {
  /** Names this life of the stream. Random, at least 64 bits: a new one voids all offsets. */
  readonly epoch: string;
  /** Offset of the newest publication; 0 before the first. Goes on growing when publications are no longer kept. */
  readonly head: number;
  /** Offset of the oldest publication still kept; `head + 1` when none is. */
  readonly firstKept: number;
}

/** A publication as history gives it back. */
export interface KeptPublication extends Payload {
  readonly offset: number;
  /** When the broker took it, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** Which publications to read, and how many at most. At least one is given, however large, where there is one. */
export interface ReadRange {
  /** Those with greater offsets, the oldest first. */
  readonly after?: number | undefined;
  /** The newest so many. Ignored when `after` is given. */
  readonly last?: number | undefined;
  /** @default 1000 */
  readonly maxCount?: number | undefined;
  /** Payload bytes. @default 1048576 */
  readonly maxBytes?: number | undefined;
}

/** A piece of a stream, and the stream's state at the moment it was read. */
export interface HistoryPage extends StreamState {
  /** In the order of their offsets, without holes among them. */
  readonly publications: readonly KeptPublication[];
}

/** One read gives no more than this. */
export const historyPage = { count: 1_000, bytes: 1_048_576 } as const;

/** Reads what a broker has kept. Count, bytes and age are enforced at each read, whatever the engine does on its own. */
export interface History {
  /** The state of a stream; one that does not exist is begun, with a new epoch and head 0. */
  open(stream: string, retention: Retention): MaybePromise<StreamState>;
  /** A page of a stream; of one that does not exist, undefined. Reading begins nothing. */
  read(stream: string, range: ReadRange, retention: Retention): MaybePromise<HistoryPage | undefined>;
}
