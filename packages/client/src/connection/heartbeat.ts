import type { Clock, TimerHandle } from "@tautline/protocol";
import { deadline } from "../deadline.js";

/** What a heartbeat asks of its connection. */
export interface HeartbeatActions {
  /** Send a `ping`. */
  ping(): void;
  /** The peer is gone, though the socket may not know it yet. */
  dead(): void;
}

/** How long an answer to a probe may take. */
const probeMs = 3_000;
/** A timer that fires later than this was held up: by a stalled loop, a hidden tab, a machine that slept. */
const lateMs = 1_000;
/** How often a timer that was late is answered by asking once more. */
const mostProbes = 2;

/**
 * Finds out that the peer is gone. The server pings; here only clocks are compared, and only what was received counts as
 * life. What may have been held up is never judged by the clock: it is asked, with a deadline.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #actions: HeartbeatActions;
  #timer: TimerHandle;
  #receivedAt = 0;
  #limitMs = 0;
  /** How often it has asked since something arrived. */
  #probes = 0;

  constructor(clock: Clock, actions: HeartbeatActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** From now on, silence longer than `limitMs` means that the peer is gone. */
  start(limitMs: number): void {
    this.#limitMs = limitMs;
    this.received();
    this.#watch();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#limitMs = 0;
    this.#probes = 0;
  }

  /** Something arrived. */
  received(): void {
    this.#receivedAt = this.#clock.monotonic();
    this.#probes = 0;
  }

  /** About to send: after a silence in which the server should have pinged, better ask whether it is there. */
  sending(): void {
    if (this.#limitMs && this.#silenceMs() > this.#limitMs) this.probe();
  }

  /** Asks for a sign of life, and takes its absence for the end. */
  probe(): void {
    if (this.#limitMs && !this.#probes) this.#ask();
  }

  #ask(): void {
    this.#probes++;
    this.#actions.ping();
    this.#after(probeMs);
  }

  #watch(): void {
    // Up: what is left may be less than the clock can tell from nothing, and would be waited for without end.
    this.#after(Math.ceil(this.#limitMs - this.#silenceMs()));
  }

  /** The peer is dead if the whole of `ms` passes in silence. */
  #after(ms: number): void {
    const due = this.#clock.monotonic() + ms;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = deadline(this.#clock, ms, () => {
      const late = this.#clock.monotonic() - due > lateMs;
      // An answer to the probe ended it, or something arrived since the timer was set.
      if (!this.#probes && this.#silenceMs() < this.#limitMs) this.#watch();
      // A machine may sleep while it waits for the answer. Where timers are always late, a dead peer must be found too.
      else if (late && this.#probes < mostProbes) this.#ask();
      else this.#actions.dead();
    });
  }

  #silenceMs(): number {
    return this.#clock.monotonic() - this.#receivedAt;
  }
}
