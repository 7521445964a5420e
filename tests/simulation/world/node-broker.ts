import type { Clock, MaybePromise } from "@tautline/protocol";
import type { Broker, Delivery, Subscriber, Subscription } from "@tautline/server/broker";
import type { Setup } from "../schedule/schedule.js";
import type { Gate } from "./gate.js";
import { override } from "./recording-broker.js";

/** What a node's line to the broker needs. */
export interface NodeBrokerOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** The node's process: what stands still hears nothing, and what is dead asks nothing. */
  readonly gate: Gate;
  readonly timing: Setup["broker"];
}

/** One node's line to the broker: as late, deaf and repetitive as an engine on another machine can be. */
export class NodeBroker {
  /** Whether deliveries are lost. */
  isDeaf = false;
  /** Whether what is kept is delivered twice. */
  echoes = false;
  readonly #options: NodeBrokerOptions;
  readonly #subscriptions = new Map<Subscription, Subscriber>();

  constructor(options: NodeBrokerOptions) {
    this.#options = options;
  }

  /** Hand this to the server. */
  get broker(): Broker {
    const { broker } = this.#options;
    const calls = this.#late(broker);
    return override(calls, {
      subscribe: (channel: string, subscriber: Subscriber) =>
        this.#call(() => this.#subscribe(channel, subscriber)) as MaybePromise<Subscription>,
      history: this.#late(broker.history),
      presence: this.#late(broker.presence),
      claims: broker.claims && this.#late(broker.claims),
      close: () => this.end(),
    });
  }

  /** Tells all subscribers that something may have been missed. */
  interrupt(): void {
    for (const subscriber of [...this.#subscriptions.values()]) subscriber.interrupted();
  }

  /** The process is over: nothing is delivered to it any more. */
  end(): void {
    for (const subscription of [...this.#subscriptions.keys()]) void subscription.unsubscribe();
    this.#subscriptions.clear();
  }

  #subscribe(channel: string, subscriber: Subscriber): Subscription {
    const { broker } = this.#options;
    const inner = broker.subscribe(channel, {
      delivered: (delivery) => this.#deliver(subscriber, delivery),
      interrupted: (cause) => subscriber.interrupted(cause),
    }) as Subscription;
    const subscription = {
      unsubscribe: () => {
        this.#subscriptions.delete(subscription);
        return inner.unsubscribe();
      },
    };
    this.#subscriptions.set(subscription, subscriber);
    return subscription;
  }

  #deliver(subscriber: Subscriber, delivery: Delivery): void {
    if (this.isDeaf) return;
    const times = this.echoes && delivery.position ? 2 : 1;
    for (let i = 0; i < times; i++) {
      this.#after(this.#options.timing.deliverMs, () => subscriber.delivered(delivery));
    }
  }

  /** Every method of `target` as a call over the network; what it calls back comes over the network, too. */
  #late<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const arrived = args.map((arg) => (typeof arg === "function" ? this.#callback(arg) : arg));
          return this.#call(() => value.apply(target, arrived));
        };
      },
    });
  }

  #callback(callback: { apply(self: unknown, args: unknown[]): unknown }): unknown {
    return (...args: unknown[]) =>
      this.#after(this.#options.timing.deliverMs, () => callback.apply(undefined, args));
  }

  #call(call: () => unknown): unknown {
    const { clock, gate, timing } = this.#options;
    // Nobody is there any more to be answered.
    if (gate.isShut) return new Promise(() => undefined);
    if (timing.replyMs === 0) return call();
    return new Promise((resolve, reject) => {
      clock.setTimeout(() => {
        const reply = (act: () => void) => this.#after(timing.replyMs, act);
        try {
          const result = call();
          reply(() => resolve(result));
        } catch (error) {
          reply(() => reject(error));
        }
      }, timing.applyMs);
    });
  }

  #after(ms: number, act: () => void): void {
    const { clock, gate } = this.#options;
    if (ms === 0) gate.pass("event", act);
    else clock.setTimeout(() => gate.pass("event", act), ms);
  }
}
