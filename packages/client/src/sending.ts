import { type EventDefinition, type MessageDefinition, TautlineError } from "@tautline/protocol";
import type { Core } from "./core.js";
import { timeoutOf } from "./deadline.js";
import { encode } from "./frames.js";
import type { SendOptions } from "./types.js";

/** One message of the application, before it is checked. */
export interface Draft {
  readonly type: string;
  readonly room?: string | undefined;
  readonly data: unknown;
  /** Undefined where there is no contract to check by. */
  readonly definition: (MessageDefinition & EventDefinition) | undefined;
  readonly options: SendOptions | undefined;
}

/** What becomes of a message: acknowledged, answered, or, where it would be worthless later, sent at once or never. */
export type Way = "send" | "request" | "volatile";

/**
 * From the program's call to the outbox: checked by the contract at this end, in the order of the calls. The schema's result
 * is discarded: what travels is its input.
 */
export function send(core: Core, way: Way, draft: Draft): Promise<unknown> {
  const { check, outgoing } = core;
  return core.promise((resolve, reject) => {
    core.open();
    const taken = outgoing.pass(check(draft.definition, "data", draft.data), (checked) => {
      if (!checked.ok) return reject(checked.error);
      try {
        post(core, way, draft, [resolve, reject]);
      } catch (error) {
        reject(error);
      }
    });
    if (!taken) reject(new TautlineError("BUSY", "too many messages are being checked"));
  });
}

function post(
  { check, connection, requests, rooms, settings }: Core,
  way: Way,
  { type, room, data, definition, options = {} }: Draft,
  [resolve, reject]: readonly [(value?: unknown) => void, (error: unknown) => void],
): void {
  const envelope = { type, room, data, timestamp: settings.clock.now() };
  if (way === "volatile") {
    const frame = encode(envelope);
    if (!rooms.isHeld(room)) connection.write(frame);
    return resolve();
  }
  const isKept = way === "send";
  requests.send(envelope, {
    ...options,
    idempotent: definition?.idempotent,
    kept: isKept,
    timeoutMs: timeoutOf(options.timeoutMs, isKept ? settings.sendTimeoutMs : settings.requestTimeoutMs),
    settled: async (error, answer) => {
      if (error) return reject(error);
      if (isKept) return resolve();
      const reply = await check(definition, "reply", answer?.data);
      if (reply.ok) resolve(reply.value);
      else reject(reply.error);
    },
  });
}
