import type { MaybePromise } from "@tautline/protocol";
import type { Broker } from "../../src/broker/index.js";
import { type Forwarding, forwarding } from "./forwarding.js";

export type BrokerFault = "throws" | "rejects" | "hangs";

/** A broker that fails from some moment on, in one of the ways in which brokers fail, until it is well again. */
export class BrokerFaults {
  readonly broker: Broker;
  fault: BrokerFault | undefined;

  constructor(inner: Broker) {
    const broker = forwarding(inner);
    this.#breakAll(broker);
    this.#breakAll(broker.history);
    this.#breakAll(broker.presence);
    if (broker.claims) this.#breakAll(broker.claims);
    this.broker = broker;
  }

  #breakAll(part: Partial<Forwarding> | Forwarding["history"] | Forwarding["presence"] | object): void {
    const calls = part as { [name: string]: unknown };
    for (const [name, call] of Object.entries(calls))
      if (typeof call === "function")
        calls[name] = (...given: unknown[]) =>
          this.#fail(() => (call as (...all: unknown[]) => unknown)(...given));
  }

  #fail(call: () => unknown): MaybePromise<unknown> {
    switch (this.fault) {
      case "throws":
        throw new Error("ECONNREFUSED redis.internal:6379");
      case "rejects":
        return Promise.reject(new Error("ECONNRESET redis.internal:6379"));
      case "hangs":
        return new Promise(() => undefined);
      case undefined:
        return call();
    }
  }
}
