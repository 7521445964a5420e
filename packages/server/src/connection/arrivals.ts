import { closeCodes } from "@tautline/protocol";
import { Admission, type NotAdmitted } from "../limits/admission.js";
import { refusal } from "../refusal.js";
import type { ServerContext } from "../server-context.js";
import { addressKey } from "../throttler/address-key.js";
import type { LiveConnection } from "./connection.js";

/** Why nobody, or nobody from there, is upgraded now. */
export interface Flooded {
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
}

type ArrivalsContext = Pick<ServerContext, "clock" | "settings" | "connections" | "diagnostics" | "totals">;

/** Lets connections in, as far as their number allows, before it is asked who they are. */
export class Arrivals {
  readonly #context: ArrivalsContext;
  readonly #admission: Admission;
  /** Reading an address costs more than all the rest. */
  readonly #keyOf: (address: string) => string;

  constructor(context: ArrivalsContext) {
    this.#context = context;
    const { limits } = context.settings;
    this.#admission = new Admission(limits);
    this.#keyOf = limits.connectionsPerAddress === false ? () => "" : addressKey;
  }

  /** Why an upgrade from this address is not even made. Undefined: it is, if only to be told that it was one too many. */
  whyFlooded(address: string): Flooded | undefined {
    const { connections, settings, diagnostics, clock } = this.#context;
    // Those that were not admitted yet are bounded, too.
    if (connections.size >= 2 * settings.limits.connections) {
      diagnostics.limit("limits.connections");
      return { reason: "too many connections" };
    }
    const flooded = this.#admission.whyFlooded(this.#keyOf(address), clock.monotonic());
    if (!flooded) return undefined;
    diagnostics.limit(flooded.limit);
    return { reason: sentences[flooded.limit], retryAfterMs: flooded.retryAfterMs };
  }

  /** Counts a connection that was opened, and refuses it where it is one too many. */
  enter(connection: LiveConnection): void {
    const { clock, totals, diagnostics } = this.#context;
    const key = this.#keyOf(connection.request.remoteAddress);
    const refused = this.#admission.enter(key, clock.monotonic());
    if (!refused) return;
    totals.refused++;
    diagnostics.limit(refused.limit, connection);
    const { retryAfterMs } = refused;
    connection.refuseAndClose(refusal("TOO_MANY_CONNECTIONS", { retryAfterMs }), closeCodes.tryAgainLater);
  }

  /** A connection is gone. */
  left(connection: LiveConnection): void {
    this.#admission.leave(this.#keyOf(connection.request.remoteAddress));
  }
}

const sentences: Readonly<Record<NotAdmitted["limit"], string>> = {
  "limits.connectionsPerAddress": "too many connections from this address",
  "limits.connectionsPerSecond": "too many connections at once",
};
