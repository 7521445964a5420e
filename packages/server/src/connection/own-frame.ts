import { bytesAtMost, type Envelope, type Frame, type Result, success, toWire } from "@tautline/protocol";
import type { Payload } from "../broker/index.js";
import { isJson, kept, keptFrame } from "../kept-envelope.js";
import { refusal } from "../refusal.js";
import type { LiveConnection } from "./connection.js";

/** An answer: as the peer gets it now, and as it is kept for a repeat, whichever codec the peer speaks by then. */
export interface Answer {
  readonly frame: Frame;
  readonly kept: Payload;
}

/** The frame of an envelope for one peer alone. Undefined: nothing can be sent, and the program was told. */
export function frameFor(connection: LiveConnection, envelope: Envelope): Frame | undefined {
  const { codec, context } = connection;
  const maxBytes = bytesAtMost(codec, context.settings.limits.clientMessageBytes);
  return made(connection, envelope, (stamped) => codec.encode(stamped, maxBytes));
}

/** The same of an answer that is kept. */
export function answerFor(connection: LiveConnection, envelope: Envelope): Answer | undefined {
  const { codec, context } = connection;
  return made(connection, envelope, (stamped): Result<Answer> => {
    const payload = kept(stamped, context.settings.limits.clientMessageBytes);
    if (!payload.ok) return payload;
    const frame = isJson(codec) ? success(keptFrame(payload.value, codec)) : codec.encode(stamped);
    return frame.ok ? success({ frame: frame.value, kept: payload.value }) : frame;
  });
}

/** An answer that cannot be encoded becomes `HANDLER_FAILED`: it is still owed. */
function made<T>(
  connection: LiveConnection,
  envelope: Envelope,
  encode: (stamped: Envelope) => Result<T>,
): T | undefined {
  const { clock, totals, hooks, diagnostics } = connection.context;
  const isStamped = envelope.timestamp !== undefined;
  const encoded = encode(isStamped ? envelope : { ...envelope, timestamp: clock.now() });
  const { id, type, error } = envelope;
  if (!encoded.ok) {
    hooks.report(`sending ${type}`, encoded.error);
    if (id === undefined || type === "$error") return undefined;
    return made(connection, { type: "$error", id, error: toWire(refusal("HANDLER_FAILED")) }, encode);
  }
  if (error) {
    totals.errorsSent++;
    diagnostics.error(connection.id, error.code);
  }
  return encoded.value;
}
