import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  closeCodes,
  cutToBytes,
  type FrameBatch,
  limits,
  type Transport,
  type TransportEvents,
} from "@tautline/protocol";
import type { RawData, WebSocket } from "ws";
import { readOn, type UnfinishedMessage } from "./unfinished-message.js";
import { plainWire, type WireFormat } from "./wire-frame.js";

/** What `ws` found wrong with what the peer sent, by the code of its error. */
const errorCloseCodes = new Map<unknown, number>([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", closeCodes.messageTooBig],
  ["WS_ERR_INVALID_UTF8", closeCodes.invalidPayload],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", closeCodes.policyViolation],
]);

/** Finds the transport of a socket of `ws`, or of Node: listeners are shared by all sockets, six functions each would be half a kilobyte. */
const transport = Symbol("transport");
interface Owned {
  [transport]?: WsTransport;
}
type OwnedSocket = WebSocket & Owned;

/** It would be compressed later than in this turn, and again for each receiver. */
const uncompressed = { compress: false } as const;

/** The limits of `ws` that are counted, by the code of its error. */
const errorLimits = new Map<unknown, "limits.messageBytes" | "limits.fragments">([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "limits.messageBytes"],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", "limits.fragments"],
]);

/** What a peer may take for what it sends. */
export interface ReadingLimits {
  /** A monotonic clock, in milliseconds. */
  now(): number;
  /** Calls back in the next turn of the event loop. */
  nextTurn(callback: () => void): void;
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
  /** The same, where ready-made frames can be written to it. */
  readonly #direct: Socket | undefined;
  readonly #wire: WireFormat;
  readonly #reading: ReadingLimits;
  #unfinished: UnfinishedMessage | undefined;
  #events: TransportEvents | undefined;
  #ended: { readonly code: number; readonly reason: string } | undefined;
  #isClosing = false;
  /** Made by the first write. */
  #written: (() => void) | undefined;

  /** @param wire - how frames become bytes, as it was negotiated with the peer */
  constructor(
    ws: WebSocket,
    socket: Duplex,
    {
      reading,
      wire = plainWire,
    }: { readonly reading: ReadingLimits; readonly wire?: WireFormat | undefined },
  ) {
    this.#ws = ws;
    this.#wire = wire;
    this.#socket = socket;
    this.#direct = socket instanceof Socket ? socket : undefined;
    this.#reading = reading;
    this.protocol = ws.protocol;
    // Nothing is read before `start`, when somebody listens. An error may come at any moment.
    ws.pause();
    (ws as Owned)[transport] = (socket as Owned)[transport] = this;
    ws.on("error", onError);
    // A paused socket stays so: nothing comes before `start`.
    socket.on("data", onData);
    ws.on("close", onClose);
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    const ws = this.#ws;
    this.#events = events;
    ws.on("message", onMessage);
    ws.on("ping", onAlive);
    ws.on("pong", onAlive);
    if (this.#ended) events.closed(this.#ended.code, this.#ended.reason);
    else ws.resume();
  }

  write(frames: FrameBatch): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    // Of each write: the socket's own `drain` does not tell of what never reached its own high-water mark.
    this.#written ??= () => this.#events?.drained();
    const socket = this.#direct;
    if (socket === undefined) {
      for (const { payload } of frames) this.#ws.send(payload, uncompressed, this.#written);
      return;
    }
    const wire = this.#wire.joined(frames);
    if (wire !== undefined) socket.write(wire, this.#written);
    else this.#writeGathered(socket, frames);
  }

  /** @internal Of `ws`: a message came. */
  message(data: Buffer, isBinary: boolean): void {
    this.#events?.message(isBinary ? data : data.toString("utf8"));
  }

  /** @internal Of `ws`: a control frame came. */
  alive(): void {
    this.#events?.alive();
  }

  /** @internal Of `ws`: something was wrong with what the peer sent, or with the socket. */
  failed(error: Error & { code?: unknown }): void {
    const limit = errorLimits.get(error.code);
    if (limit && !this.#ended) this.#reading.reached(limit);
    // After a fault of the peer nothing more is read. `ws` says goodbye, and cuts who does not answer it.
    const code = faultOf(error);
    if (code !== undefined) this.ended(code, "");
  }

  /** @internal Of `ws`. Only the first end counts. */
  ended(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = { code, reason };
    this.#events?.closed(code, reason);
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
    this.#isClosing = true;
    // A paused socket would never see the peer's half of the handshake.
    this.#ws.resume();
    this.#ws.close(code, cutToBytes(reason, limits.closeReasonBytes));
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** @internal Of Node: bytes came. Whoever sends a message bit by bit looks alive for ever, if pongs come in between. */
  received(chunk: Uint8Array): void {
    const { now, messageMs, reached, nextTurn } = this.#reading;
    if (this.#isClosing) {
      // There may be megabytes before the peer's goodbye: others have their turn after each chunk.
      this.#ws.pause();
      nextTurn(() => this.#ws.resume());
    }
    this.#unfinished = readOn(this.#unfinished, chunk, now);
    if (!this.#unfinished || this.#ended || now() - this.#unfinished.since <= messageMs) return;
    reached("deadlines.messageMs");
    const reason = "a message took too long to arrive";
    this.#ws.close(closeCodes.tryAgainLater, reason);
    this.ended(closeCodes.tryAgainLater, reason);
  }

  #writeGathered(socket: Socket, frames: FrameBatch): void {
    socket.cork();
    for (const piece of this.#wire.pieces(frames)) socket.write(piece, this.#written);
    socket.uncork();
  }
}

function onData(this: Duplex & Owned, chunk: Uint8Array): void {
  this[transport]?.received(chunk);
}

function onMessage(this: OwnedSocket, data: RawData, isBinary: boolean): void {
  // `ws` hands over a Buffer: "nodebuffer" is its default binary type.
  this[transport]?.message(data as Buffer, isBinary);
}

function onAlive(this: OwnedSocket): void {
  this[transport]?.alive();
}

function onError(this: OwnedSocket, error: Error & { code?: unknown }): void {
  this[transport]?.failed(error);
}

function onClose(this: OwnedSocket, code: number, reason: Buffer): void {
  this[transport]?.ended(code, reason.toString("utf8"));
}

/** The close code for what `ws` could not read; undefined: the socket failed, not the peer. */
function faultOf({ code }: { readonly code?: unknown }): number | undefined {
  const known = errorCloseCodes.get(code);
  if (known !== undefined) return known;
  // Of zlib: a compressed message that is none.
  if (String(code).startsWith("Z_")) return closeCodes.invalidPayload;
  return String(code).startsWith("WS_ERR_") ? closeCodes.protocolError : undefined;
}
