import { type Clock, type MaybePromise, type TimerHandle, utf8Length } from "@tautline/protocol";
import type { Broker, Delivery, Subscriber, Subscription } from "../broker/broker.js";
import { attempt, whenReady } from "../maybe-promise.js";
import {
  decodeNodeMessage,
  encodeNodeMessage,
  type NodeMessage,
  type NodeMessageKind,
  type NodeMessages,
} from "./node-message.js";

/** Where all nodes of a broker meet. No room has such a name: those that begin with `$` are ours. */
const channelName = "$nodes";

/** How long after a failed attempt to listen the next one is made, in milliseconds. */
const retryMs = 1_000;

export interface NodeChannelOptions {
  /** Undefined: there is no other node, and nobody to tell anything. */
  readonly broker: Broker | undefined;
  /** This node's name among those that share the broker. */
  readonly node: string;
  readonly clock: Clock;
  /** The most bytes of an event. */
  readonly maxBytes: number;
  /** What was received is no message of a node. */
  ignored(): void;
  /** Nobody waits for what failed. */
  failed(error: unknown): void;
}

type Listener<K extends NodeMessageKind> = (data: NodeMessages[K]) => void;

/**
 * What the nodes of one broker tell each other besides publications: at most once, to those that are there. A node does
 * not hear itself: what it asks of the others it does at home by itself, at once.
 */
export class NodeChannel implements Subscriber {
  readonly #options: NodeChannelOptions;
  readonly #listeners: { [K in NodeMessageKind]?: Listener<K> } = {};
  #opened: { readonly ready: MaybePromise<void> } | undefined;
  #subscription: Subscription | undefined;
  #retry: TimerHandle;
  /** Listening has failed before: nobody waits for it any more. */
  #isRetrying = false;
  #closed = false;
  /** Messages may have been missed: for whoever can say again what matters. */
  missed: () => void = () => undefined;

  constructor(options: NodeChannelOptions) {
    this.#options = options;
  }

  /**
   * Begins to listen. To be awaited before a connection is admitted that another node may have something to say about.
   * Never fails: where the broker does, the node goes on alone and tries again.
   */
  open(): MaybePromise<void> {
    const { broker } = this.#options;
    if (!broker || this.#closed) return;
    this.#opened ??= { ready: this.#listen(broker) };
    return this.#opened.ready;
  }

  /** Says what is done when another node sends a message of this kind. It may throw: then it is reported. */
  on<K extends NodeMessageKind>(kind: K, listener: Listener<K>): void {
    // Each listener is looked up under its own kind again, which the compiler cannot see.
    (this.#listeners as { [kind: string]: Listener<K> })[kind] = listener;
  }

  /** Tells all other nodes. Throws (or rejects) where the broker does not take it; alone it does nothing. */
  send<K extends NodeMessageKind>(kind: K, data: NodeMessages[K]): MaybePromise<void> {
    const { broker, node } = this.#options;
    if (!broker || this.#closed) return;
    const payload = encodeNodeMessage({ kind, node, data } as NodeMessage);
    return broker.publish(channelName, { payload, byteLength: utf8Length(payload) });
  }

  /** As {@link send}, where nobody waits: what goes wrong is reported. */
  tell<K extends NodeMessageKind>(kind: K, data: NodeMessages[K]): void {
    attempt(() => this.send(kind, data), this.#options.failed);
  }

  close(): void {
    this.#closed = true;
    this.#options.clock.clearTimeout(this.#retry);
    attempt(() => this.#subscription?.unsubscribe(), this.#options.failed);
  }

  /** @internal Called by the broker. */
  delivered({ payload }: Delivery): void {
    const { node, maxBytes, ignored, failed } = this.#options;
    const message = decodeNodeMessage(payload, maxBytes);
    if (!message) return ignored();
    if (message.node === node) return;
    const listener = this.#listeners[message.kind] as ((data: unknown) => void) | undefined;
    attempt(() => listener?.(message.data), failed);
  }

  /** @internal Called by the broker. */
  interrupted(cause?: unknown): void {
    if (cause !== undefined) this.#options.failed(cause);
    this.missed();
  }

  #listen(broker: Broker): MaybePromise<void> {
    const retry = (error: unknown) => this.#listenLater(broker, error);
    try {
      const listening = this.#subscribe(broker);
      return listening instanceof Promise ? listening.catch(retry) : listening;
    } catch (error) {
      retry(error);
    }
  }

  #subscribe(broker: Broker): MaybePromise<void> {
    return whenReady(broker.subscribe(channelName, this), (subscription) => {
      this.#subscription = subscription;
      if (this.#closed) return subscription.unsubscribe();
      if (this.#isRetrying) this.missed();
    });
  }

  #listenLater(broker: Broker, error: unknown): void {
    const { clock, failed } = this.#options;
    if (this.#closed) return;
    if (!this.#isRetrying) failed(error);
    this.#isRetrying = true;
    this.#opened = { ready: undefined };
    this.#retry = clock.setTimeout(() => attempt(() => this.#listen(broker), failed), retryMs);
  }
}
