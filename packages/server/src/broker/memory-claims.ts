import { type Clock, invalidOption, type TimerHandle } from "@tautline/protocol";
import type { Payload } from "./broker.js";
import type { ClaimRequest, ClaimResult, Claims, OpenResult } from "./claims.js";
import { TakenIds } from "./taken-ids.js";

/** What {@link MemoryClaims} may keep. Sizes in bytes of UTF-8. */
export interface MemoryClaimsOptions {
  /**
   * Records of clients, those that are away included. Beyond it the one that has been away longest goes; records of
   * connected clients never do. @default 100000
   */
  readonly records?: number | undefined;
  /** Answers of one record, beyond which the oldest go. As many as a client may have unanswered, at least. @default 256 */
  readonly answers?: number | undefined;
  /** Answers of one record, beyond which the oldest go. @default 1048576 */
  readonly recordBytes?: number | undefined;
  /** Answers of all records, beyond which the oldest go. @default 67108864 */
  readonly bytes?: number | undefined;
}

/** Taken, and not answered yet. */
interface Pending extends Pick<ClaimRequest, "type" | "room" | "owner"> {
  /** When its lease ends. Monotonic. */
  readonly until: number;
  /** Who is told of its end. Hardly ever anybody. */
  waiting: Set<() => void> | undefined;
}

/** A kept answer. */
interface Answered extends Pick<ClaimRequest, "type" | "room">, Payload {
  readonly record: ClientRecord;
  readonly id: number;
}

interface ClientRecord {
  readonly scope: string;
  /** The attempt that began it. */
  readonly since: number;
  attempt: number;
  readonly taken: TakenIds;
  /** Made by the first claim, as is `answered` by the first answer: most clients only listen. */
  pending: Map<number, Pending> | undefined;
  /** In the order of their answers. */
  answered: Map<number, Answered> | undefined;
  bytes: number;
  /** When it goes, if its client is away. Monotonic. */
  expires: number;
}

const defaults = { records: 100_000, answers: 256, recordBytes: 1_048_576, bytes: 67_108_864 } as const;

/** What a kept answer costs besides its text. A rough figure, so that short answers count against the limits, too. */
const answerBytes = 200;

/** Claims in the memory of this process: every result is there at once. */
export class MemoryClaims implements Claims {
  readonly #clock: Clock;
  readonly #limits: { readonly [K in keyof typeof defaults]: number };
  readonly #records = new Map<string, ClientRecord>();
  /** Those whose client is away, the longest first. */
  readonly #away = new Set<ClientRecord>();
  /** The answers of all records, the oldest first. */
  readonly #answers = new Set<Answered>();
  #bytes = 0;
  #timer: TimerHandle;

  /** @throws `INVALID_OPTION` for limits that are no positive numbers. */
  constructor(clock: Clock, options: MemoryClaimsOptions = {}) {
    const limits: { -readonly [K in keyof typeof defaults]: number } = { ...defaults };
    for (const name of Object.keys(defaults) as (keyof typeof defaults)[]) {
      const { [name]: value = defaults[name] } = options;
      if (!(value > 0)) throw invalidOption(`claims.${name}`, "a number above 0", value);
      limits[name] = value;
    }
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Bytes of all kept answers, with what they cost besides their text. */
  get bytes(): number {
    return this.#bytes;
  }

  open(scope: string, attempt: number): OpenResult {
    const known = this.#find(scope);
    if (known && attempt < known.attempt) return { kind: "stale" };
    const record = known ?? this.#begin(scope, attempt);
    record.attempt = attempt;
    record.expires = Number.POSITIVE_INFINITY;
    this.#away.delete(record);
    return { kind: "open", since: record.since, highest: record.taken.highest };
  }

  claim(scope: string, id: number, request: ClaimRequest): ClaimResult {
    const record = this.#find(scope);
    if (!record) return { kind: "no-record" };
    if (request.attempt < record.attempt) return { kind: "fenced" };
    const pending = record.pending?.get(id);
    const earlier = pending ?? record.answered?.get(id);
    if (earlier && (earlier.type !== request.type || earlier.room !== request.room))
      return { kind: "mismatch" };
    const now = this.#clock.monotonic();
    if (pending && now < pending.until) return { kind: "pending" };
    if (!pending && record.taken.has(id)) return { kind: "answered", answer: keptOf(record, id) };
    record.taken.add(id);
    const { owner, type, room, leaseMs } = request;
    record.pending ??= new Map();
    record.pending.set(id, { owner, type, room, until: now + leaseMs, waiting: undefined });
    return { kind: pending ? "lapsed" : "new" };
  }

  answer(scope: string, id: number, answer: Payload & { readonly owner: string }): boolean {
    const record = this.#find(scope);
    const pending = record?.pending?.get(id);
    if (!record || pending?.owner !== answer.owner) return false;
    record.pending?.delete(id);
    this.#keep(record, id, pending, answer);
    wake(pending);
    return true;
  }

  wait(scope: string, id: number): Promise<void> {
    const pending = this.#find(scope)?.pending?.get(id);
    const left = pending ? pending.until - this.#clock.monotonic() : 0;
    if (!pending || left <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#clock.clearTimeout(timer);
        pending.waiting?.delete(done);
        resolve();
      };
      const timer = this.#clock.setTimeout(done, left);
      pending.waiting ??= new Set();
      pending.waiting.add(done);
    });
  }

  release(scope: string, attempt: number, ttlMs: number): void {
    const record = this.#find(scope);
    if (record?.attempt !== attempt) return;
    record.expires = this.#clock.monotonic() + ttlMs;
    this.#away.delete(record);
    this.#away.add(record);
    this.#makeRoom();
    this.#timer ??= this.#clock.setTimeout(this.#dropExpired, ttlMs);
  }

  /** Forgets everything, and lets go of whoever waits. */
  clear(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const record of [...this.#records.values()]) this.#drop(record);
  }

  /** A record whose time is over is gone, also where no timer has come by yet. */
  #find(scope: string): ClientRecord | undefined {
    const record = this.#records.get(scope);
    if (!record || this.#clock.monotonic() < record.expires) return record;
    this.#drop(record);
    return undefined;
  }

  #begin(scope: string, attempt: number): ClientRecord {
    const record: ClientRecord = {
      scope,
      since: attempt,
      attempt,
      taken: new TakenIds(this.#limits.answers),
      pending: undefined,
      answered: undefined,
      bytes: 0,
      expires: Number.POSITIVE_INFINITY,
    };
    this.#records.set(scope, record);
    this.#makeRoom();
    return record;
  }

  #keep(record: ClientRecord, id: number, { type, room }: Pending, { payload, byteLength }: Payload): void {
    const answered: Answered = { record, id, type, room, payload, byteLength };
    record.answered ??= new Map();
    record.answered.set(id, answered);
    record.bytes += byteLength + answerBytes;
    this.#answers.add(answered);
    this.#bytes += byteLength + answerBytes;
    const { answers, recordBytes, bytes } = this.#limits;
    while (record.answered.size > answers || record.bytes > recordBytes)
      this.#forget(oldestOf(record.answered.values()));
    while (this.#bytes > bytes) this.#forget(oldestOf(this.#answers.values()));
  }

  /** Gives up an answer. That its id was taken stays. */
  #forget(answered: Answered): void {
    const { record, id, byteLength } = answered;
    record.answered?.delete(id);
    record.bytes -= byteLength + answerBytes;
    this.#answers.delete(answered);
    this.#bytes -= byteLength + answerBytes;
  }

  #drop(record: ClientRecord): void {
    this.#records.delete(record.scope);
    this.#away.delete(record);
    for (const answered of record.answered?.values() ?? []) this.#forget(answered);
    for (const pending of record.pending?.values() ?? []) wake(pending);
  }

  #makeRoom(): void {
    for (const longestAway of this.#away) {
      if (this.#records.size <= this.#limits.records) break;
      this.#drop(longestAway);
    }
  }

  /** Drops what has been away for too long, and comes back for the next. */
  readonly #dropExpired = (): void => {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const record of this.#away) {
      if (now < record.expires) {
        this.#timer = this.#clock.setTimeout(this.#dropExpired, record.expires - now);
        return;
      }
      this.#drop(record);
    }
  };
}

function wake({ waiting }: Pending): void {
  for (const resolve of [...(waiting ?? [])]) resolve();
}

function keptOf({ answered }: ClientRecord, id: number): Payload | undefined {
  const kept = answered?.get(id);
  return kept && { payload: kept.payload, byteLength: kept.byteLength };
}

/** There is one: whoever asks keeps too many. */
function oldestOf(answers: Iterator<Answered>): Answered {
  return answers.next().value as Answered;
}
