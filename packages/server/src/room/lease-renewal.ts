import type { Clock, TimerHandle } from "@tautline/protocol";
import type { PresenceStore } from "../broker/presence-store.js";
import { attempt } from "../maybe-promise.js";

/** What a renewal needs to know. */
export interface LeaseRenewalOptions {
  readonly store: PresenceStore;
  readonly node: string;
  readonly clock: Clock;
  /** Whether there is anything to renew. */
  isNeeded(): boolean;
  failed(error: unknown): void;
}

/** Renews the presence of everyone on this node, three times in each lease, as long as there is someone. */
export class LeaseRenewal {
  readonly #options: LeaseRenewalOptions;
  #timer: TimerHandle;

  constructor(options: LeaseRenewalOptions) {
    this.#options = options;
  }

  /** Sees to it that renewal goes on. Does nothing where leases have no end. */
  start(): void {
    const { store, clock } = this.#options;
    if (store.leaseMs !== undefined) this.#timer ??= clock.setTimeout(() => this.#renew(), store.leaseMs / 3);
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #renew(): void {
    this.#timer = undefined;
    const { store, node, isNeeded, failed } = this.#options;
    if (!isNeeded()) return;
    attempt(() => store.renew(node), failed);
    this.start();
  }
}
