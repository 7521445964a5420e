import type { TransportEvents } from "@tautline/protocol";
import type { LiveConnection } from "./connection.js";
import type { Pulse } from "./pulse.js";
import { countControlFrame } from "./rate-guard.js";
import { receive } from "./receive.js";

/** What a transport tells, as it concerns its connection. */
export class Inlet implements TransportEvents {
  readonly #connection: LiveConnection;
  readonly #pulse: Pulse;

  constructor(connection: LiveConnection, pulse: Pulse) {
    this.#connection = connection;
    this.#pulse = pulse;
  }

  message(data: string | Uint8Array): void {
    this.#pulse.received();
    receive(this.#connection, data);
  }

  alive(): void {
    this.#pulse.received();
    countControlFrame(this.#connection);
  }

  drained(): void {
    this.#connection.outbound.drained();
  }

  closed(code: number, reason: string): void {
    this.#connection.apply({ kind: "ended", code, reason });
  }
}
