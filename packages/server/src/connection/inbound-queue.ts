import type { MaybePromise } from "@tautline/protocol";
import type { WorkTurns } from "../limits/work-turns.js";

/** What the queue does to the stream that feeds it. */
export interface InboundFlow {
  pause(): void;
  resume(): void;
}

/** From this many waiting on, reading stops: what is on the wire waits there. */
const pauseAt = 64;
/** What one chunk of the socket may still bring after reading stopped. Beyond it, `push` refuses. */
const maxWaiting = 4_096;

/**
 * Starts what came in, in the order in which it came: the next begins when the one before has begun, however long that
 * took. How long it then runs is nobody's business here.
 */
export class InboundQueue<T, O = undefined> {
  readonly #start: (item: T, owner: O) => MaybePromise<void>;
  readonly #owner: O;
  readonly #flow: InboundFlow;
  /** Made when something has to wait: most begins as it comes. */
  #waiting: T[] | undefined;
  /** Made when the start of an item is first waited for. */
  #started: (() => void) | undefined;
  #starting = false;
  #holds = 0;
  #paused = false;
  #ended = false;
  readonly #turns: WorkTurns | undefined;
  #turn = -1;
  #begunInTurn = 0;
  #isDeferred = false;

  /**
   * @param start - begins one item; returns or resolves when the next may begin. May not throw.
   * @param turns - in each of which only so many begin. Undefined: no limit
   * @param owner - given to `start`: one function for all queues is less than one of each
   */
  constructor(
    start: (item: T, owner: O) => MaybePromise<void>,
    flow: InboundFlow,
    turns?: WorkTurns,
    owner?: O,
  ) {
    this.#start = start;
    this.#owner = owner as O;
    this.#flow = flow;
    this.#turns = turns;
  }

  get waiting(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Whether reading is stopped because of what waits here. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Starts an item, or puts it behind those that wait. False: there is no room for it. */
  push(item: T): boolean {
    if (this.#ended) return true;
    if (this.waiting === 0 && !this.#starting && this.#holds === 0 && this.#hasTurn()) {
      this.#begin(item);
      // What came while it began.
      this.#run();
      return true;
    }
    if (this.waiting >= maxWaiting) return false;
    this.#waiting ??= [];
    this.#waiting.push(item);
    if (this.#waiting.length >= pauseAt) this.#pause();
    return true;
  }

  /** Takes out the first waiting item that `matches`. */
  take(matches: (item: T) => boolean): T | undefined {
    const index = this.#waiting?.findIndex(matches) ?? -1;
    return index < 0 ? undefined : this.#waiting?.splice(index, 1)[0];
  }

  /** Begins nothing until {@link release}. Holds are counted. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    this.#run();
  }

  /** Forgets what waits, and everything to come. */
  end(): void {
    this.#ended = true;
    this.#waiting = undefined;
  }

  #run(): void {
    while (this.waiting > 0 && !this.#starting && this.#holds === 0) {
      if (!this.#hasTurn()) return;
      this.#begin(this.#waiting?.shift() as T);
    }
    if (this.#paused && this.waiting < pauseAt / 2) this.#resume();
  }

  #begin(item: T): void {
    this.#starting = true;
    const started = this.#start(item, this.#owner);
    if (!(started instanceof Promise)) {
      this.#starting = false;
      return;
    }
    this.#started ??= () => {
      this.#starting = false;
      this.#run();
    };
    void started.then(this.#started);
  }

  /** Whether another may begin in this turn. If not, it goes on in the next one. */
  #hasTurn(): boolean {
    const turns = this.#turns;
    if (!turns) return true;
    if (this.#isDeferred) return false;
    const { current, messagesPerTurn } = turns;
    if (this.#turn !== current) this.#begunInTurn = 0;
    this.#turn = current;
    if (this.#begunInTurn++ < messagesPerTurn) return true;
    this.#isDeferred = true;
    turns.defer(() => {
      this.#isDeferred = false;
      this.#run();
    });
    return false;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#flow.pause();
  }

  #resume(): void {
    this.#paused = false;
    if (!this.#ended) this.#flow.resume();
  }
}
