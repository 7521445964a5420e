import type { Broker, Subscriber } from "../../src/broker/broker.js";
import { type Forwarding, forwarding } from "../support/forwarding.js";

/** The way to an engine that is elsewhere. While it is cut nothing comes through, and every call fails. */
export class Line {
  readonly broker: Forwarding;
  readonly #subscribers = new Set<Subscriber>();
  #isCut = false;

  constructor(engine: Broker) {
    this.broker = forwarding(engine);
    for (const part of [this.broker, this.broker.history, this.broker.presence, this.broker.claims ?? {}])
      this.#lead(part as { [name: string]: unknown });
    const { subscribe } = this.broker;
    this.broker.subscribe = async (channel, subscriber) => {
      const subscription = await subscribe(channel, {
        delivered: (delivery) => this.delivers() && subscriber.delivered(delivery),
        interrupted: (cause) => subscriber.interrupted(cause),
      });
      this.#subscribers.add(subscriber);
      return {
        unsubscribe: () => {
          this.#subscribers.delete(subscriber);
          return subscription.unsubscribe();
        },
      };
    };
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  delivers(): boolean {
    return !this.#isCut;
  }

  cut(): void {
    this.#isCut = true;
  }

  restore(): void {
    this.#isCut = false;
  }

  /** Whoever subscribed may have missed something. */
  heal(): void {
    this.restore();
    for (const subscriber of this.#subscribers) subscriber.interrupted();
  }

  #lead(part: { [name: string]: unknown }): void {
    for (const [name, call] of Object.entries(part)) {
      if (typeof call !== "function") continue;
      part[name] = (...given: unknown[]) => {
        if (this.#isCut && name !== "close") throw new Error("the engine cannot be reached");
        return (call as (...all: unknown[]) => unknown)(...given);
      };
    }
  }
}
