import type { Clock, Random } from "@tautline/protocol";
import type {
  Appended,
  AppendOptions,
  Broker,
  Payload,
  Subscriber,
  Subscription,
  UnkeptMessage,
} from "../../src/broker/broker.js";
import type { History, HistoryPage, ReadRange, Retention, StreamState } from "../../src/broker/history.js";
import type { PresenceChange, PresenceLease, PresenceStore } from "../../src/broker/presence-store.js";

/** Up to 20 milliseconds, by chance. */
export function someMilliseconds(clock: Clock, random: Random): () => Promise<void> {
  return () => new Promise((resolve) => clock.setTimeout(resolve, Math.floor(random.float() * 20)));
}

/** What an engine across a network is like: the memory broker, each answer and each delivery after a delay of its own. */
export class SlowBroker implements Broker {
  readonly history: History;
  readonly presence: PresenceStore;
  /** Deliveries that are lost on their way, as long as it is true. */
  losing = false;
  /** Calls that fail from now on. */
  failing = 0;
  readonly #inner: Broker;
  readonly #delay: () => Promise<void>;

  constructor(inner: Broker, delay: () => Promise<void>) {
    this.#inner = inner;
    this.#delay = delay;
    const { history, presence } = inner;
    this.history = {
      open: (stream: string, retention: Retention): Promise<StreamState> =>
        this.#later(() => history.open(stream, retention)),
      read: (stream: string, range: ReadRange, retention: Retention): Promise<HistoryPage | undefined> =>
        this.#later(() => history.read(stream, range, retention)),
    };
    this.presence = {
      leaseMs: presence.leaseMs,
      set: (lease: PresenceLease): Promise<void> => this.#later(() => presence.set(lease)),
      remove: (room: string, connection: string): Promise<void> =>
        this.#later(() => presence.remove(room, connection)),
      renew: (name: string): Promise<void> => this.#later(() => presence.renew(name)),
      list: (room: string) => this.#later(() => presence.list(room)),
      watch: (room: string, changed: (change: PresenceChange) => void) => {
        const inOrder = this.#inOrder();
        return this.#later(() => presence.watch(room, (change) => inOrder(() => changed(change))));
      },
    };
  }

  append(stream: string, publication: Payload, options: AppendOptions): Promise<Appended> {
    return this.#later(() => this.#inner.append(stream, publication, options));
  }

  publish(channel: string, message: UnkeptMessage): Promise<void> {
    return this.#later(() => this.#inner.publish(channel, message));
  }

  subscribe(channel: string, subscriber: Subscriber): Promise<Subscription> {
    const inOrder = this.#inOrder();
    let ended = false;
    return this.#later(async () => {
      const subscription = await this.#inner.subscribe(channel, {
        delivered: (delivery) => {
          if (!this.losing) inOrder(() => ended || subscriber.delivered(delivery));
        },
        interrupted: (cause) => subscriber.interrupted(cause),
      });
      return {
        unsubscribe: () => {
          ended = true;
          return this.#later(() => subscription.unsubscribe());
        },
      };
    });
  }

  close(): void {
    void this.#inner.close();
  }

  /** The request takes a while, and so does the answer. */
  async #later<T>(act: () => T | Promise<T>): Promise<T> {
    await this.#delay();
    if (this.failing > 0) {
      this.failing--;
      throw new Error("the engine is away");
    }
    const result = await act();
    await this.#delay();
    return result;
  }

  /** Runs each call after a delay, but never before the one that was asked for earlier. */
  #inOrder(): (call: () => void) => void {
    let before = Promise.resolve();
    return (call) => {
      const delay = this.#delay();
      before = before.then(() => delay).then(call);
    };
  }
}
