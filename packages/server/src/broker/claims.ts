import type { MaybePromise } from "@tautline/protocol";
import type { Payload } from "./broker.js";

/** Who is about to handle a message, and for how long it may be silent about it. */
export interface ClaimRequest {
  /** Names this attempt: only its owner may answer it. */
  readonly owner: string;
  /** After this long without an answer, in milliseconds, the outcome is open to the next claim. */
  readonly leaseMs: number;
  readonly type: string;
  readonly room?: string | undefined;
}

/** What a claim found. */
export type ClaimResult =
  /** Nobody had it: it is the caller's to handle. */
  | { readonly kind: "new" }
  /** Somebody handles it right now: wait for the answer. */
  | { readonly kind: "pending"; readonly type: string; readonly room?: string | undefined }
  /** It was handled. Without an answer: the answer has been dropped to keep the record within its bounds. */
  | { readonly kind: "answered"; readonly answer?: Payload | undefined }
  /** The record of this client is gone: whether the message was handled is not known. */
  | { readonly kind: "no-record" };

/**
 * What was done with each client's messages, so that a repeat is never handled twice. A scope is the record of one
 * client of one user; it is dropped whole, never in part.
 */
export interface Claims {
  /** Begins the record, or finds it. "resumed": it is complete since the client began. */
  open(scope: string): MaybePromise<"resumed" | "new">;
  /** Takes message `id`, or tells what became of it. */
  claim(scope: string, id: number, request: ClaimRequest): MaybePromise<ClaimResult>;
  /** Stores the answer if `owner` still holds the claim; says whether it did. */
  answer(scope: string, id: number, answer: Payload & { readonly owner: string }): MaybePromise<boolean>;
  /** Resolves when a pending message has been answered or its lease has ended. */
  wait(scope: string, id: number): Promise<ClaimResult>;
  /** The client's connection has ended: the record goes after `ttlMs`, unless it is opened again. */
  release(scope: string, ttlMs: number): MaybePromise<void>;
}
