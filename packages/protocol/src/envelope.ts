import type { WireError } from "./tautline-error.js";

/** Who made a publication. Set by the server, never by a peer. */
export interface From {
  /** The user's id. */
  readonly user: string;
  /** The public name of the client instance. */
  readonly member: string;
}

/** One decoded protocol message, whatever its direction. */
export interface Envelope {
  /** An application's name, or one of the protocol's own: those that begin with `$`, and `ping` and `pong`. */
  readonly type: string;
  /** What it carries: of the application, what the contract says. */
  readonly data?: unknown;
  /** When the sender made it, in milliseconds since 1970. Never used for order, expiry or deduplication. */
  readonly timestamp?: number | undefined;
  /** Of a message that wants an answer, and of the answer. */
  readonly id?: number | undefined;
  /** The room that it belongs to. */
  readonly room?: string | undefined;
  /** Of a kept publication: its place in the room's history. */
  readonly offset?: number | undefined;
  /** The member that made a publication. Set by the server alone. */
  readonly from?: From | undefined;
  /** Of an `$error`: what went wrong. */
  readonly error?: WireError | undefined;
  /** A W3C traceparent, passed on. */
  readonly trace?: string | undefined;
}

/** Whether a type belongs to the protocol and not to the application. */
export function isReservedType(type: string): boolean {
  return type.startsWith("$") || type === "ping" || type === "pong";
}
