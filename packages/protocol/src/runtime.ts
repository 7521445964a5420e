/**
 * What a program's surroundings must offer. Time, randomness and sockets come in from outside, so that the whole
 * of client and server also runs on a virtual clock and a virtual network.
 */

/** A pending timer. Opaque: hand it back to `Clock.clearTimeout`. */
export type TimerHandle = unknown;

/** Time as the program sees it. */
export interface Clock {
  /** Milliseconds since 1970. For timestamps that people and peers see; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment. For durations and deadlines; never jumps back. */
  monotonic(): number;
  /** Runs `callback` once, `ms` milliseconds from now or later. */
  setTimeout(callback: () => void, ms: number): TimerHandle;
  /** Cancels a timer. A handle that fired already, or `undefined`, is ignored. */
  clearTimeout(handle: TimerHandle): void;
  /** Runs `callback` once after the I/O events of the current event-loop turn. */
  immediate(callback: () => void): void;
}

/** Randomness as the program sees it. */
export interface Random {
  /** A number in [0, 1), for jitter. Needs no secrecy. */
  float(): number;
  /** `count` unpredictable bytes, for ids that must not be guessed. */
  bytes(count: number): Uint8Array;
}

/** What a WebSocket's events carry, as far as we read them. */
export interface MessageEventLike {
  readonly data: unknown;
}
/** The end of a socket: [RFC 6455 §7.1.5](https://www.rfc-editor.org/rfc/rfc6455#section-7.1.5). */
export interface CloseEventLike {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** The part of the WHATWG `WebSocket` that the client uses: any implementation that has it will do. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly extensions: string;
  readonly url: string;
  binaryType: string;
  /** Called once, when frames may be sent. */
  onopen: ((event: never) => void) | null;
  /** Called with a {@link MessageEventLike} for each message. */
  onmessage: ((event: never) => void) | null;
  /** Called when the socket failed; `onclose` follows. */
  onerror: ((event: never) => void) | null;
  /** Called with a {@link CloseEventLike} once, last. */
  onclose: ((event: never) => void) | null;
  /** Sends one message; before `onopen` it throws, after the end it does nothing. */
  send(data: string | ArrayBufferLike | ArrayBufferView): void;
  /** Begins the closing handshake; throws for a code other than 1000 and 3000 to 4999. */
  close(code?: number, reason?: string): void;
}

/** Makes sockets: the global `WebSocket`, the one of `ws`, or a virtual one. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocketLike;

/**
 * One encoded envelope. Made once and shared by all its receivers: a transport may keep what it derives from it
 * (the framed bytes) in `wire`, so that this too is made once.
 */
export interface Frame {
  /** The encoded envelope: text for JSON, bytes for a binary codec. */
  readonly payload: string | Uint8Array;
  /** Size of `payload` in bytes (UTF-8 for text). */
  readonly byteLength: number;
  /** A transport's ready-made bytes. Belongs to the transport. */
  wire?: Uint8Array | undefined;
  /** The same for peers with whom compression was negotiated. */
  deflated?: Uint8Array | undefined;
}

/**
 * Frames that leave together, in order. Shared by all connections that are sent just these: a transport may keep what it
 * derives from them (their bytes in one piece) in `wire`, so that it too is made once.
 */
export interface FrameBatch extends ReadonlyArray<Frame> {
  /** How it is put together, where other batches are part of it: what is derived of those is shared with whoever is sent them, too. */
  parts?: readonly (Frame | FrameBatch)[] | undefined;
  /** A transport's ready-made bytes. Belongs to the transport. */
  wire?: Uint8Array | undefined;
  /** The same for peers with whom compression was negotiated. */
  deflated?: Uint8Array | undefined;
}

/** What a transport tells the connection above it. No call may throw. */
export interface TransportEvents {
  /** A whole message. Text peers give a string, binary messages are bytes. */
  message(data: string | Uint8Array): void;
  /** Something else arrived that proves the peer alive (a pong frame, a ping frame). */
  alive(): void;
  /** Bytes that waited have left; `bufferedBytes` is lower than before. */
  drained(): void;
  /** The socket has ended, whoever ended it. Called exactly once, last. */
  closed(code: number, reason: string): void;
}

/** The server's end of one socket. Carries frames, knows nothing of envelopes. */
export interface Transport {
  /** The chosen subprotocol, or an empty string. */
  readonly protocol: string;
  /** Bytes handed over and not yet taken by the operating system. */
  readonly bufferedBytes: number;
  /** Starts delivery. Whatever arrived before waits for this call. */
  start(events: TransportEvents): void;
  /** Writes frames in order, in one write. After the end it does nothing. */
  write(frames: FrameBatch): void;
  /** Sends a WebSocket ping frame: a heartbeat that plain peers answer by themselves. */
  ping(): void;
  /** Stops reading, so that the peer feels backpressure; `resume` reads on. */
  pause(): void;
  /** Reads on after `pause`. */
  resume(): void;
  /** Says goodbye with a close frame, after everything written before it. */
  close(code: number, reason: string): void;
  /** Cuts the socket at once, without goodbye. */
  terminate(): void;
}
