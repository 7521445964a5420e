import { closeCodes, type TimerHandle } from "@tautline/protocol";
import { refusal } from "../refusal.js";
import type { LiveConnection } from "./connection.js";

/** The longest that a timer may take: beyond it, those of Node fire at once. */
const longestMs = 2_147_483_647;

/** The end of a connection's credentials: its client is asked for new ones in time, and refused where none came. */
export class Expiry {
  readonly #connection: LiveConnection;
  #timer: TimerHandle;

  constructor(connection: LiveConnection) {
    this.#connection = connection;
  }

  /** @param expiresAtMs - in milliseconds since 1970; undefined: they are good as long as the connection lasts */
  set(expiresAtMs: number | undefined): void {
    this.stop();
    if (expiresAtMs === undefined) return;
    const { clock, random, settings } = this.#connection.context;
    const lastsMs = expiresAtMs - clock.now();
    // Tokens that were issued together must not be renewed together.
    const aheadMs = Math.min(settings.deadlines.renewalMs, lastsMs / 2) * (0.5 + random.float() / 2);
    const until = clock.monotonic() + lastsMs;
    this.#at(until - aheadMs, () => {
      this.#announce(until - clock.monotonic());
      this.#at(until, () => this.#expire());
    });
  }

  stop(): void {
    this.#connection.context.clock.clearTimeout(this.#timer);
  }

  /** By the monotonic clock: somebody may set the other one. */
  #at(moment: number, act: () => void): void {
    const { clock } = this.#connection.context;
    const ms = moment - clock.monotonic();
    if (ms <= 0) act();
    else this.#timer = clock.setTimeout(() => this.#at(moment, act), Math.min(ms, longestMs));
  }

  /** A plain peer has no way to renew them. */
  #announce(lastsMs: number): void {
    const expiresInMs = Math.max(0, Math.floor(lastsMs));
    if (this.#connection.kind === "full") this.#connection.send({ type: "$token", data: { expiresInMs } });
  }

  #expire(): void {
    this.#connection.refuseAndClose(refusal("UNAUTHENTICATED"), closeCodes.policyViolation);
  }
}
