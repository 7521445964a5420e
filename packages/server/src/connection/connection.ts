import type {
  Codec,
  Envelope,
  Frame,
  MaybePromise,
  TautlineError,
  TimerHandle,
  Transport,
} from "@tautline/protocol";
import type { PooledConnection } from "../connection-pool.js";
import type { LazyAbort } from "../lazy-abort.js";
import { randomName } from "../random.js";
import type { RoomConnection } from "../room/room-connection.js";
import type { ServerContext } from "../server-context.js";
import type { ConnectionRequest } from "../user.js";
import { announceClose, announceOpen } from "./announce.js";
import { AppConnection } from "./app-connection.js";
import type { Backpressure } from "./backpressure.js";
import type { ClientConnection } from "./clients.js";
import type { ConflationSlot } from "./conflated-frames.js";
import { type Inbound, inboundOf } from "./dispatch.js";
import { errorAnswer, type Refused } from "./error-answer.js";
import { Expiry } from "./expiry.js";
import type { FrameOrRun } from "./frame-sequence.js";
import { Handlings } from "./handlings.js";
import { admitPlainPeer } from "./handshake.js";
import { Inlet } from "./inlet.js";
import { keptRequest } from "./kept-request.js";
import { Outbound, type SendResult } from "./outbound.js";
import { OutboundWatch } from "./outbound-watch.js";
import { frameFor } from "./own-frame.js";
import { mayReturn, nobody, type Peer } from "./peer.js";
import { missHello } from "./receive.js";
import { type Effect, type Event, type State, transition } from "./state.js";

/** One transport, from accept to its end: the only place that carries out what the state table says. */
export class LiveConnection implements RoomConnection, PooledConnection, ClientConnection {
  readonly outbound: Outbound;
  readonly codec: Codec;
  readonly id: string;
  readonly kind: "full" | "plain";
  request: ConnectionRequest;
  readonly context: ServerContext;
  readonly app: AppConnection = new AppConnection(this);
  readonly inbound: Inbound;
  readonly handlings: Handlings;
  /** Rooms that the application put it into: it was not asked whether the peer may be there. Undefined: none ever. */
  placed: Set<string> | undefined;
  /** Aborts when it ends. Made by `endOf`, for who asks. */
  ended: LazyAbort | undefined;
  peer: Peer = nobody;
  /** Under what its messages are counted. Made by the first. */
  rateKey: string | undefined;
  #state: State;
  #timer: TimerHandle;
  readonly #backpressure: Backpressure;
  readonly #inlet: Inlet;
  readonly #transport: Transport;
  #expiry: Expiry | undefined;

  constructor(context: ServerContext, transport: Transport, request: ConnectionRequest) {
    const codec = context.codecs.find(({ subprotocol }) => subprotocol === transport.protocol);
    this.id = randomName(context.random);
    this.kind = codec ? "full" : "plain";
    this.codec = codec ?? (context.codecs[0] as Codec);
    this.context = context;
    this.request = request;
    this.#transport = transport;
    this.#state = { kind: codec ? "awaiting-hello" : "authenticating" };
    this.#inlet = new Inlet(this, transport);
    const watch = new OutboundWatch(this);
    this.#backpressure = watch;
    this.outbound = new Outbound(transport, context.turn, context.sendQueues, watch);
    this.inbound = inboundOf(this, transport);
    this.handlings = new Handlings(this);
  }

  get state(): State {
    return this.#state;
  }

  /** Whether messages of the peer are still handled, and answers still wanted. */
  get isOpen(): boolean {
    return this.#state.kind === "open" || this.#state.kind === "draining";
  }

  /** Whether it has neither ended nor been told to end. */
  get isAlive(): boolean {
    return this.#state.kind !== "closing" && this.#state.kind !== "closed";
  }

  get member(): string {
    return this.peer.member;
  }

  get user(): string {
    return this.peer.user.id;
  }

  get userId(): string {
    return this.peer.user.id;
  }

  /** Starts to listen. */
  open(): void {
    const { context } = this;
    context.connections.add(this);
    context.heartbeats.add(this.#inlet);
    // Nothing is handled before it is known who the peer is.
    this.inbound.hold();
    if (this.kind === "full") {
      this.#timer = context.clock.setTimeout(() => missHello(this), context.settings.deadlines.helloMs);
    }
    this.#transport.start(this.#inlet);
    if (this.kind === "plain" && this.isAlive) admitPlainPeer(this);
  }

  /** Says how long the peer's credentials are good for: see {@link Expiry.set}. */
  expireAt(expiresAtMs: number | undefined): void {
    if (expiresAtMs !== undefined) this.#expiry ??= new Expiry(this);
    this.#expiry?.set(expiresAtMs);
  }

  push(part: FrameOrRun): SendResult {
    return this.outbound.push(part);
  }

  pushVolatile(frame: Frame): SendResult {
    return this.outbound.pushVolatile(frame);
  }

  pushConflated(frame: Frame, slot: ConflationSlot): SendResult {
    return this.outbound.pushConflated(frame, slot);
  }

  forgetConflated(room: string): void {
    this.outbound.forgetConflated(room);
  }

  get isBehind(): boolean {
    return this.outbound.isBehind;
  }

  inTurn<T>(step: () => MaybePromise<T>): MaybePromise<T> {
    return this.#backpressure.inTurn(step);
  }

  relieved(): Promise<void> {
    return this.#backpressure.relieved();
  }

  /** Sends one envelope to this peer alone. */
  send(envelope: Envelope): SendResult {
    const frame = frameFor(this, envelope);
    return frame ? this.outbound.push(frame) : "dropped";
  }

  /** Sends `$error`: the answer to a message, or about nothing that it could name. */
  refuse(error: TautlineError, message?: Refused): void {
    this.send(errorAnswer(message, error));
  }

  /** Sends `$error` and ends the connection. */
  refuseAndClose(error: TautlineError, code: number): void {
    const { hooks, diagnostics } = this.context;
    const { code: why } = error;
    hooks.log({ level: "info", event: "connection.refused", connection: this.id, code: why });
    diagnostics.connection("tautline:connection:refused", this, { code: why });
    this.refuse(error);
    this.close(code, error.message);
  }

  close(code: number, reason: string): void {
    this.apply({ kind: "close", code, reason });
  }

  apply(event: Event): void {
    const { state, effects } = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    const { context } = this;
    switch (effect.kind) {
      case "authenticate":
        return this.#stopTimer();
      case "announce":
        this.request = keptRequest(this.request);
        return announceOpen(this);
      case "redirect":
        if (this.kind === "full" && context.drain) this.send({ type: "$reconnect", data: context.drain });
        return;
      case "depart":
        this.#forget();
        return announceClose(this, effect);
      case "say-goodbye":
        return this.#sayGoodbye(effect.code, effect.reason);
      case "release":
        return this.#release();
    }
  }

  /** Takes it out of everything that others look it up in. Doing it twice is harmless. */
  #forget(): void {
    const { clients, rooms, pool } = this.context;
    this.ended?.abort();
    this.#expiry?.stop();
    this.inbound.end();
    this.#backpressure.end();
    this.handlings.abandonAll();
    clients.remove(this.peer.member, this);
    const code = "code" in this.#state ? this.#state.code : undefined;
    // Its silence was grace enough: whoever has vanished shall be gone within half a minute.
    rooms.leaveAll(this, mayReturn(this.kind, code) && !this.#inlet.isDead);
    pool.remove(this);
  }

  #sayGoodbye(code: number, reason: string): void {
    const { clock, settings, diagnostics } = this.context;
    this.#forget();
    this.outbound.end();
    this.#transport.close(code, reason);
    this.#stopTimer();
    if (this.#state.kind !== "closing") return;
    this.#timer = clock.setTimeout(() => {
      diagnostics.limit("deadlines.closeMs", this);
      this.#transport.terminate();
    }, settings.deadlines.closeMs);
  }

  #stopTimer(): void {
    this.context.clock.clearTimeout(this.#timer);
    // A timer that is over would be kept as long as the connection.
    this.#timer = undefined;
  }

  #release(): void {
    const { context } = this;
    this.#forget();
    this.outbound.end();
    this.#stopTimer();
    context.heartbeats.remove(this.#inlet);
    if (this.rateKey !== undefined) context.rate.forget(this.rateKey);
    context.connections.delete(this);
    context.released(this);
  }
}
