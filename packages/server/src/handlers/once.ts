import type { MaybePromise } from "@tautline/protocol";
import type { Claim, ClientRecord } from "../answers/client-record.js";
import type { ClaimResult } from "../broker/index.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { caught, whenReady } from "../maybe-promise.js";
import { refusal } from "../refusal.js";
import { failureForPeer } from "./error-for-peer.js";
import { type Wish, whenPermitted } from "./permission.js";

/** What a peer wants to do, and whether doing it twice does no harm. */
export interface Deed extends Wish {
  readonly idempotent: boolean | undefined;
}

/** A message that is being claimed, and what is done with it once the claim is ours. */
interface Claiming {
  readonly claim: Claim;
  readonly idempotent: boolean | undefined;
  readonly goOn: () => MaybePromise<void>;
}

/** How long a client should wait before it asks again, where the record cannot be asked now. */
const retryAfterMs = 1_000;

/**
 * Has a message checked, permitted and handled: once, where it has an id and a record. The claim is taken last, just
 * before `handle`, so that nothing is kept of what was refused. But what may be a repeat is looked up first: whatever the
 * checks would say by now, it gets the answer of the first.
 */
export function once(
  connection: LiveConnection,
  handling: Handling,
  deed: Deed,
  handle: (data: unknown) => MaybePromise<void>,
): MaybePromise<void> {
  const { record } = connection.handlings;
  const { id } = handling.envelope;
  if (!record || id === undefined) return whenPermitted(connection, handling, deed, handle);
  const claim = record.claimFor(id, handling.envelope);
  const { idempotent } = deed;
  if (record.mayKnow(id)) {
    const goOn = () => whenPermitted(connection, handling, deed, handle);
    return whenOurs(connection, handling, { claim, idempotent, goOn });
  }
  return whenPermitted(connection, handling, deed, (data) => {
    if (isCrowded(connection, record)) return handling.fail(refusal("BUSY", { retryAfterMs }));
    return whenOurs(connection, handling, { claim, idempotent, goOn: () => handle(data) });
  });
}

/** Whether the client's earlier connections have left so much behind that it must not begin more. */
function isCrowded({ context }: LiveConnection, { leftBehind, scope }: ClientRecord): boolean {
  return leftBehind.of(scope) >= context.settings.limits.unanswered;
}

function whenOurs(connection: LiveConnection, handling: Handling, claiming: Claiming): MaybePromise<void> {
  handling.claiming();
  const found = caught<ClaimResult | undefined>(
    () => claiming.claim.take(),
    (error) => putOff(connection, handling, error),
  );
  return whenReady(found, (result) => result && proceed(connection, handling, claiming, result));
}

/** The record cannot be asked: what came is neither handled nor answered by a guess, but may come again. */
function putOff(connection: LiveConnection, handling: Handling, error: unknown): undefined {
  connection.context.hooks.report("claims", error);
  handling.fail(refusal("BUSY", { retryAfterMs }));
}

function proceed(
  connection: LiveConnection,
  handling: Handling,
  claiming: Claiming,
  found: ClaimResult,
): MaybePromise<void> {
  const { claim, idempotent, goOn } = claiming;
  switch (found.kind) {
    case "new":
      return handling.claimed(claim) ? goOn() : undefined;
    case "lapsed":
      if (!handling.claimed(claim)) return;
      return idempotent ? goOn() : unknown(connection, handling);
    case "no-record":
      handling.unclaimed();
      return idempotent ? goOn() : unknown(connection, handling);
    case "answered":
      return found.answer ? handling.repeat(found.answer) : unknown(connection, handling);
    case "pending":
      return wait(connection, handling, claiming);
    case "mismatch": {
      const issues = [{ message: "id: expected the type and room that it had before" }];
      return handling.fail(refusal("BAD_ENVELOPE", { issues }));
    }
    case "fenced":
      // The client's newer connection asks for it: an answer here would be a second one.
      return handling.drop();
  }
}

/** Waits for the answer of whoever has the message, and holds up nobody. */
function wait(connection: LiveConnection, handling: Handling, claiming: Claiming): void {
  if (!connection.isOpen) return handling.drop();
  handling.waiting();
  const again = () => {
    if (handling.isSettled) return;
    const begun = whenOurs(connection, handling, claiming);
    // It begins only now, and so does its time.
    if (begun instanceof Promise) handling.await();
    return begun;
  };
  claiming.claim
    .wait()
    .then(again, (error) => putOff(connection, handling, error))
    .catch((thrown) => handling.fail(failureForPeer(connection, handling.envelope.type, thrown)));
}

/** Whether it was handled cannot be known any more, and is not guessed. */
function unknown(connection: LiveConnection, handling: Handling): void {
  connection.context.totals.outcomesUnknown++;
  handling.fail(refusal("OUTCOME_UNKNOWN"));
}
