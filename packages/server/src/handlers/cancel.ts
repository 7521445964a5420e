import type { Envelope } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { isRecord } from "../connection/protocol-data.js";
import { overLimit } from "../connection/rate-guard.js";
import { refusal } from "../refusal.js";

/** `$cancel`: what has not begun is answered at once, of what has begun the handler is told. Has no answer of its own. */
export function cancel(connection: LiveConnection, envelope: Envelope): void {
  const limited = overLimit(connection, "protocol", envelope.type);
  if (limited) return connection.refuse(limited);
  const id = isRecord(envelope.data) ? envelope.data.id : undefined;
  if (typeof id !== "number") {
    const issues = [{ message: "data.id: expected the id of a message" }];
    return connection.refuse(refusal("BAD_ENVELOPE", { issues }));
  }
  const { record } = connection.handlings;
  // What may be a repeat has begun before, on an earlier connection: it gets the answer of the first.
  const mayHaveBegun = record?.mayKnow(id) ?? false;
  const waiting = mayHaveBegun
    ? undefined
    : connection.inbound.take((message) => "id" in message && message.id === id);
  if (waiting) connection.refuse(refusal("CANCELLED"), waiting as Envelope);
  connection.handlings.cancel(id);
}
