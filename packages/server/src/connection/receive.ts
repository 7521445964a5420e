import { closeCodes, type Envelope, type TautlineError } from "@tautline/protocol";
import { cancel } from "../handlers/cancel.js";
import { ping } from "../handlers/ping.js";
import { refusal, refusalOf } from "../refusal.js";
import type { LiveConnection } from "./connection.js";
import { admitFullPeer } from "./handshake.js";
import { Malformed } from "./malformed.js";

/** Takes one message of the socket: refuses it, answers it at once, or puts it behind those that came before. */
export function receive(connection: LiveConnection, message: string | Uint8Array): void {
  const { context, codec } = connection;
  if (!connection.isAlive) return;
  context.totals.messagesReceived++;
  context.totals.bytesReceived += message.length;
  if (codec.binary === (typeof message === "string")) {
    connection.close(
      closeCodes.unsupportedData,
      codec.binary ? "expected binary messages" : "expected text messages",
    );
    return;
  }
  const decoded = codec.decode(message, context.settings.limits.messageBytes);
  if (!decoded.ok) refuseMalformed(connection, decoded.error);
  else if (connection.state.kind === "awaiting-hello") first(connection, decoded.value, message);
  else next(connection, decoded.value);
}

/** Gives up on a peer that has not said who it is. */
export function missHello(connection: LiveConnection): void {
  connection.context.diagnostics.limit("deadlines.helloMs", connection);
  connection.close(closeCodes.helloTimeout, "no $hello in time");
}

/** PROTOCOL.md 4.4. A ping means no harm, whenever it comes. */
function first(connection: LiveConnection, envelope: Envelope, message: string | Uint8Array): void {
  if (envelope.type === "ping") return ping(connection);
  const { helloBytes } = connection.context.settings.limits;
  const length = typeof message === "string" ? Buffer.byteLength(message) : message.length;
  if (envelope.type !== "$hello") return breach(connection, "expected $hello first");
  if (length > helloBytes) {
    connection.context.diagnostics.limit("limits.helloBytes", connection);
    return breach(connection, `expected a $hello of at most ${helloBytes} bytes`);
  }
  admitFullPeer(connection, envelope);
}

function next(connection: LiveConnection, envelope: Envelope): void {
  const { type } = envelope;
  // These three must not wait behind what is being started.
  if (type === "ping") return ping(connection);
  if (type === "pong") return;
  if (type === "$cancel") return cancel(connection, envelope);
  if (connection.kind === "full") {
    if (type === "$hello") return connection.apply({ kind: "hello" });
    const isEarly = connection.state.kind === "authenticating" && type !== "$join";
    if (isEarly) return breach(connection, "expected nothing but $join before $welcome");
  }
  if (connection.inbound.push(envelope)) return;
  connection.context.diagnostics.limit("limits.unanswered", connection);
  connection.refuse(connection.handlings.putOff(envelope, refusal("BUSY")), envelope);
}

/** What is no JSON may be a `$hello` or `$token` that was cut short: a secret is in no error, not even in its sender's. */
const badJson = refusal("BAD_JSON");

function refuseMalformed(connection: LiveConnection, error: TautlineError): void {
  if (error.code === "TOO_LARGE") {
    connection.context.diagnostics.limit("limits.messageBytes", connection);
    return connection.refuseAndClose(refusalOf(error), closeCodes.messageTooBig);
  }
  const refused = error.code === "BAD_JSON" ? badJson : refusalOf(error);
  if (connection.state.kind === "awaiting-hello") {
    connection.refuse(refused);
    return breach(connection, "expected $hello first");
  }
  if (!connection.inbound.push(new Malformed(refused))) connection.refuse(refused);
}

/** Gives up on a peer that was not admitted yet. */
function breach(connection: LiveConnection, reason: string): void {
  connection.context.totals.refused++;
  connection.close(closeCodes.protocolError, reason);
}
