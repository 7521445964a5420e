import type { Broker, Delivery, Payload } from "../broker.js";

/** What a broker's tests must offer to the cases: the same engine as two nodes see it, empty, with a clock to turn. */
export interface BrokerHarness {
  readonly broker: Broker;
  /** Another node's broker on the same engine. An embedded broker is its own other node. */
  readonly other: Broker;
  /** Lets time pass for the engine. */
  advance(ms: number): Promise<void>;
}

/** One thing every broker must do. It fails by throwing. */
export interface BrokerCase {
  /** A sentence. */
  readonly name: string;
  run(harness: BrokerHarness): Promise<void>;
}

/** A text as something to append or publish. */
export function payloadOf(text: string): Payload {
  return { payload: text, byteLength: new TextEncoder().encode(text).length };
}

/** A payload back as text: an engine may give bytes for it. */
export function textOf({ payload }: Payload): string {
  return typeof payload === "string" ? payload : new TextDecoder().decode(payload);
}

/** Everything that is delivered on a channel, and a way to wait for it. */
export class Listener {
  readonly deliveries: Delivery[] = [];
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;
  #end: () => unknown = () => undefined;

  static async on(broker: Broker, channel: string): Promise<Listener> {
    const listener = new Listener();
    const subscription = await broker.subscribe(channel, {
      delivered: (delivery) => listener.#take(delivery),
      interrupted: () => undefined,
    });
    listener.#end = () => subscription.unsubscribe();
    return listener;
  }

  /** The first `count` deliveries as texts, once they are here. */
  async texts(count: number): Promise<string[]> {
    if (this.deliveries.length < count)
      await new Promise<void>((resolve) => {
        this.#awaited = { count, resolve };
      });
    return this.deliveries.map(textOf);
  }

  async end(): Promise<void> {
    await this.#end();
  }

  #take(delivery: Delivery): void {
    this.deliveries.push(delivery);
    if (this.deliveries.length === this.#awaited?.count) this.#awaited.resolve();
  }
}
