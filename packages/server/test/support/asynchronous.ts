import type { Clock, MaybePromise } from "@tautline/protocol";
import type { Broker, Claims } from "../../src/broker/index.js";

/**
 * The same broker, each of whose answers comes by promise, a turn of the event loop after it was asked. What must not
 * rely on answers that are there at once is run on both.
 */
export function asynchronous(broker: Broker, clock: Pick<Clock, "immediate">): Broker {
  const later = laterOn(clock);
  const { history, presence, claims } = broker;
  return {
    append: later((...call: Parameters<Broker["append"]>) => broker.append(...call)),
    publish: later((...call: Parameters<Broker["publish"]>) => broker.publish(...call)),
    subscribe: later(async (...call: Parameters<Broker["subscribe"]>) => {
      const subscription = await broker.subscribe(...call);
      return { unsubscribe: later(() => subscription.unsubscribe()) };
    }),
    history: {
      open: later((...call: Parameters<typeof history.open>) => history.open(...call)),
      read: later((...call: Parameters<typeof history.read>) => history.read(...call)),
    },
    presence: {
      leaseMs: presence.leaseMs,
      set: later((lease) => presence.set(lease)),
      remove: later((...call: Parameters<typeof presence.remove>) => presence.remove(...call)),
      renew: later((node) => presence.renew(node)),
      list: later((room) => presence.list(room)),
      watch: later(async (...call: Parameters<typeof presence.watch>) => {
        const { unsubscribe } = await presence.watch(...call);
        return { unsubscribe: later(unsubscribe) };
      }),
    },
    claims: claims && asynchronousClaims(claims, clock),
    close: later(() => broker.close()),
  };
}

function asynchronousClaims(claims: Claims, clock: Pick<Clock, "immediate">): Claims {
  const later = laterOn(clock);
  return {
    open: later((...call: Parameters<Claims["open"]>) => claims.open(...call)),
    claim: later((...call: Parameters<Claims["claim"]>) => claims.claim(...call)),
    answer: later((...call: Parameters<Claims["answer"]>) => claims.answer(...call)),
    wait: later((...call: Parameters<Claims["wait"]>) => claims.wait(...call)),
    release: later((...call: Parameters<Claims["release"]>) => claims.release(...call)),
  };
}

function laterOn(clock: Pick<Clock, "immediate">) {
  const turn = () => new Promise<void>((resolve) => clock.immediate(resolve));
  return <A extends readonly unknown[], T>(call: (...args: A) => MaybePromise<T>) =>
    async (...args: A): Promise<T> => {
      await turn();
      const result = await call(...args);
      await turn();
      return result;
    };
}
