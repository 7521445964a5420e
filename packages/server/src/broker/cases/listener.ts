import type { Broker, Delivery, Payload, Subscription } from "../broker.js";
import type { Retention } from "../history.js";
import type { BrokerHarness } from "./broker-case.js";

/** Keeps whatever a case appends. */
export const plenty: Retention = { size: 10_000, bytes: 100_000_000 };

/** How long a delivery may take in a case, in turns of {@link turnMs}, before it counts as lost. */
const patience = 200;
const turnMs = 5;

/** A text as something to append or publish. */
export function payloadOf(text: string): Payload {
  return { payload: text, byteLength: new TextEncoder().encode(text).length };
}

/** A payload back as text: an engine may give bytes for it. */
export function textOf({ payload }: Payload): string {
  return typeof payload === "string" ? payload : new TextDecoder().decode(payload);
}

/** Everything that is delivered on one channel. */
export class Listener {
  readonly deliveries: Delivery[] = [];
  /** Causes of interruptions. */
  readonly interruptions: unknown[] = [];
  readonly #harness: BrokerHarness;
  #subscription: Subscription | undefined;

  private constructor(harness: BrokerHarness) {
    this.#harness = harness;
  }

  static async on(
    harness: BrokerHarness,
    channel: string,
    broker: Broker = harness.other,
  ): Promise<Listener> {
    const listener = new Listener(harness);
    listener.#subscription = await broker.subscribe(channel, {
      delivered: (delivery) => listener.deliveries.push(delivery),
      interrupted: (cause) => listener.interruptions.push(cause),
    });
    return listener;
  }

  /** Everything delivered so far, as texts: once there are `count`, and whatever came too much had time to come. */
  async texts(count: number): Promise<string[]> {
    for (let turns = 0; this.deliveries.length < count && turns < patience; turns++)
      await this.#harness.turn(turnMs);
    await this.#harness.turn(4 * turnMs);
    return this.deliveries.map(textOf);
  }

  /** The offsets of everything delivered; undefined of what is not kept. As {@link texts}. */
  async offsets(count: number): Promise<(number | undefined)[]> {
    await this.texts(count);
    return this.deliveries.map(({ position }) => position?.offset);
  }

  async end(): Promise<void> {
    await this.#subscription?.unsubscribe();
  }
}
