import { closeCodes } from "@tautline/protocol";
import { publishConnection } from "../diagnostics.js";
import type { Backpressure } from "./backpressure.js";
import type { LiveConnection } from "./connection.js";
import type { OutboundEvents } from "./outbound.js";
import type { Pulse } from "./pulse.js";

/** What follows from what a connection sends, or cannot send. */
export class OutboundWatch implements OutboundEvents {
  readonly #connection: LiveConnection;
  readonly #pulse: Pulse;
  readonly #backpressure: Backpressure;

  constructor(
    connection: LiveConnection,
    { pulse, backpressure }: { readonly pulse: Pulse; readonly backpressure: Backpressure },
  ) {
    this.#connection = connection;
    this.#pulse = pulse;
    this.#backpressure = backpressure;
  }

  wrote(frames: number, bytes: number, at: number): void {
    const { totals } = this.#connection.context;
    totals.framesSent += frames;
    totals.bytesSent += bytes;
    this.#pulse.wrote(at);
  }

  taken(bytes: number): void {
    this.#pulse.bytesTaken += bytes;
  }

  changed(): void {
    this.#backpressure.changed();
  }

  overflowed(bufferedBytes: number): void {
    const connection = this.#connection;
    const { id, kind, user, context } = connection;
    context.totals.tooSlow++;
    publishConnection("too-slow", { connection: id, user, peer: kind, bufferedBytes });
    // Whoever pushed is in the middle of something, and must not meet the application's code there.
    context.turn.schedule({
      flush: () => connection.close(closeCodes.tooSlow, "too many bytes wait to be read"),
    });
  }
}
