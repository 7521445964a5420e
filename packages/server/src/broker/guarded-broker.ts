import type { MaybePromise } from "@tautline/protocol";
import { whenReady } from "../maybe-promise.js";
import type { Broker, Subscriber, Subscription } from "./broker.js";
import type { BrokerGuard } from "./broker-guard.js";
import type { Claims } from "./claims.js";
import type { History } from "./history.js";
import type { PresenceChange, PresenceStore } from "./presence-store.js";

/** The same broker under a guard: whatever it does, the server goes on. */
export function guardedBroker(broker: Broker, guard: BrokerGuard): Broker {
  return {
    append: (...call) => guard.ask("append", () => broker.append(...call)),
    publish: (...call) => guard.ask("publish", () => broker.publish(...call)),
    subscribe: (channel, subscriber) =>
      subscribing("subscribe", () => broker.subscribe(channel, guardedSubscriber(subscriber, guard)), guard),
    history: guardedHistory(broker.history, guard),
    presence: guardedPresence(broker.presence, guard),
    claims: broker.claims && guardedClaims(broker.claims, guard),
    close: () => guard.askAnyway("close", () => broker.close()),
  };
}

/** A subscriber that never throws into the broker: what it could not take it has missed. */
function guardedSubscriber(subscriber: Subscriber, guard: BrokerGuard): Subscriber {
  const interrupted = (cause?: unknown) => subscriber.interrupted(cause);
  return {
    delivered: (delivery) => guard.tell(() => subscriber.delivered(delivery), interrupted),
    interrupted: (cause) =>
      guard.tell(
        () => interrupted(cause),
        () => undefined,
      ),
  };
}

/** A subscription that came too late is ended: nobody knows of it. */
function subscribing(
  what: string,
  subscribe: () => MaybePromise<Subscription>,
  guard: BrokerGuard,
): MaybePromise<Subscription> {
  const subscribed = guard.ask(what, subscribe, (subscription) => subscription.unsubscribe());
  return whenReady(subscribed, (subscription) => ({
    unsubscribe: () => guard.askAnyway("unsubscribe", () => subscription.unsubscribe()),
  }));
}

function guardedHistory(history: History, guard: BrokerGuard): History {
  return {
    open: (...call) => guard.ask("history.open", () => history.open(...call)),
    read: (...call) => guard.ask("history.read", () => history.read(...call)),
  };
}

function guardedPresence(presence: PresenceStore, guard: BrokerGuard): PresenceStore {
  return {
    get leaseMs(): number | undefined {
      return presence.leaseMs;
    },
    set: (lease) => guard.ask("presence.set", () => presence.set(lease)),
    remove: (...call) => guard.askAnyway("presence.remove", () => presence.remove(...call)),
    renew: (node) => guard.askAnyway("presence.renew", () => presence.renew(node)),
    list: (room) => guard.ask("presence.list", () => presence.list(room)),
    watch: (room, changed) => {
      const told = (change: PresenceChange) =>
        guard.tell(
          () => changed(change),
          () => undefined,
        );
      return subscribing("presence.watch", () => presence.watch(room, told), guard);
    },
  };
}

function guardedClaims(claims: Claims, guard: BrokerGuard): Claims {
  return {
    get size(): number | undefined {
      return claims.size;
    },
    open: (...call) => guard.ask("claims.open", () => claims.open(...call)),
    claim: (...call) => guard.ask("claims.claim", () => claims.claim(...call)),
    answer: (...call) => guard.askAnyway("claims.answer", () => claims.answer(...call)),
    // It may take as long as a handler does: its lease is its deadline.
    wait: (...call) => claims.wait(...call),
    release: (...call) => guard.askAnyway("claims.release", () => claims.release(...call)),
  };
}
