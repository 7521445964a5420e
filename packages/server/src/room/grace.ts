import type { Clock, TimerHandle } from "@tautline/protocol";

/** A member's leaving, put off. */
interface Farewell {
  readonly timer: TimerHandle;
  say(): void;
}

/** The most members for whom is waited at a time: whoever connects only to be cut must not fill the memory. */
const maxWaitedFor = 10_000;

/**
 * Members whose connection was cut. Each may be back in a moment, and has then never left: its leaving is put off until
 * it is back, or the moment has passed.
 */
export class Grace {
  readonly #clock: Clock;
  /** By member and room, the longest waiting first. */
  readonly #farewells = new Map<string, Farewell>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts off what is to be said when a member has left a room. */
  putOff(room: string, member: string, ms: number, say: () => void): void {
    const key = keyOf(room, member);
    this.#end(key);
    this.#farewells.set(key, { say, timer: this.#clock.setTimeout(() => this.#end(key), ms) });
    const [oldest] = this.#farewells.keys();
    if (this.#farewells.size > maxWaitedFor && oldest !== undefined) this.#end(oldest);
  }

  /** The member is in the room again: by its new connection, so that the old one's leaving is nobody's news. */
  returned(room: string, member: string): void {
    this.#end(keyOf(room, member));
  }

  /** Waits no longer for anybody. */
  end(): void {
    for (const key of [...this.#farewells.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const farewell = this.#farewells.get(key);
    if (!farewell) return;
    this.#farewells.delete(key);
    this.#clock.clearTimeout(farewell.timer);
    farewell.say();
  }
}

/** A member's name has no space. */
function keyOf(room: string, member: string): string {
  return `${member} ${room}`;
}
