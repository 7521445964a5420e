import {
  type ContractDefinition,
  invalidOption,
  type JoinResult,
  type MaybePromise,
  TautlineError,
} from "@tautline/protocol";
import { InOrder } from "../in-order.js";
import { whenReady } from "../maybe-promise.js";
import { checkOutgoing, framesOf } from "../outgoing.js";
import { isOwnStream } from "../room/own-stream.js";
import type { Connection } from "../server-types.js";
import type { ConnectionRequest, UserIdentity } from "../user.js";
import type { LiveConnection } from "./connection.js";
import type { SendResult } from "./outbound.js";

/** A connection as the application sees it: nothing here lets it break the protocol. */
export class AppConnection implements Connection<ContractDefinition, UserIdentity> {
  readonly #live: LiveConnection;
  #data: Record<string, unknown> | undefined;
  #order: InOrder | undefined;

  constructor(live: LiveConnection) {
    this.#live = live;
  }

  get data(): Record<string, unknown> {
    this.#data ??= {};
    return this.#data;
  }

  get id(): string {
    return this.#live.id;
  }

  get user(): UserIdentity {
    return this.#live.peer.user;
  }

  get member(): string {
    return this.#live.member;
  }

  get peer(): "full" | "plain" {
    return this.#live.kind;
  }

  get request(): ConnectionRequest {
    return this.#live.request;
  }

  get rooms(): readonly string[] {
    return this.#live.context.rooms.roomsOf(this.#live);
  }

  send(type: string, data?: unknown): MaybePromise<SendResult> {
    const { context, codec } = this.#live;
    const event = context.contract.events.get(type);
    if (!event) throw new TautlineError("UNKNOWN_TYPE", `${type}: expected an event of the contract`);
    this.#order ??= new InOrder();
    const checked = this.#order.run(() => checkOutgoing(type, { schema: event.data, data }));
    return whenReady(checked, (travels) => {
      const envelope = { type, data: travels, timestamp: context.clock.now() };
      const frame = framesOf(envelope, context.settings.limits.clientMessageBytes).for(codec);
      return event.volatile ? this.#live.pushVolatile(frame) : this.#live.push(frame);
    });
  }

  async join(room: string): Promise<JoinResult> {
    const { context } = this.#live;
    if (!this.#live.isOpen) throw new TautlineError("CLOSED", `${room}: expected an open connection`);
    // The name may have come from a peer, and the stream be another user's.
    if (isOwnStream(room))
      throw new TautlineError("UNKNOWN_ROOM", `'${room}': expected a room of the contract`);
    const joining = await context.rooms.join(this.#live, { room });
    this.#live.placed ??= new Set();
    this.#live.placed.add(room);
    this.#live.send({ type: "$joined", data: joining.result });
    joining.start();
    return joining.result;
  }

  leave(room: string): boolean {
    const left = !isOwnStream(room) && this.#live.context.rooms.leave(this.#live, room);
    this.#live.placed?.delete(room);
    if (left) this.#live.send({ type: "$left", data: { room } });
    return left;
  }

  close(code: number = 1000, reason: string = ""): void {
    checkClose(code, reason);
    this.#live.close(code, reason);
  }

  /** Found by `console.log` and loggers: the secrets of the request stay out of it. */
  toJSON(): object {
    return { id: this.id, user: this.user.id, member: this.member, peer: this.peer };
  }
}

/** Throws `INVALID_OPTION` for a code that an application may not close with, and for a reason that is no text. */
export function checkClose(code: number, reason: string): void {
  // Of bytes, those that lie beside them might be sent.
  if (typeof reason !== "string") throw invalidOption("reason", "a string", typeof reason);
  const isOwn = Number.isInteger(code) && code >= 3000 && code <= 4999;
  if (!isOwn && ![1000, 1001, 1008, 1011, 1012, 1013].includes(code))
    throw invalidOption("code", "1000, 1001, 1008, 1011–1013 or 3000–4999", code);
}
