import { closeCodes } from "@tautline/protocol";
import type { Backpressure } from "./backpressure.js";
import type { LiveConnection } from "./connection.js";
import type { OutboundEvents } from "./outbound.js";

/** What follows from what a connection sends, or cannot send. */
export class OutboundWatch implements OutboundEvents {
  readonly #connection: LiveConnection;
  readonly #backpressure: Backpressure;

  constructor(connection: LiveConnection, backpressure: Backpressure) {
    this.#connection = connection;
    this.#backpressure = backpressure;
  }

  changed(): void {
    const backpressure = this.#backpressure;
    const wasOn = backpressure.isOn;
    backpressure.changed();
    const isBehind = backpressure.isOn;
    if (isBehind === wasOn) return;
    const connection = this.#connection;
    const { bufferedBytes } = connection.outbound;
    connection.context.diagnostics.connection("tautline:connection:backlog", connection, {
      bufferedBytes,
      isBehind,
    });
  }

  overflowed(bufferedBytes: number): void {
    const connection = this.#connection;
    const { diagnostics, sendQueues, totals, turn } = connection.context;
    totals.tooSlow++;
    const isItsOwn = bufferedBytes > sendQueues.limitBytes;
    diagnostics.limit(isItsOwn ? "backpressure.limitBytes" : "backpressure.totalBytes", connection);
    const details = { bufferedBytes, isBehind: true };
    diagnostics.connection("tautline:connection:too-slow", connection, details);
    // Whoever pushed is in the middle of something, and must not meet the application's code there.
    turn.schedule({
      flush: () => connection.close(closeCodes.tooSlow, "too many bytes wait to be read"),
    });
  }
}
