import { closeCodes } from "@tautline/protocol";
import type { LiveConnection } from "./connection/connection.js";
import type { ServerContext } from "./server-context.js";

const reason = "the server is about to leave";

/**
 * The most that is kept of the span, in milliseconds, for full peers that begin to move at the end of what they were told:
 * a process that many come to accepts one connection in each turn of its event loop.
 */
const reserveMs = 5_000;

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
  context.drain = { withinMs: withinMs - Math.min(reserveMs, withinMs / 4) };
  for (const connection of [...connections]) {
    connection.apply({ kind: "drain" });
    if (connection.kind === "full" || !connection.isOpen) continue;
    timers.push(clock.setTimeout(() => finish(connection), random.float() * withinMs));
  }
  timers.push(clock.setTimeout(() => [...connections].forEach(finish), withinMs));
  await empty;
  for (const timer of timers) clock.clearTimeout(timer);
}

/** Begins nothing more, and closes when the last answer was given: at the latest when its deadline has passed. */
function finish(connection: LiveConnection): void {
  connection.inbound.hold();
  connection.handlings.whenIdle(() => connection.close(closeCodes.serviceRestart, reason));
}
