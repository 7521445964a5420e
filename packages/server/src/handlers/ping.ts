import type { LiveConnection } from "../connection/connection.js";
import { overLimit } from "../connection/rate-guard.js";

/** `ping` is answered by `pong`, from within the message event. */
export function ping(connection: LiveConnection): void {
  // Too many are left unanswered: silence is the cheapest refusal.
  if (!overLimit(connection, "pings", "ping")) connection.send({ type: "pong" });
}
