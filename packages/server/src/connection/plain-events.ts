import { type Position, stepTo } from "@tautline/protocol";
import type { Delivery, Subscriber } from "../broker/broker.js";
import { attempt } from "../maybe-promise.js";
import { ownStreamOf } from "../room/own-stream.js";
import { frameOf } from "../room/publication.js";
import type { LiveConnection } from "./connection.js";
import { endOf } from "./end-of.js";

/** What a plain peer gets of its user's own stream: the events alone, as they come. It has no position to recover from. */
class PlainEvents implements Subscriber {
  readonly #connection: LiveConnection;
  #position: Position = { epoch: "", offset: 0 };

  constructor(connection: LiveConnection) {
    this.#connection = connection;
  }

  delivered(delivery: Delivery): void {
    const { position, timestamp, volatile } = delivery;
    if (position && stepTo(this.#position, position) === "duplicate") return;
    if (position) this.#position = position;
    const frame = frameOf(delivery, { timestamp }, this.#connection.codec);
    if (volatile) this.#connection.pushVolatile(frame);
    else this.#connection.push(frame);
  }

  /** What was missed is missed: events reach a plain peer at most once. */
  interrupted(): void {}
}

/** Lets a plain peer hear the events of its user until it ends. Resolves when it does, or cannot: then that is reported. */
export async function followOwnStream(connection: LiveConnection): Promise<void> {
  const { broker, hooks } = connection.context;
  const ended = endOf(connection);
  const failed = (error: unknown) => hooks.report("events of a user", error);
  try {
    const subscription = await broker.subscribe(ownStreamOf(connection.user), new PlainEvents(connection));
    const end = () => attempt(() => subscription.unsubscribe(), failed);
    ended.whenAborted(end);
  } catch (error) {
    failed(error);
  }
}
