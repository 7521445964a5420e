import {
  type CloseEventLike,
  type Codec,
  type Envelope,
  type Hello,
  type JoinRequest,
  jsonCodec,
  type MessageEventLike,
  type WebSocketConstructor,
  type WebSocketLike,
} from "@tautline/protocol";
import { envelopeOf, Inbox, messageOf } from "./inbox.js";

/** How a scripted client connects. */
export interface ScriptedClientOptions {
  readonly url: string;
  /** Of a virtual network, of a runtime or of a library. */
  readonly WebSocket: WebSocketConstructor;
  /** What it speaks. @default JSON */
  readonly codec?: Codec | undefined;
  /** The subprotocols that it offers: none for a plain peer. @default that of its codec */
  readonly protocols?: readonly string[] | undefined;
}

/** What comes of itself after an envelope of the server: nothing, or an envelope. */
export type ClientAnswerer = (envelope: Envelope) => Envelope | undefined;

/**
 * A client for tests of a server: it speaks the protocol step by step, as it is told, keeps every envelope, and does nothing
 * by itself but answer `ping`. What it sends is checked as a real client's would be; {@link sendRaw} sends anything.
 */
export class ScriptedClient {
  readonly socket: WebSocketLike;
  /** Resolves when the socket is open; rejects when it fails before. */
  readonly opened: Promise<void>;
  /** Resolves when the socket has ended. */
  readonly closed: Promise<CloseEventLike>;
  readonly #codec: Codec;
  readonly #inbox: Inbox = new Inbox();
  readonly #answers: Map<string, ClientAnswerer> = new Map([["ping", () => ({ type: "pong" })]]);
  #lastId = 0;

  constructor({ url, WebSocket, codec = jsonCodec, protocols = [codec.subprotocol] }: ScriptedClientOptions) {
    this.#codec = codec;
    const socket = new WebSocket(url, [...protocols]);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEventLike) => this.#received(envelopeOf(data, codec));
    socket.onerror = () => undefined;
    this.closed = new Promise((resolve) => {
      socket.onclose = resolve;
    });
    const failed = this.closed.then(({ code }) => {
      throw new Error(`expected the socket to open, but it closed with ${code}`);
    });
    const open = new Promise<void>((resolve) => {
      socket.onopen = () => resolve();
    });
    this.opened = Promise.race([open, failed]);
    // Who never asks is told by `closed`.
    this.opened.catch(() => undefined);
  }

  /** Every envelope that came, in order. */
  get received(): readonly Envelope[] {
    return this.#inbox.received;
  }

  /** The envelopes of one type. */
  of(type: string): Envelope[] {
    return this.#inbox.of(type);
  }

  /** The next envelope of this type that was not given by an earlier call; what came before the call counts. */
  next(type: string): Promise<Envelope> {
    return this.#inbox.next((envelope) => envelope.type === type);
  }

  /** Replaces what is answered to a type by itself. Undefined: nothing. */
  on(type: string, answer: ClientAnswerer | undefined): void {
    if (answer) this.#answers.set(type, answer);
    else this.#answers.delete(type);
  }

  /** Opens, says `$hello`, and gives the `$welcome`, or the `$error` that came instead. */
  async hello(data: Partial<Hello["data"]> = {}): Promise<Envelope> {
    await this.opened;
    const hello: Hello["data"] = { client: "a-scripted-client", attempt: 1, rooms: [], ...data };
    this.send({ type: "$hello", data: hello });
    return this.#inbox.next(({ type, id }) => type === "$welcome" || (type === "$error" && id === undefined));
  }

  /** Joins a room, from a position where one is given: gives the `$joined`, or the `$error`. */
  join(room: string, request: Omit<JoinRequest, "room"> = {}): Promise<Envelope> {
    return this.request({ type: "$join", data: { room, ...request } });
  }

  /** Sends a message with the next id, and gives its answer: `$ack`, `$reply`, `$joined` or `$error`. */
  request(message: Envelope): Promise<Envelope> {
    const id = ++this.#lastId;
    this.send({ ...message, id });
    return this.#inbox.next((envelope) => envelope.id === id);
  }

  /** Sends envelopes, each in a message of its own. Throws for what no client would send. */
  send(...envelopes: Envelope[]): void {
    for (const envelope of envelopes) this.socket.send(messageOf(envelope, this.#codec));
  }

  /** Sends anything. */
  sendRaw(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  /** Says goodbye; resolves when the socket has ended. */
  close(code = 1000, reason = ""): Promise<CloseEventLike> {
    this.socket.close(code, reason);
    return this.closed;
  }

  #received(envelope: Envelope): void {
    this.#inbox.add(envelope);
    const answer = this.#answers.get(envelope.type)?.(envelope);
    if (answer) this.send(answer);
  }
}
