import type { Clock, Random } from "@tautline/protocol";
import type { Appended, AppendOptions, Payload } from "./broker.js";
import type { History, HistoryPage, ReadRange, Retention, StreamState } from "./history.js";
import { MemoryStream } from "./memory-stream.js";

/** What all streams together may cost. */
export interface MemoryHistoryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The most streams that nobody subscribes to: rooms without members, users that are away. Beyond it the one used longest
   * ago is forgotten: who comes back to it meets a new epoch. An empty one costs about 600 bytes.
   * @default 100000
   */
  readonly maxStreams?: number | undefined;
  /**
   * The most bytes of all publications. Beyond it streams without subscribers are forgotten, the one used longest ago
   * first; when there are none left, a stream loses its oldest publications as it is appended to.
   * @default 268435456
   */
  readonly maxBytes?: number | undefined;
  /**
   * How long epoch and head of a stream outlive its subscribers and its publications, in milliseconds.
   * @default 86400000
   */
  readonly metaTtlMs?: number | undefined;
}

/** History in the memory of this process: it ends with it, and every answer is there at once. */
export class MemoryHistory implements History {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #maxStreams: number;
  readonly #maxBytes: number;
  readonly #metaTtlMs: number;
  readonly #streams = new Map<string, MemoryStream>();
  /** Names that somebody subscribes to. Their streams are never forgotten. */
  readonly #held = new Set<string>();
  /** Names of the other streams, the one used longest ago first. */
  readonly #idle = new Set<string>();
  #bytes = 0;

  constructor(options: MemoryHistoryOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#maxStreams = options.maxStreams ?? 100_000;
    this.#maxBytes = options.maxBytes ?? 268_435_456;
    this.#metaTtlMs = options.metaTtlMs ?? 86_400_000;
  }

  /** Streams known, and what they cost. */
  get counts(): { readonly streams: number; readonly bytes: number } {
    return { streams: this.#streams.size, bytes: this.#bytes };
  }

  open(name: string, retention: Retention): StreamState {
    const { epoch, head, firstKept } = this.#use(name, retention);
    return { epoch, head, firstKept };
  }

  read(name: string, range: ReadRange, retention: Retention): HistoryPage | undefined {
    this.#forgetExpired();
    if (!this.#streams.has(name)) return undefined;
    return this.#use(name, retention).read(range);
  }

  /** Appends, unless `key` says that it was done before. */
  append(
    name: string,
    publication: Payload,
    { retention, key }: AppendOptions,
  ): { appended: Appended; repeated: boolean } {
    const stream = this.#use(name, retention);
    const earlier = key === undefined ? undefined : stream.appendedUnder(key);
    if (earlier) return { appended: earlier, repeated: true };
    const moment = { timestamp: this.#clock.now(), now: this.#clock.monotonic() };
    const appended = this.#measured(stream, () => stream.append(publication, moment, key));
    this.#makeRoom(name, stream);
    return { appended, repeated: false };
  }

  /** Somebody subscribes: the stream stays, whatever else happens. */
  hold(name: string): void {
    this.#held.add(name);
    this.#idle.delete(name);
  }

  /** Nobody subscribes any more: the time of forgetting begins. */
  release(name: string): void {
    this.#held.delete(name);
    const stream = this.#streams.get(name);
    if (stream) this.#touch(name, stream);
    this.#forgetExcess();
  }

  /** Forgets all rooms. */
  clear(): void {
    for (const name of [...this.#streams.keys()]) this.#forget(name);
    this.#held.clear();
  }

  #use(name: string, retention: Retention): MemoryStream {
    this.#forgetExpired();
    const stream = this.#streams.get(name) ?? this.#begin(name, retention);
    this.#measured(stream, () => stream.retain(retention, this.#clock.monotonic()));
    this.#touch(name, stream);
    this.#forgetExcess();
    return stream;
  }

  #begin(name: string, retention: Retention): MemoryStream {
    const stream = new MemoryStream(Buffer.from(this.#random.bytes(12)).toString("hex"), retention);
    this.#streams.set(name, stream);
    return stream;
  }

  #touch(name: string, stream: MemoryStream): void {
    stream.lastUsed = Math.floor(this.#clock.monotonic());
    if (this.#held.has(name)) return;
    this.#idle.delete(name);
    this.#idle.add(name);
  }

  #forgetExpired(): void {
    const now = this.#clock.monotonic();
    for (const name of this.#idle) {
      if (!this.#streams.get(name)?.isExpired(now, this.#metaTtlMs)) return;
      this.#forget(name);
    }
  }

  #forgetExcess(): void {
    for (const name of this.#idle) {
      if (this.#idle.size <= this.#maxStreams) return;
      this.#forget(name);
    }
  }

  /** Frees bytes for what was just appended to `name`. */
  #makeRoom(name: string, stream: MemoryStream): void {
    for (const idle of this.#idle) {
      if (this.#bytes <= this.#maxBytes) return;
      if (idle !== name) this.#forget(idle);
    }
    while (this.#bytes > this.#maxBytes && stream.firstKept < stream.head)
      this.#measured(stream, () => stream.dropOldest());
  }

  #forget(name: string): void {
    this.#bytes -= this.#streams.get(name)?.bytes ?? 0;
    this.#streams.delete(name);
    this.#idle.delete(name);
  }

  /** Does something to a stream and keeps the sum of all bytes right. */
  #measured<T>(stream: MemoryStream, change: () => T): T {
    const before = stream.bytes;
    const result = change();
    this.#bytes += stream.bytes - before;
    return result;
  }
}
