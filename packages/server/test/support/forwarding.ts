import type { Broker, Claims, History, PresenceStore } from "../../src/broker/index.js";

/** A broker whose parts can be replaced. */
export interface Forwarding {
  append: Broker["append"];
  publish: Broker["publish"];
  subscribe: Broker["subscribe"];
  history: { open: History["open"]; read: History["read"] };
  presence: { -readonly [K in keyof PresenceStore]: PresenceStore[K] };
  claims?: { -readonly [K in keyof Claims]: Claims[K] } | undefined;
  close: Broker["close"];
}

/** A broker that hands every call to another one, until a call of it is replaced. */
export function forwarding(broker: Broker): Forwarding {
  const { history, presence, claims } = broker;
  return {
    append: (...call) => broker.append(...call),
    publish: (...call) => broker.publish(...call),
    subscribe: (...call) => broker.subscribe(...call),
    history: {
      open: (...call) => history.open(...call),
      read: (...call) => history.read(...call),
    },
    presence: {
      leaseMs: presence.leaseMs,
      set: (...call) => presence.set(...call),
      remove: (...call) => presence.remove(...call),
      renew: (...call) => presence.renew(...call),
      list: (...call) => presence.list(...call),
      watch: (...call) => presence.watch(...call),
    },
    claims: claims && {
      open: (...call) => claims.open(...call),
      claim: (...call) => claims.claim(...call),
      answer: (...call) => claims.answer(...call),
      wait: (...call) => claims.wait(...call),
      release: (...call) => claims.release(...call),
    },
    close: () => broker.close(),
  };
}
