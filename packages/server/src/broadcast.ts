import { jsonCodec, type MaybePromise, TautlineError } from "@tautline/protocol";
import type { Appended } from "./broker/index.js";
import type { LiveConnection } from "./connection/connection.js";
import { InOrder } from "./in-order.js";
import { whenReady } from "./maybe-promise.js";
import { checkOutgoing, framesOf } from "./outgoing.js";
import { ownStreamOf } from "./room/own-stream.js";
import type { ServerContext } from "./server-context.js";

/** An event, and who does not get it. */
export interface Outgoing {
  readonly type: string;
  readonly data: unknown;
  readonly except?: { readonly id: string } | readonly { readonly id: string }[] | undefined;
}

/** An event after its check, and the ids of the connections that do not get it. */
interface CheckedEvent {
  readonly type: string;
  readonly data: unknown;
  readonly except: readonly string[];
}

type BroadcastContext = Pick<ServerContext, "contract" | "settings" | "clock" | "nodes" | "pool" | "rooms">;

/** Sends one event to many connections: checked once, made into a frame once. */
export class Broadcast {
  readonly #context: BroadcastContext;
  readonly #order = new InOrder();

  constructor(context: BroadcastContext) {
    this.#context = context;
    context.nodes.on("broadcast", ({ event: type, data, except }) => {
      // A node of another version may know events that this one does not.
      if (context.contract.events.has(type)) this.#push(context.pool.all, { type, data, except });
    });
  }

  /**
   * To every connection of a user, on whichever node, and to those of its devices that come back later.
   *
   * @returns where it stands in the user's own stream; undefined where it is not kept. Throws (or rejects with)
   * `UNKNOWN_TYPE`, `BAD_DATA`, `TOO_LARGE`, and what the broker fails with.
   */
  sendToUser(user: string, outgoing: Outgoing): MaybePromise<Appended | undefined> {
    const { contract, rooms } = this.#context;
    const checked = this.#order.run(() => this.#check(outgoing));
    return whenReady(checked, ({ type, data }) => {
      const volatile = contract.events.get(type)?.volatile;
      return rooms.publish(ownStreamOf(user), { type, data }, { volatile });
    });
  }

  /**
   * To every connection of every node.
   *
   * @returns how many of this node took it. Throws (or rejects with) the same, and what the broker fails with: then
   * nobody here got it.
   */
  sendToAll(outgoing: Outgoing): MaybePromise<number> {
    const { nodes, pool } = this.#context;
    const told = this.#order.run(() =>
      whenReady(this.#check(outgoing), (event) => {
        const { type, data, except } = event;
        // Told only what can be a frame: another node has nobody to throw to.
        this.#framesOf(event).for(jsonCodec);
        return whenReady(nodes.send("broadcast", { event: type, data, except }), () => event);
      }),
    );
    return whenReady(told, (event) => this.#push(pool.all, event));
  }

  #check({ type, data, except }: Outgoing): MaybePromise<CheckedEvent> {
    const event = this.#context.contract.events.get(type);
    if (!event) throw new TautlineError("UNKNOWN_TYPE", `${type}: expected an event of the contract`);
    const ids = except ? [except].flat().map(({ id }) => id) : [];
    const checked = checkOutgoing(type, { schema: event.data, data });
    return whenReady(checked, (travels) => ({ type, data: travels, except: ids }));
  }

  #push(group: Iterable<LiveConnection>, event: CheckedEvent): number {
    const volatile = this.#context.contract.events.get(event.type)?.volatile;
    const frames = this.#framesOf(event);
    const leftOut = new Set(event.except);
    let taken = 0;
    for (const connection of group) {
      if (leftOut.has(connection.id)) continue;
      const frame = frames.for(connection.codec);
      const result = volatile ? connection.pushVolatile(frame) : connection.push(frame);
      if (result === "queued") taken++;
    }
    return taken;
  }

  #framesOf({ type, data }: CheckedEvent): ReturnType<typeof framesOf> {
    const { clock, settings } = this.#context;
    return framesOf({ type, data, timestamp: clock.now() }, settings.limits.clientMessageBytes);
  }
}
