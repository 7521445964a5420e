import { type Clock, invalidOption, type Random, TautlineError } from "@tautline/protocol";
import { systemClock } from "../clock.js";
import { systemRandom } from "../random.js";
import { SmallMultiMap } from "../small-multi-map.js";
import type {
  Appended,
  AppendOptions,
  Broker,
  Delivery,
  Payload,
  Subscriber,
  Subscription,
  UnkeptMessage,
} from "./broker.js";
import { MemoryClaims, type MemoryClaimsOptions } from "./memory-claims.js";
import { MemoryHistory, type MemoryHistoryOptions } from "./memory-history.js";
import { MemoryPresenceStore } from "./memory-presence-store.js";

/** What a {@link MemoryBroker} may keep. */
export interface MemoryBrokerOptions extends Omit<MemoryHistoryOptions, "clock" | "random"> {
  /** @default the real time */
  readonly clock?: Clock | undefined;
  /** @default the system's */
  readonly random?: Random | undefined;
  /**
   * How long who is present stays without its node's renewal, in milliseconds. Of use where several servers share
   * this broker and one may fail alone, as in a test.
   * @default undefined: until it leaves
   */
  readonly presenceLeaseMs?: number | undefined;
  /** What is kept of clients' messages. @default see there */
  readonly claims?: MemoryClaimsOptions | undefined;
}

/**
 * The broker that is built in: everything in the memory of this process, every answer there at once. An append that has
 * returned is in this memory, and was handed to every subscriber. What was kept is lost when the process ends; clients then
 * meet a new epoch and are told of a gap. Several servers of one process may share one: each is a node.
 */
export class MemoryBroker implements Broker {
  readonly history: MemoryHistory;
  readonly presence: MemoryPresenceStore;
  readonly claims: MemoryClaims;
  readonly #clock: Clock;
  readonly #subscribers = new SmallMultiMap<string, Subscriber>();
  /** What was appended or published from within a delivery: everyone gets it after the one that goes on. */
  readonly #waiting: { readonly channel: string; readonly delivery: Delivery }[] = [];
  #delivering = false;
  #closed = false;

  /** @throws `INVALID_OPTION` for limits that are no positive numbers. */
  constructor(options: MemoryBrokerOptions = {}) {
    const { clock = systemClock, random = systemRandom, presenceLeaseMs, claims, ...limits } = options;
    for (const [name, value] of Object.entries({ ...limits, presenceLeaseMs }))
      if (value !== undefined && !(value > 0)) throw invalidOption(name, "a number above 0", value);
    this.#clock = clock;
    this.history = new MemoryHistory({ ...limits, clock, random });
    this.presence = new MemoryPresenceStore(clock, presenceLeaseMs);
    this.claims = new MemoryClaims(clock, claims);
  }

  append(stream: string, publication: Payload, options: AppendOptions): Appended {
    this.#checkOpen();
    const { appended, repeated } = this.history.append(stream, publication, options);
    const { payload, byteLength } = publication;
    if (!repeated)
      this.#deliver(stream, { payload, byteLength, timestamp: appended.timestamp, position: appended });
    return appended;
  }

  publish(channel: string, message: UnkeptMessage): void {
    this.#checkOpen();
    if (this.#subscribers.has(channel)) this.#deliver(channel, { ...message, timestamp: this.#clock.now() });
  }

  subscribe(channel: string, subscriber: Subscriber): Subscription {
    this.#checkOpen();
    this.#subscribers.add(channel, subscriber);
    this.history.hold(channel);
    return new MemorySubscription(this, channel, subscriber);
  }

  /** @internal Of {@link MemorySubscription}. */
  unsubscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers;
    if (subscribers.delete(channel, subscriber) && !subscribers.has(channel)) this.history.release(channel);
  }

  close(): void {
    this.#closed = true;
    this.#subscribers.clear();
    this.#waiting.length = 0;
    this.history.clear();
    this.presence.clear();
    this.claims.clear();
  }

  #deliver(channel: string, delivery: Delivery): void {
    this.#waiting.push({ channel, delivery });
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift())
        for (const subscriber of this.#subscribers.get(next.channel)?.values() ?? [])
          hand(next.delivery, subscriber);
    } finally {
      this.#delivering = false;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new TautlineError("CLOSED", "the broker: expected it open, but it was closed");
  }
}

/** One of each room: a class, since a closure of each would cost twice as much. */
class MemorySubscription implements Subscription {
  readonly #broker: MemoryBroker;
  readonly #channel: string;
  #subscriber: Subscriber | undefined;

  constructor(broker: MemoryBroker, channel: string, subscriber: Subscriber) {
    this.#broker = broker;
    this.#channel = channel;
    this.#subscriber = subscriber;
  }

  unsubscribe(): void {
    const subscriber = this.#subscriber;
    this.#subscriber = undefined;
    if (subscriber) this.#broker.unsubscribe(this.#channel, subscriber);
  }
}

/** One subscriber's failure is not another's: it is told that it may have missed something. */
function hand(delivery: Delivery, subscriber: Subscriber): void {
  try {
    subscriber.delivered(delivery);
  } catch (error) {
    subscriber.interrupted(error);
  }
}
