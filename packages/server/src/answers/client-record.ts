import { createHash } from "node:crypto";
import type { Envelope, MaybePromise } from "@tautline/protocol";
import type { ClaimResult, Claims, Payload } from "../broker/index.js";
import { attempt, caught } from "../maybe-promise.js";
import type { LeftBehind } from "./left-behind.js";

/** What all records of a node share. */
export interface RecordContext {
  readonly claims: Claims;
  readonly leftBehind: LeftBehind;
  /** How long a claim is good for without an answer, in milliseconds. */
  readonly leaseMs: number;
  /** How long a record is kept without a connection, in milliseconds. */
  readonly ttlMs: number;
  /** A name for one claim, never given twice, on no node. */
  newOwner(): string;
  /** The claims failed where nobody waits for them. */
  failed(error: unknown): void;
}

/** A record as it was found. */
export interface OpenedRecord {
  readonly scope: string;
  readonly attempt: number;
  /** Whether it is complete since the client was last welcomed: PROTOCOL.md 9.6. */
  readonly resumed: boolean;
  /** The highest id ever claimed, or 0. */
  readonly highest: number;
}

/** The record of a client's messages, in the hands of one of its connections. */
export class ClientRecord {
  readonly context: RecordContext;
  readonly scope: string;
  readonly attempt: number;
  readonly resumed: boolean;
  #highest: number;
  #name: string | undefined;
  #isReleased = false;

  constructor(context: RecordContext, { scope, attempt, resumed, highest }: OpenedRecord) {
    this.context = context;
    this.scope = scope;
    this.attempt = attempt;
    this.resumed = resumed;
    this.#highest = highest;
  }

  /** A name that nobody can guess who does not know the client id. */
  get name(): string {
    this.#name ??= createHash("sha256").update(this.scope).digest().subarray(0, 16).toString("base64url");
    return this.#name;
  }

  /** What goes on of earlier connections, of all clients. */
  get leftBehind(): LeftBehind {
    return this.context.leftBehind;
  }

  /** Whether a message may have been claimed before. Where not, nobody needs to be asked. */
  mayKnow(id: number): boolean {
    return id <= this.#highest;
  }

  /** Makes a claim for a message; takes nothing yet. */
  claimFor(id: number, message: Pick<Envelope, "type" | "room">): Claim {
    return new Claim(this, id, message);
  }

  /** From now on this id counts as claimed. */
  claiming(id: number): void {
    this.#highest = Math.max(this.#highest, id);
  }

  /** The connection has ended. A second call does nothing. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const { claims, ttlMs, failed } = this.context;
    attempt(() => claims.release(this.scope, this.attempt, ttlMs), failed);
  }
}

/** One message's claim: who holds it handles the message, and answers it in the record. */
export class Claim {
  readonly #record: ClientRecord;
  readonly #id: number;
  readonly #message: Pick<Envelope, "type" | "room">;
  readonly #owner: string;

  constructor(record: ClientRecord, id: number, message: Pick<Envelope, "type" | "room">) {
    this.#record = record;
    this.#id = id;
    this.#message = message;
    this.#owner = record.context.newOwner();
  }

  /** The message's name among all messages of all clients: what it publishes is published under it. */
  get name(): string {
    return `${this.#record.name}/${this.#id}`;
  }

  /** Takes the message, or tells what became of it. */
  take(): MaybePromise<ClaimResult> {
    const { scope, attempt, context } = this.#record;
    const { claims, leaseMs } = context;
    const { type, room } = this.#message;
    this.#record.claiming(this.#id);
    return claims.claim(scope, this.#id, { type, room, owner: this.#owner, attempt, leaseMs });
  }

  /** Resolves when somebody else's claim is answered or over. */
  wait(): Promise<void> {
    const { scope, context } = this.#record;
    return context.claims.wait(scope, this.#id);
  }

  /** Stores the answer, where the claim is still ours. Neither throws nor rejects. */
  answer({ payload, byteLength }: Payload): MaybePromise<unknown> {
    const { scope, context } = this.#record;
    const answer = { owner: this.#owner, payload, byteLength };
    return caught(
      () => context.claims.answer(scope, this.#id, answer),
      (error) => {
        context.failed(error);
        return false;
      },
    );
  }
}
