import { type MaybePromise, TautlineError } from "@tautline/protocol";
import type { LiveConnection } from "./connection/connection.js";
import { InOrder } from "./in-order.js";
import { whenReady } from "./maybe-promise.js";
import { checkOutgoing, framesOf } from "./outgoing.js";
import type { ServerContext } from "./server-context.js";

/** An event, and who does not get it. */
export interface Outgoing {
  readonly type: string;
  readonly data: unknown;
  readonly except?: { readonly id: string } | readonly { readonly id: string }[] | undefined;
}

/** Sends one event to many connections: checked once, made into a frame once. */
export class Broadcast {
  readonly #context: Pick<ServerContext, "contract" | "settings" | "clock">;
  readonly #order = new InOrder();

  constructor(context: Pick<ServerContext, "contract" | "settings" | "clock">) {
    this.#context = context;
  }

  /**
   * @param group - who is there when the event is sent.
   * @returns how many took it. Throws (or rejects with) `UNKNOWN_TYPE`, `BAD_DATA`, `TOO_LARGE`.
   */
  send(group: () => Iterable<LiveConnection>, { type, data, except }: Outgoing): MaybePromise<number> {
    const { contract, settings, clock } = this.#context;
    const event = contract.events.get(type);
    if (!event) throw new TautlineError("UNKNOWN_TYPE", `${type}: expected an event of the contract`);
    const checked = this.#order.run(() => checkOutgoing(type, { schema: event.data, data }));
    return whenReady(checked, (travels) => {
      const frames = framesOf(
        { type, data: travels, timestamp: clock.now() },
        settings.limits.clientMessageBytes,
      );
      const leftOut = new Set(except && [except].flat().map(({ id }) => id));
      let taken = 0;
      for (const connection of group()) {
        if (leftOut.has(connection.id)) continue;
        const frame = frames.for(connection.codec);
        const result = event.volatile ? connection.pushVolatile(frame) : connection.push(frame);
        if (result === "queued") taken++;
      }
      return taken;
    });
  }
}
