import type { EventDefinition, MessageDefinition } from "@tautline/protocol";
import type { Core } from "./core.js";
import { timeoutOf } from "./deadline.js";
import type { SendOptions } from "./types.js";

type Definition = MessageDefinition & EventDefinition;

/** What a client or a room calls `send`, `request` or `publish`. */
export type Sender = (type: string, data?: unknown, options?: SendOptions) => Promise<unknown>;

/** One message of the application, on its way. */
interface Draft {
  readonly type: string;
  readonly room: string | undefined;
  readonly data: unknown;
  readonly options: SendOptions;
  readonly definition: Definition | undefined;
  /** Whether a reply is awaited. */
  readonly isRequest: boolean;
}

/**
 * From the program's call to the outbox: checked by the contract at this end, in the order of the calls. The schema's result
 * is discarded: what travels is its input.
 *
 * @param definitions - undefined where there is no contract to check by
 */
export function sender(
  core: Core,
  isRequest: boolean,
  definitions: { readonly [type: string]: Definition } | undefined,
  room?: string,
): Sender {
  return (type, data, options = {}) =>
    core.promise((resolve, reject) => {
      core.open();
      const definition = definitions?.[type];
      const draft = { type, room, data, options, definition, isRequest };
      core.pass(core.check(definition, "data", data), () => post(core, draft, resolve, reject), reject);
    });
}

function post(
  { check, connection, requests, rooms, settings }: Core,
  { type, room, data, options, definition, isRequest }: Draft,
  resolve: (value?: unknown) => void,
  reject: (error: unknown) => void,
): void {
  const envelope = { type, room, data, timestamp: settings.clock.now() };
  if (definition?.volatile) {
    // Worthless later: it is sent at once or never.
    const frame = settings.speech.encode(envelope);
    if (!rooms.isHeld(room)) connection.write(frame);
    return resolve();
  }
  requests.send(envelope, {
    ...options,
    idempotent: definition?.idempotent,
    kept: !isRequest,
    timeoutMs: timeoutOf(options.timeoutMs, isRequest ? settings.requestTimeoutMs : settings.sendTimeoutMs),
    settled: async (error, answer) => {
      if (error) return reject(error);
      if (!isRequest) return resolve();
      const reply = await check(definition, "reply", answer?.data);
      if (reply.ok) resolve(reply.value);
      else reject(reply.error);
    },
  });
}
