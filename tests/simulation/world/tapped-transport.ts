import type { Frame, Transport, TransportEvents } from "@tautline/protocol";
import type { Gate } from "./gate.js";

/** What a tap tells. */
export interface TransportTap {
  /** Frames leave, and so many bytes wait after them. */
  wrote(frames: readonly Frame[], bufferedBytes: number): void;
}

/** A transport whose server can stand still or be dead, and whose frames are seen. */
export class TappedTransport implements Transport {
  readonly #transport: Transport;
  readonly #gate: Gate;
  readonly #tap: TransportTap;

  constructor(transport: Transport, gate: Gate, tap: TransportTap) {
    this.#transport = transport;
    this.#gate = gate;
    this.#tap = tap;
  }

  get protocol(): string {
    return this.#transport.protocol;
  }

  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  start(events: TransportEvents): void {
    const pass = (act: () => void) => this.#gate.pass("event", act);
    this.#transport.start({
      message: (data) => pass(() => events.message(data)),
      alive: () => pass(() => events.alive()),
      drained: () => pass(() => events.drained()),
      closed: (code, reason) => pass(() => events.closed(code, reason)),
    });
  }

  write(frames: readonly Frame[]): void {
    if (this.#gate.isShut) return;
    this.#transport.write(frames);
    this.#tap.wrote(frames, this.#transport.bufferedBytes);
  }

  ping(): void {
    if (!this.#gate.isShut) this.#transport.ping();
  }

  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }

  close(code: number, reason: string): void {
    if (!this.#gate.isShut) this.#transport.close(code, reason);
  }

  terminate(): void {
    if (!this.#gate.isShut) this.#transport.terminate();
  }
}
