import type { Clock, TimerHandle } from "@tautline/protocol";

/** A connection, as far as its heart is concerned. Moments in whole milliseconds of the monotonic clock. */
export interface Heart {
  readonly lastReceivedAt: number;
  readonly lastSentAt: number;
  /** Bytes that had to wait and that the operating system has taken since, so far. */
  readonly bytesTaken: number;
  /** Bytes that it has yet to take, a ping's own included. */
  readonly bytesWaiting: number;
  /** Whether it is we who do not listen. */
  readonly isPaused: boolean;
  /** Belongs to {@link Heartbeats}: 0 before it is added. */
  tick: number;
  /** Belongs to {@link Heartbeats}. Undefined: no ping is under way. */
  pinged: Pinged | undefined;
  ping(): void;
  /** It was silent for interval and grace: it is gone. */
  dead(): void;
}

/** How things stood when the last ping was sent, or when it was looked for an answer last. */
export interface Pinged {
  readonly at: number;
  readonly bytesTaken: number;
  /** Whether bytes waited for the operating system, and the ping behind them. */
  readonly isWaiting: boolean;
}

/**
 * The hearts of all connections on one timer: a wheel of ticks, each with the connections to look at then. Receiving
 * costs no more than writing down the moment; a connection is looked at about once an interval.
 *
 * A peer is pinged when for an interval nothing was received from it, or nothing was sent to it (it, too, must be able
 * to tell silence from death). It is dead when after a ping and the grace still nothing was received.
 */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #graceTicks: number;
  readonly #tickMs: number;
  readonly #wheel = new Map<number, Set<Heart>>();
  #timer: TimerHandle;
  #lastTick: number;
  #size = 0;

  constructor(
    clock: Clock,
    { intervalMs, graceMs }: { readonly intervalMs: number; readonly graceMs: number },
  ) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    // Grace is a whole number of ticks, so that it is neither cut short nor drawn out.
    this.#graceTicks = Math.max(1, Math.min(20, Math.round(graceMs / Math.max(50, graceMs / 5))));
    this.#tickMs = graceMs / this.#graceTicks;
    this.#lastTick = this.#tickNow();
  }

  /** Hearts that are listened to. */
  get size(): number {
    return this.#size;
  }

  add(heart: Heart): void {
    this.#size++;
    this.#plan(heart);
    this.#arm();
  }

  remove(heart: Heart): void {
    if (heart.tick === 0) return;
    this.#wheel.get(heart.tick)?.delete(heart);
    heart.tick = 0;
    if (--this.#size > 0) return;
    this.#wheel.clear();
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tickNow(): number {
    return Math.floor(this.#clock.monotonic() / this.#tickMs);
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    this.#lastTick = this.#tickNow();
    const ms = (this.#lastTick + 1) * this.#tickMs - this.#clock.monotonic();
    // The timer may be late, and what proves a peer alive may wait in its socket: that is read first.
    this.#timer = this.#clock.setTimeout(() => this.#clock.immediate(this.#turn), ms);
  }

  readonly #turn = (): void => {
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    const now = this.#tickNow();
    for (let tick = this.#lastTick; tick <= now && this.#wheel.size > 0; tick++) {
      const due = this.#wheel.get(tick);
      this.#wheel.delete(tick);
      // One of them may have ended because of what another was told.
      for (const heart of due ?? []) if (heart.tick > 0) this.#look(heart);
    }
    if (this.#size > 0) this.#arm();
  };

  #look(heart: Heart): void {
    const { pinged } = heart;
    // What came in the millisecond of the ping may have been its answer.
    if (pinged && heart.lastReceivedAt < pinged.at) {
      // A ping behind a long queue on a slow line has not arrived yet. Bytes that were taken at once prove nothing: the
      // system takes some for a dead peer, too. And who is not listened to cannot be heard.
      const isOnItsWay = pinged.isWaiting && heart.bytesTaken > pinged.bytesTaken;
      if (!isOnItsWay && !heart.isPaused) return this.#bury(heart);
      heart.pinged = { ...standing(heart), at: pinged.at };
      return this.#put(heart, this.#tickNow() + this.#graceTicks);
    }
    heart.pinged = undefined;
    const quietSince = Math.min(heart.lastReceivedAt, heart.lastSentAt);
    // To the tick: earlier by less than one rather than later, so that interval and grace are kept.
    if (quietSince + this.#intervalMs >= this.#clock.monotonic() + this.#tickMs) return this.#plan(heart);
    heart.ping();
    if (heart.tick === 0) return;
    heart.pinged = { ...standing(heart), at: Math.floor(this.#clock.monotonic()) };
    this.#put(heart, this.#tickNow() + this.#graceTicks);
  }

  #plan(heart: Heart): void {
    const quietSince = Math.min(heart.lastReceivedAt, heart.lastSentAt);
    this.#put(heart, Math.floor((quietSince + this.#intervalMs) / this.#tickMs));
  }

  #put(heart: Heart, tick: number): void {
    // Behind the hand of the wheel nobody would ever look.
    heart.tick = Math.max(tick, this.#tickNow() + 1);
    const due = this.#wheel.get(heart.tick);
    if (due) due.add(heart);
    else this.#wheel.set(heart.tick, new Set([heart]));
  }

  #bury(heart: Heart): void {
    this.remove(heart);
    heart.dead();
  }
}

function standing({ bytesTaken, bytesWaiting }: Heart): Omit<Pinged, "at"> {
  return { bytesTaken, isWaiting: bytesWaiting > 0 };
}
