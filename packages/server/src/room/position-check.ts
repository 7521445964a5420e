import { type Clock, type Position, stepTo, type TimerHandle } from "@tautline/protocol";
import type { Broker, Delivery, Subscriber, Subscription } from "../broker/broker.js";
import type { Retention, StreamState } from "../broker/history.js";
import { attempt, whenReady } from "../maybe-promise.js";

/** A stream that this node subscribes to. */
interface Watched {
  readonly subscriber: Subscriber;
  /** Known once its history was opened: what has none has no position to check. */
  retention: Retention | undefined;
  /** How far deliveries have come, or history was when it was looked at. */
  position: Position | undefined;
}

/** In which time every stream is looked at once, in milliseconds, and in how many turns of work. */
const roundMs = 30_000;
const turns = 10;

/**
 * Looks from time to time whether a broker has more of a stream than it has delivered. A hole between deliveries shows
 * itself; that the last one was lost, or a subscription went silent, shows only here. The subscriber is told, and reads history.
 */
class PositionCheck {
  readonly #clock: Clock;
  readonly #history: Broker["history"];
  readonly #watched = new Map<string, Watched>();
  /** Streams that are still to be looked at in this round. */
  #round: string[] = [];
  #timer: TimerHandle;

  constructor(history: Broker["history"], clock: Clock) {
    this.#history = history;
    this.#clock = clock;
  }

  /** Follows a stream's deliveries, for one subscriber of it. */
  follow(stream: string, subscriber: Subscriber): Subscriber {
    const watched: Watched = { subscriber, retention: undefined, position: undefined };
    this.#watched.set(stream, watched);
    return {
      delivered: (delivery: Delivery) => {
        const { position } = delivery;
        if (position && !(watched.position && stepTo(watched.position, position) === "duplicate"))
          watched.position = position;
        subscriber.delivered(delivery);
      },
      interrupted: (cause) => subscriber.interrupted(cause),
    };
  }

  /** History was opened: from here on there is something to check. */
  opened(stream: string, retention: Retention, { epoch, head }: StreamState): void {
    const watched = this.#watched.get(stream);
    if (!watched) return;
    watched.retention = retention;
    watched.position ??= { epoch, offset: head };
    this.#timer ??= this.#clock.setTimeout(() => this.#turn(), roundMs / turns);
  }

  /** The subscriber has gone. */
  forget(stream: string, subscriber: Subscriber): void {
    if (this.#watched.get(stream)?.subscriber !== subscriber) return;
    this.#watched.delete(stream);
    if (this.#watched.size > 0) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #turn(): void {
    this.#timer = this.#clock.setTimeout(() => this.#turn(), roundMs / turns);
    if (this.#round.length === 0) this.#round = [...this.#watched.keys()];
    const share = Math.ceil(this.#watched.size / turns);
    for (const stream of this.#round.splice(0, share)) {
      const watched = this.#watched.get(stream);
      // That a broker fails is told by whoever needs it.
      if (watched?.retention)
        attempt(
          () => this.#look(stream, watched, watched.retention),
          () => undefined,
        );
    }
  }

  #look(stream: string, watched: Watched, retention: Retention | undefined): unknown {
    const { position } = watched;
    if (!retention || !position) return;
    return whenReady(this.#history.read(stream, { last: 0 }, retention), (page) => {
      const isNow = this.#watched.get(stream) === watched && watched.position === position;
      const isComplete = page?.epoch === position.epoch && page.head <= position.offset;
      // What was delivered meanwhile has shown that deliveries come.
      if (!isNow || isComplete) return;
      if (page) watched.position = { epoch: page.epoch, offset: page.head };
      watched.subscriber.interrupted();
    });
  }
}

/** The same broker, with a {@link PositionCheck} of every stream that is subscribed to and has history. */
export function positionChecked(broker: Broker, clock: Clock): Broker {
  const check = new PositionCheck(broker.history, clock);
  const { history } = broker;
  return {
    append: (...call) => broker.append(...call),
    publish: (...call) => broker.publish(...call),
    presence: broker.presence,
    claims: broker.claims,
    close: () => broker.close(),
    subscribe: (stream, subscriber) =>
      whenReady(
        broker.subscribe(stream, check.follow(stream, subscriber)),
        (subscription): Subscription => ({
          unsubscribe() {
            check.forget(stream, subscriber);
            return subscription.unsubscribe();
          },
        }),
      ),
    history: {
      open: (stream, retention) =>
        whenReady(history.open(stream, retention), (state) => {
          check.opened(stream, retention, state);
          return state;
        }),
      read: (...call) => history.read(...call),
    },
  };
}
