import { closeCodes } from "@tautline/protocol";
import type { LiveConnection } from "./connection/connection.js";
import type { ServerContext } from "./server-context.js";

const reason = "the server is about to leave";

/**
 * The most that is kept of the span, in milliseconds, for full peers that begin to move at the end of what they were told:
 * connecting elsewhere takes its time. Those that do not move at all are closed in it.
 */
const reserveMs = 2_000;

/**
 * Has all peers come back elsewhere: full peers are asked to, plain peers are closed, each at a random moment of the
 * span, so that they do not all arrive at once. What was begun is finished. Resolves when the last has gone, which may
 * be before the span is over.
 */
export async function drainConnections(
  context: ServerContext,
  { withinMs, empty }: { readonly withinMs: number; readonly empty: Promise<void> },
): Promise<void> {
  const { clock, random, connections } = context;
  const timers: unknown[] = [];
  const finishWithin = (connection: LiveConnection, ms: number): void => {
    timers.push(clock.setTimeout(() => finish(connection), random.float() * ms));
  };
  const keptMs = Math.min(reserveMs, withinMs / 5);
  context.drain = { withinMs: withinMs - keptMs };
  for (const connection of [...connections]) {
    connection.apply({ kind: "drain" });
    if (connection.kind === "plain" && connection.isOpen) finishWithin(connection, withinMs);
  }
  const closeTheRest = (): void => {
    for (const connection of connections) finishWithin(connection, keptMs);
  };
  timers.push(clock.setTimeout(closeTheRest, withinMs - keptMs));
  await empty;
  for (const timer of timers) clock.clearTimeout(timer);
}

/** Begins nothing more, and closes when the last answer was given: at the latest when its deadline has passed. */
function finish(connection: LiveConnection): void {
  connection.inbound.hold();
  connection.handlings.whenIdle(() => connection.close(closeCodes.serviceRestart, reason));
}
