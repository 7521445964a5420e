import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  closeCodes,
  cutToBytes,
  type Frame,
  limits,
  type Transport,
  type TransportEvents,
} from "@tautline/protocol";
import type { RawData, WebSocket } from "ws";
import { readOn, type UnfinishedMessage } from "./unfinished-message.js";
import { wireOf } from "./wire-frame.js";

/** Several frames up to this size are copied into one buffer; beyond it, one gathered write is cheaper than the copy. */
const maxCopiedBytes = 65_536;

/** What `ws` found wrong with what the peer sent, by the code of its error. */
const errorCloseCodes = new Map<unknown, number>([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", closeCodes.messageTooBig],
  ["WS_ERR_INVALID_UTF8", closeCodes.invalidPayload],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", closeCodes.policyViolation],
]);

/** The limits of `ws` that are counted, by the code of its error. */
const errorLimits = new Map<unknown, "limits.messageBytes" | "limits.fragments">([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "limits.messageBytes"],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", "limits.fragments"],
]);

/** What a peer may take for what it sends. */
export interface ReadingLimits {
  /** A monotonic clock, in milliseconds. */
  now(): number;
  /** How long one message may take to arrive, in milliseconds. */
  readonly messageMs: number;
  reached(limit: "limits.messageBytes" | "limits.fragments" | "deadlines.messageMs"): void;
}

/**
 * One upgraded socket. `ws` reads, answers control frames and does the closing handshake; frames of messages are written
 * past it, ready-made, straight to the socket that both were given. Whole frames only, and `ws` compresses nothing and
 * so writes synchronously: the two never interleave inside one.
 */
export class WsTransport implements Transport {
  readonly protocol: string;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #reading: ReadingLimits;
  #unfinished: UnfinishedMessage | undefined;
  #events: TransportEvents | undefined;
  #ended: { readonly code: number; readonly reason: string } | undefined;

  constructor(ws: WebSocket, socket: Duplex, reading: ReadingLimits) {
    this.#ws = ws;
    this.#socket = socket;
    this.#reading = reading;
    this.protocol = ws.protocol;
    // Nothing is read before `start`, when somebody listens. An error may come at any moment.
    ws.pause();
    ws.on("error", (error: Error & { code?: unknown }) => {
      // After a fault of the peer nothing more is read. `ws` says goodbye, and cuts who does not answer it.
      const isFault = String(error.code).startsWith("WS_ERR_");
      const limit = errorLimits.get(error.code);
      if (limit && !this.#ended) reading.reached(limit);
      if (isFault) this.#end(errorCloseCodes.get(error.code) ?? closeCodes.protocolError, "");
    });
    // A paused socket stays so: nothing comes before `start`.
    socket.on("data", this.#received);
    ws.once("close", (code: number, reason: Buffer) => this.#end(code, reason.toString("utf8")));
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    const ws = this.#ws;
    ws.on("message", (data: RawData, isBinary: boolean) => {
      // `ws` hands over a Buffer: "nodebuffer" is its default binary type.
      const bytes = data as Buffer;
      events.message(isBinary ? bytes : bytes.toString("utf8"));
    });
    ws.on("ping", () => events.alive());
    ws.on("pong", () => events.alive());
    this.#events = events;
    if (this.#ended) events.closed(this.#ended.code, this.#ended.reason);
    else ws.resume();
  }

  write(frames: readonly Frame[]): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (!(this.#socket instanceof Socket)) {
      for (const { payload } of frames) this.#ws.send(payload, this.#written);
      return;
    }
    const [first] = frames;
    if (first === undefined) return;
    if (frames.length === 1) this.#socket.write(wireOf(first), this.#written);
    else this.#writeTogether(this.#socket, frames.map(wireOf));
  }

  ping(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code: number, reason: string): void {
    // A paused socket would never see the peer's half of the handshake.
    this.#ws.resume();
    this.#ws.close(code, cutToBytes(reason, limits.closeReasonBytes));
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Of each write: the socket's own `drain` does not tell of what never reached its own high-water mark. */
  readonly #written = (): void => this.#events?.drained();

  /** Whoever sends a message bit by bit looks alive for ever, if pongs come in between. */
  readonly #received = (chunk: Uint8Array): void => {
    const { now, messageMs, reached } = this.#reading;
    this.#unfinished = readOn(this.#unfinished, chunk, now);
    if (!this.#unfinished || this.#ended || now() - this.#unfinished.since <= messageMs) return;
    reached("deadlines.messageMs");
    const reason = "a message took too long to arrive";
    this.#ws.close(closeCodes.tryAgainLater, reason);
    this.#end(closeCodes.tryAgainLater, reason);
  };

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = { code, reason };
    this.#events?.closed(code, reason);
  }

  #writeTogether(socket: Socket, buffers: readonly Uint8Array[]): void {
    const total = buffers.reduce((bytes, buffer) => bytes + buffer.byteLength, 0);
    if (total <= maxCopiedBytes) {
      socket.write(Buffer.concat(buffers, total), this.#written);
      return;
    }
    socket.cork();
    for (const buffer of buffers) socket.write(buffer, this.#written);
    socket.uncork();
  }
}
