import { type MaybePromise, type MessageDefinition, type TautlineError, validate } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import { type Handling, isForNow } from "../connection/handling.js";
import { isThenable, whenReady } from "../maybe-promise.js";
import { refusal } from "../refusal.js";
import { isRejection } from "../reject.js";
import type { AnyHandler } from "../server-context.js";
import { errorForPeer } from "./error-for-peer.js";
import { MessageScope } from "./message-scope.js";
import { once } from "./once.js";

/** What is to be done with a message that has a handler. */
export interface Task {
  readonly definition: MessageDefinition;
  readonly handler: AnyHandler | undefined;
  /** The room that it was sent in. */
  readonly room: NamedRoom | undefined;
}

/**
 * Checks a message, asks whether it is permitted, runs its handler once and answers. Returns or resolves when the handler
 * has begun: the messages behind it may begin then, too.
 */
export function act(connection: LiveConnection, handling: Handling, task: Task): MaybePromise<void> {
  const { room } = task;
  const { data: schema, idempotent } = task.definition;
  return once(connection, handling, { kind: "message", schema, room, idempotent }, (data) =>
    run(connection, handling, { task, scope: new MessageScope(connection, handling, { data, room }) }),
  );
}

function run(
  connection: LiveConnection,
  handling: Handling,
  { task, scope }: { readonly task: Task; readonly scope: MessageScope },
): void {
  const { envelope } = handling;
  const pattern = task.room?.definition.pattern;
  handling.run(connection.context.diagnostics.message(connection, envelope, pattern));
  const failed = (thrown: unknown) => fail(connection, handling, { task, thrown });
  if (!task.handler)
    return failed(new Error(`no handler for '${envelope.type}': expected server.handle to have been called`));
  try {
    // The scope is what the handler was typed for, by a contract that only the compiler knows.
    const result = task.handler(scope as never);
    if (!isThenable(result)) return succeed(connection, handling, { task, result });
    handling.await();
    result.then((value) => succeed(connection, handling, { task, result: value }), failed);
  } catch (thrown) {
    failed(thrown);
  }
}

function succeed(
  connection: LiveConnection,
  handling: Handling,
  { task, result }: { readonly task: Task; readonly result: unknown },
): void {
  if (isRejection(result)) return fail(connection, handling, { task, thrown: result });
  const { reply } = task.definition;
  if (!reply) return handling.succeed();
  const checked = whenReady(validate(reply, result), (verdict) => {
    if (verdict.ok) handling.succeed({ data: result });
    else
      fail(connection, handling, {
        task,
        thrown: new Error(`reply: ${verdict.error.message}`, { cause: verdict.error }),
      });
  });
  if (checked instanceof Promise) handling.await();
}

function fail(
  connection: LiveConnection,
  handling: Handling,
  { task, thrown }: { readonly task: Task; readonly thrown: unknown },
): void {
  const { type } = handling.envelope;
  const where = task.room ? `${task.room.definition.pattern} ${type}` : type;
  if (handling.isCancelled) return handling.fail(refusal("CANCELLED"));
  if (!isRejection(thrown)) return handling.fail(final(handling, errorForPeer(connection, where, thrown)));
  const { name = "", data } = thrown.details;
  const { errors = {} } = task.definition;
  const flaw = (text: string) => handling.fail(errorForPeer(connection, where, new Error(text)));
  if (!Object.hasOwn(errors, name))
    return flaw(`reject("${name}"): expected an error that the contract declares`);
  const checked = whenReady(validate(errors[name], data), (verdict) => {
    if (verdict.ok) handling.fail(thrown);
    else flaw(`reject("${name}"): ${verdict.error.message}`);
  });
  if (checked instanceof Promise) handling.await();
}

/** What has begun cannot be put off: a client would repeat it, and get this very answer for ever. */
function final({ claim }: Handling, error: TautlineError): TautlineError {
  if (!claim || !isForNow(error)) return error;
  return refusal("UNAVAILABLE", { retryAfterMs: error.retryAfterMs, cause: error });
}
