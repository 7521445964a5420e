import type { TransportEvents } from "@tautline/protocol";
import { Pulse } from "./pulse.js";
import { countControlFrame } from "./rate-guard.js";
import { receive } from "./receive.js";

/** What a transport tells, as it concerns its connection: signs of life, for one. */
export class Inlet extends Pulse implements TransportEvents {
  message(data: string | Uint8Array): void {
    this.received();
    receive(this.connection, data);
  }

  alive(): void {
    this.received();
    countControlFrame(this.connection);
  }

  drained(): void {
    this.connection.outbound.drained();
  }

  closed(code: number, reason: string): void {
    this.connection.apply({ kind: "ended", code, reason });
  }
}
