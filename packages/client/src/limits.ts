import type { limits } from "@tautline/protocol";

// Those of the protocol's limits that a client knows, as constants: of an object a bundle would carry all.

/** A message to the server, until the server says its own limit. */
export const messageBytes: typeof limits.messageBytes = 65_536;
/** Messages that may wait for their answers, until the server says its own limit. */
export const unanswered: typeof limits.unanswered = 256;
/** A message from the server. */
export const clientMessageBytes: typeof limits.clientMessageBytes = 1_048_576;
/** The whole `$hello`. */
export const helloBytes: typeof limits.helloBytes = 16_384;
/** Levels of arrays and objects inside one another. */
export const depth: typeof limits.depth = 32;
/** An envelope's `type`. */
export const typeBytes: typeof limits.typeBytes = 128;
/** Members of a room: twice as many as a server names, since a page may take back what another said. */
export const presenceMembers = 20_000;
/** The longest wait that a server can ask for, in milliseconds. */
export const retryAfterMs: typeof limits.retryAfterMs = 86_400_000;
/** A close frame's reason. */
export const closeReasonBytes: typeof limits.closeReasonBytes = 123;
