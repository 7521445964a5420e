import type { MaybePromise, Position } from "@tautline/protocol";
import type { Claims } from "./claims.js";
import type { History, Retention } from "./history.js";
import type { PresenceStore } from "./presence-store.js";

/** What a broker carries and keeps. Opaque to it; the node that receives it adds room and offset and makes frames. */
export interface Payload {
  readonly payload: string | Uint8Array;
  /** Size of `payload` in bytes (UTF-8 for text). */
  readonly byteLength: number;
}

/** Something for whoever listens now, kept nowhere. The fields beside the payload are handed through as they are. */
export interface UnkeptMessage extends Payload {
  /** Ids of connections that are left out. */
  readonly except?: readonly string[] | undefined;
  /** May be dropped for a reader that is behind. */
  readonly volatile?: boolean | undefined;
  /** For a reader that is behind, a newer one with the same takes its place. */
  readonly conflate?: string | undefined;
}

/** How a publication is appended. */
export interface AppendOptions {
  /** How much of the stream is kept from now on. */
  readonly retention: Retention;
  /** Appending again under the same key, in the same stream, changes nothing and gives the first result. */
  readonly key?: string | undefined;
}

/** Where an appended publication stands. */
export interface Appended extends Position {
  /** When the broker took it, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** What a subscriber is given: a kept publication with its position, or an unkept message without one. */
export interface Delivery extends UnkeptMessage {
  /** When the broker took it, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly position?: Position | undefined;
}

/** The receiving end of a subscription. */
export interface Subscriber {
  /** Called for every delivery: kept ones in the order of their offsets, unkept ones in the order they were published. */
  delivered(delivery: Delivery): void;
  /**
   * Deliveries may have been missed, the last one included, for the reason given: whoever needs all of them reads history.
   * To be called whenever the way to the engine was cut, once it is there again.
   */
  interrupted(cause?: unknown): void;
}

/** An interest in a channel. */
export interface Subscription {
  /** Ends it: once it has returned (or resolved) nothing is delivered any more. A second call does nothing. */
  unsubscribe(): MaybePromise<void>;
}

/**
 * Carries publications between the nodes that have members of a room, and gives each kept one its position.
 *
 * Every name is both a stream (what is appended to it is kept) and a channel (who subscribes gets what is appended
 * and what is published). Names are opaque: an engine encodes them, it never concatenates them into patterns.
 */
export interface Broker {
  /**
   * Keeps a publication under the next offset and delivers it to every subscriber, the caller's own included. It returns
   * (or resolves) when the publication is as safe as this broker makes anything: how safe that is it tells its users.
   * An engine that may have lost an acknowledged append must begin a new epoch.
   */
  append(stream: string, publication: Payload, options: AppendOptions): MaybePromise<Appended>;
  /** Delivers a message to every subscriber and keeps it nowhere. */
  publish(channel: string, message: UnkeptMessage): MaybePromise<void>;
  /** From the moment this returns (or resolves) on, everything appended or published is delivered. */
  subscribe(channel: string, subscriber: Subscriber): MaybePromise<Subscription>;
  readonly history: History;
  readonly presence: PresenceStore;
  /** Absent: nothing is remembered of a client's messages once its connection has ended. */
  readonly claims?: Claims | undefined;
  /** Lets go of everything. No delivery follows. */
  close(): MaybePromise<void>;
}
