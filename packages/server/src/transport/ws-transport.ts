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
import type { OwnedWebSocket, WebSocketOwner } from "./owned-web-socket.js";
import { readOn, type UnfinishedMessage } from "./unfinished-message.js";
import { plainWire, type WireFormat } from "./wire-frame.js";

/** What `ws` found wrong with what the peer sent, by the code of its error. */
const errorCloseCodes = new Map<unknown, number>([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", closeCodes.messageTooBig],
  ["WS_ERR_INVALID_UTF8", closeCodes.invalidPayload],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", closeCodes.policyViolation],
]);

/** It would be compressed later than in this turn, and again for each receiver. */
const uncompressed = { compress: false } as const;

/** How frames get to a socket. Of a TLS socket each write waits for a turn of the event loop at least. */
type Way = "direct" | "encrypted" | "through-ws";

const nothing = Buffer.alloc(0);

/** The limits of `ws` that are counted, by the code of its error. */
const errorLimits = new Map<unknown, "limits.messageBytes" | "limits.fragments">([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "limits.messageBytes"],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", "limits.fragments"],
]);

/** Where a socket of Node has its transport: a listener that all share, in place of one each. */
const owner: unique symbol = Symbol("transport");
type OwnedSocket = Duplex & { [owner]?: WsTransport };

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
export class WsTransport implements Transport, WebSocketOwner {
  // What each write looks at comes first, side by side.
  readonly #socket: Duplex;
  /** Whether each write is given a callback: always where it is never over at once, else as long as something waits. */
  #isTold: boolean;
  readonly #wire: WireFormat;
  /** A close frame was sent, or will be: nothing follows it. */
  #isClosing = false;
  readonly protocol: string;
  readonly #way: Way;
  readonly #ws: OwnedWebSocket;
  readonly #reading: ReadingLimits;
  #unfinished: UnfinishedMessage | undefined;
  #events: TransportEvents | undefined;
  #ended: { readonly code: number; readonly reason: string } | undefined;
  /** Made by the first write that has to wait. */
  #drained: (() => void) | undefined;

  /** @param wire - how frames become bytes, as it was negotiated with the peer */
  constructor(
    ws: OwnedWebSocket,
    socket: Duplex,
    {
      reading,
      wire = plainWire,
    }: { readonly reading: ReadingLimits; readonly wire?: WireFormat | undefined },
  ) {
    this.#ws = ws;
    this.#wire = wire;
    this.#socket = socket;
    this.#way = wayTo(socket);
    this.#isTold = this.#way !== "direct";
    this.#reading = reading;
    this.protocol = ws.protocol;
    // Nothing is read before `start`, when somebody listens. An error may come at any moment.
    ws.pause();
    ws.owner = this;
    (socket as OwnedSocket)[owner] = this;
    // A paused socket stays so: nothing comes before `start`.
    socket.on("data", onData);
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    const ws = this.#ws;
    this.#events = events;
    if (this.#ended) events.closed(this.#ended.code, this.#ended.reason);
    else ws.resume();
  }

  write(frames: FrameBatch): void {
    const socket = this.#socket;
    if (this.#isClosing || socket.writableEnded) return;
    const wire = this.#isTold ? undefined : this.#wire.joined(frames);
    if (wire === undefined) return this.#writeTold(frames);
    // What the system takes at once, as nearly everything, needs nobody to look at the connection again.
    socket.write(wire);
    // Of what has to wait after all, an empty write behind it tells. The socket's own `drain` does not tell of what never
    // reached its own high-water mark.
    if (socket.writableLength === 0) return;
    this.#isTold = true;
    socket.write(nothing, this.#whenDrained);
  }

  message(data: Buffer, isBinary: boolean): void {
    this.#events?.message(isBinary ? data : data.toString("utf8"));
  }

  alive(): void {
    this.#events?.alive();
  }

  failed(error: Error & { readonly code?: unknown }): void {
    const limit = errorLimits.get(error.code);
    if (limit && !this.#ended) this.#reading.reached(limit);
    // After a fault of the peer nothing more is read. `ws` says goodbye, and cuts who does not answer it.
    const code = faultOf(error);
    if (code !== undefined) this.ended(code, "");
  }

  closing(): void {
    this.#isClosing = true;
  }

  /** Only the first end counts. */
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

  get #whenDrained(): () => void {
    this.#drained ??= () => {
      this.#isTold = this.#way !== "direct" || this.#socket.writableLength > 0;
      this.#events?.drained();
    };
    return this.#drained;
  }

  /** Writes what probably has to wait, and is told of each piece that has left. */
  #writeTold(frames: FrameBatch): void {
    const [socket, drained] = [this.#socket, this.#whenDrained];
    if (this.#way === "through-ws") {
      for (const { payload } of frames) this.#ws.send(payload, uncompressed, drained);
      return;
    }
    const wire = this.#wire.joined(frames);
    socket.cork();
    for (const piece of wire ? [wire] : this.#wire.pieces(frames)) socket.write(piece, drained);
    socket.uncork();
  }
}

function onData(this: OwnedSocket, chunk: Uint8Array): void {
  this[owner]?.received(chunk);
}

function wayTo(socket: Duplex): Way {
  if (!(socket instanceof Socket)) return "through-ws";
  return "encrypted" in socket ? "encrypted" : "direct";
}

/** The close code for what `ws` could not read; undefined: the socket failed, not the peer. */
function faultOf({ code }: { readonly code?: unknown }): number | undefined {
  const known = errorCloseCodes.get(code);
  if (known !== undefined) return known;
  // Of zlib: a compressed message that is none.
  if (String(code).startsWith("Z_")) return closeCodes.invalidPayload;
  return String(code).startsWith("WS_ERR_") ? closeCodes.protocolError : undefined;
}
