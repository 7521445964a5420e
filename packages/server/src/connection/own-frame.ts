import { type Envelope, type Frame, toWire } from "@tautline/protocol";
import { refusal } from "../refusal.js";
import type { LiveConnection } from "./connection.js";

/**
 * The frame of an envelope for one peer alone. An answer that cannot be encoded becomes `HANDLER_FAILED`: it is still
 * owed. Undefined: nothing can be sent, and the program was told.
 */
export function frameFor(connection: LiveConnection, envelope: Envelope): Frame | undefined {
  const { clock, settings, totals, hooks, diagnostics } = connection.context;
  const stamped = { ...envelope, timestamp: clock.now() };
  const frame = connection.codec.encode(stamped, settings.limits.clientMessageBytes);
  const { id, type, error } = envelope;
  if (!frame.ok) {
    hooks.report(`sending ${type}`, frame.error);
    if (id === undefined || type === "$error") return undefined;
    return frameFor(connection, { type: "$error", id, error: toWire(refusal("HANDLER_FAILED")) });
  }
  if (error) {
    totals.errorsSent++;
    diagnostics.error(connection.id, error.code);
  }
  return frame.value;
}
