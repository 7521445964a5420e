import type { Clock } from "@tautline/protocol";
import type { Delivery } from "../../../src/broker/broker.js";
import type { EngineLimits } from "../../../src/broker/cases/index.js";
import type { MemoryBroker } from "../../../src/broker/memory-broker.js";
import type { Forwarding } from "../../support/forwarding.js";
import type { Line } from "../line.js";

/** A mistake that somebody who writes a broker could make. */
export interface Fault {
  /** What the broker does: `delivers twice`. */
  readonly name: string;
  /** Puts the mistake into a broker that is right. */
  plant?(broker: Forwarding, engine: MemoryBroker, clock: Clock): void;
  /** Puts the mistake into the way to the engine. */
  plantInLine?(line: Line): void;
  /** What the engine is made with, whatever a case wants. */
  readonly limits?: EngineLimits;
}

/** Shows every delivery to `change`, which hands on what it wants, when it wants. */
export function changeDeliveries(
  broker: Forwarding,
  change: (delivery: Delivery, hand: (delivery: Delivery) => void) => void,
): void {
  const { subscribe } = broker;
  broker.subscribe = (channel, subscriber) =>
    subscribe(channel, {
      delivered: (delivery) => change(delivery, (changed) => subscriber.delivered(changed)),
      interrupted: (cause) => subscriber.interrupted(cause),
    });
}

/** Changes the names of streams and channels before they are used. */
export function changeNames(broker: Forwarding, change: (name: string) => string): void {
  const { append, publish, subscribe, history } = broker;
  const { open, read } = history;
  broker.append = (name, ...rest) => append(change(name), ...rest);
  broker.publish = (name, ...rest) => publish(change(name), ...rest);
  broker.subscribe = (name, ...rest) => subscribe(change(name), ...rest);
  history.open = (name, ...rest) => open(change(name), ...rest);
  history.read = (name, ...rest) => read(change(name), ...rest);
}
