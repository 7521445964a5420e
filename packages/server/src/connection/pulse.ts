import type { Transport } from "@tautline/protocol";
import type { LiveConnection } from "./connection.js";
import type { Heart, Pinged } from "./heartbeats.js";

/** A connection's signs of life, in both directions. */
export class Pulse implements Heart {
  lastReceivedAt: number;
  tick = 0;
  pinged: Pinged | undefined;
  /** Whether the peer was given up because of its silence. */
  isDead = false;
  protected readonly connection: LiveConnection;
  readonly #transport: Transport;
  /** When it began, and later: when a control frame was sent, which is no frame of the connection's own. */
  #pingedAt: number;

  constructor(connection: LiveConnection, transport: Transport) {
    this.connection = connection;
    this.#transport = transport;
    this.lastReceivedAt = this.#pingedAt = connection.context.turn.now;
  }

  get lastSentAt(): number {
    return Math.max(this.connection.outbound.wroteAt, this.#pingedAt);
  }

  get bytesTaken(): number {
    return this.connection.outbound.bytesTaken;
  }

  /** Whether reading is stopped although the peer takes what it is sent: then its silence is our doing. */
  get isPaused(): boolean {
    return this.connection.inbound.isPaused && !this.connection.outbound.isBehind;
  }

  get bytesWaiting(): number {
    return this.#transport.bufferedBytes;
  }

  received(): void {
    this.lastReceivedAt = this.connection.context.turn.now;
  }

  ping(): void {
    const { kind, context } = this.connection;
    const { plain } = context.settings;
    if (kind === "full" || plain === false || plain.heartbeat === "envelope") {
      this.connection.send({ type: "ping" });
      // At once, so that it is known whether it waits.
      this.connection.outbound.flush(context.turn.now);
      return;
    }
    this.#transport.ping();
    this.#pingedAt = context.turn.now;
  }

  dead(): void {
    const { id, context } = this.connection;
    this.isDead = true;
    context.totals.heartbeatsMissed++;
    context.hooks.log({ level: "info", event: "heartbeat.missed", connection: id });
    this.#transport.terminate();
  }
}
