import type { MaybePromise } from "@tautline/protocol";
import type { Payload } from "./broker.js";

/** What beginning or finding a record gave. */
export type OpenResult =
  /**
   * `since`: the attempt that began the record, since when it is complete: this very one where there was no record.
   * `highest`: the highest id ever claimed, or 0.
   */
  | { readonly kind: "open"; readonly since: number; readonly highest: number }
  /** A later attempt of this client was here already. Nothing has changed. */
  | { readonly kind: "stale" };

/** Who is about to handle a message, and for how long it may be silent about it. */
export interface ClaimRequest {
  /** Names this one claim, and nobody else's: only its owner may answer it. */
  readonly owner: string;
  /** The attempt under which the connection that asks opened the record. */
  readonly attempt: number;
  /** After this long without an answer, in milliseconds, the outcome is open to the next claim. */
  readonly leaseMs: number;
  readonly type: string;
  readonly room?: string | undefined;
}

/** What a claim found. */
export type ClaimResult =
  /** Nobody had it: it is the caller's to handle. */
  | { readonly kind: "new" }
  /** Whoever had it did not answer within its lease: it is the caller's now, and whether it was handled is not known. */
  | { readonly kind: "lapsed" }
  /** Somebody handles it right now: `wait`, then claim again. */
  | { readonly kind: "pending" }
  /** It was handled. Without an answer: the answer has been dropped to keep the record within its bounds. */
  | { readonly kind: "answered"; readonly answer?: Payload | undefined }
  /** The id was claimed for a message of another type or room. Never told of an answer that was dropped. */
  | { readonly kind: "mismatch" }
  /** A later attempt has opened the record: this one takes nothing more. Told before anything else. */
  | { readonly kind: "fenced" }
  /** The record of this client is gone: whether the message was handled is not known. */
  | { readonly kind: "no-record" };

/**
 * What was done with each client's messages, so that a repeat is never handled twice. A scope is the record of one
 * client of one user; it is dropped whole, never in part: only answers may go before it, each leaving behind that its
 * id was taken.
 */
export interface Claims {
  /**
   * Begins the record, or finds it, for the connection of this attempt: from now on lower attempts are fenced. The record
   * stays at least until that attempt is released. An equal attempt finds it, too.
   */
  open(scope: string, attempt: number): MaybePromise<OpenResult>;
  /** Takes message `id`, or tells what became of it. */
  claim(scope: string, id: number, request: ClaimRequest): MaybePromise<ClaimResult>;
  /**
   * Stores the answer if `owner` still holds the claim, also after its lease as long as nobody else has claimed, and
   * whatever attempt has opened the record since. Says whether it did.
   */
  answer(scope: string, id: number, answer: Payload & { readonly owner: string }): MaybePromise<boolean>;
  /** Resolves when `id` is not pending (any more): answered, its lease over, or its record gone. */
  wait(scope: string, id: number): Promise<void>;
  /**
   * The connection of this attempt has ended: the record goes after `ttlMs`, unless it is opened again. Changes nothing
   * where a later attempt has opened it.
   */
  release(scope: string, attempt: number, ttlMs: number): MaybePromise<void>;
  /** How many records are held in this process, for its figures. Absent where an engine holds them. */
  readonly size?: number | undefined;
}
