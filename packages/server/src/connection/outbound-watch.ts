import { closeCodes } from "@tautline/protocol";
import { Backpressure } from "./backpressure.js";
import type { LiveConnection } from "./connection.js";
import type { OutboundEvents } from "./outbound.js";

/** A connection's backpressure, and what else follows from what it sends, or cannot send. */
export class OutboundWatch extends Backpressure implements OutboundEvents {
  readonly #connection: LiveConnection;

  constructor(connection: LiveConnection) {
    super(connection);
    this.#connection = connection;
  }

  override changed(): void {
    const wasOn = this.isOn;
    super.changed();
    const isBehind = this.isOn;
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
      lookAhead: () => bufferedBytes,
      flush: () => connection.close(closeCodes.tooSlow, "too many bytes wait to be read"),
    });
  }
}
