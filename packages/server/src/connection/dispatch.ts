import { type Envelope, type MaybePromise, TautlineError } from "@tautline/protocol";
import { failureForPeer } from "../handlers/error-for-peer.js";
import { join } from "../handlers/join.js";
import { leave } from "../handlers/leave.js";
import { message } from "../handlers/message.js";
import { presence } from "../handlers/presence.js";
import { roomMessage } from "../handlers/room-message.js";
import { token } from "../handlers/token.js";
import type { LiveConnection } from "./connection.js";
import type { Handling } from "./handling.js";
import { type InboundFlow, InboundQueue } from "./inbound-queue.js";
import { Malformed } from "./malformed.js";
import { type Bucket, overLimit } from "./rate-guard.js";

/** Handles one kind of envelope. Returns or resolves when the next may begin. What it throws is answered here. */
type EnvelopeHandler = (connection: LiveConnection, handling: Handling) => MaybePromise<void>;

/** The protocol's own. `ping`, `pong` and `$cancel` never come here: they wait for nobody. */
const protocolHandlers: ReadonlyMap<string, EnvelopeHandler> = new Map([
  ["$join", join],
  ["$leave", leave],
  ["$presence", presence],
  ["$token", token],
]);

/** Those of them that are counted apart: what they set off costs more. */
const ownBuckets: ReadonlyMap<string, Bucket> = new Map([
  ["$join", "joins"],
  ["$presence", "presence"],
]);

/** What has come in, and waits for its turn. */
export type Inbound = InboundQueue<Envelope | Malformed, LiveConnection>;

/** The queue of a connection, whose messages are handled here. */
export function inboundOf(connection: LiveConnection, flow: InboundFlow): Inbound {
  return new InboundQueue(start, flow, connection.context.workTurns, connection);
}

/** Begins to handle what is next in the queue. Never throws. */
function start(envelope: Envelope | Malformed, connection: LiveConnection): MaybePromise<void> {
  if (!connection.isOpen) return;
  if (envelope instanceof Malformed)
    return connection.refuse(overLimit(connection, "messages", "") ?? envelope.error);
  const handling = connection.handlings.begin(envelope);
  if (TautlineError.is(handling)) return connection.refuse(handling, envelope);
  const failed = (thrown: unknown) => handling.fail(failureForPeer(connection, envelope.type, thrown));
  try {
    const started = choose(connection, handling);
    if (started instanceof Promise) return handling.startedBy(started.catch(failed));
  } catch (thrown) {
    failed(thrown);
  }
}

function choose(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { type, room } = handling.envelope;
  const handler = protocolHandlers.get(type);
  if (!handler) return room === undefined ? message(connection, handling) : roomMessage(connection, handling);
  const limited = overLimit(connection, ownBuckets.get(type) ?? "protocol", type);
  return limited ? handling.fail(limited) : handler(connection, handling);
}
