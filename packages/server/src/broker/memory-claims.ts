import { type Clock, invalidOption, type TimerHandle } from "@tautline/protocol";
import { LinkedList } from "../linked-list.js";
import type { Payload } from "./broker.js";
import type { ClaimRequest, ClaimResult, Claims, OpenResult } from "./claims.js";
import { type AnsweredMessages, KeptAnswers, type Lease, type TakenMessage } from "./kept-answers.js";
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

interface ClientRecord {
  readonly scope: string;
  /** The attempt that began it. */
  readonly since: number;
  attempt: number;
  /** When it goes, if its client is away. Monotonic. */
  expires: number;
  /** Made by the first of them: many clients only listen. */
  messages: ClientMessages | undefined;
}

interface ClientMessages extends AnsweredMessages {
  readonly taken: TakenIds;
  /** Not answered yet. Hardly ever more than a few. */
  readonly pending: LinkedList<TakenMessage>;
}

const defaults = { records: 100_000, answers: 256, recordBytes: 1_048_576, bytes: 67_108_864 } as const;

/** Claims in the memory of this process: every result is there at once. */
export class MemoryClaims implements Claims {
  readonly #clock: Clock;
  readonly #limits: { readonly [K in keyof typeof defaults]: number };
  readonly #records = new Map<string, ClientRecord>();
  /** Those whose client is away, the longest first. */
  readonly #away = new Set<ClientRecord>();
  readonly #answers: KeptAnswers;
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
    this.#answers = new KeptAnswers(limits);
  }

  get size(): number {
    return this.#records.size;
  }

  /** Bytes of all kept answers, with what they cost besides their text. */
  get bytes(): number {
    return this.#answers.bytes;
  }

  open(scope: string, attempt: number): OpenResult {
    const known = this.#find(scope);
    if (known && attempt < known.attempt) return { kind: "stale" };
    const record = known ?? this.#begin(scope, attempt);
    record.attempt = attempt;
    record.expires = Number.POSITIVE_INFINITY;
    this.#away.delete(record);
    return { kind: "open", since: record.since, highest: record.messages?.taken.highest ?? 0 };
  }

  claim(scope: string, id: number, request: ClaimRequest): ClaimResult {
    const record = this.#find(scope);
    if (!record) return { kind: "no-record" };
    if (request.attempt < record.attempt) return { kind: "fenced" };
    const until = this.#clock.monotonic() + request.leaseMs;
    record.messages ??= noMessages(this.#limits.answers);
    const { messages } = record;
    if (messages.taken.has(id)) return this.#claimAgain(messages, id, { request, until });
    messages.taken.add(id);
    messages.pending.append(this.#answers.take(messages, id, { request, until }));
    return isNew;
  }

  answer(scope: string, id: number, answer: Payload & { readonly owner: string }): boolean {
    const messages = this.#find(scope)?.messages;
    const pending = messages && pendingOf(messages, id);
    if (pending?.owner !== answer.owner) return false;
    messages?.pending.remove(pending);
    this.#answers.keep(pending, answer);
    wake(pending);
    return true;
  }

  wait(scope: string, id: number): Promise<void> {
    const messages = this.#find(scope)?.messages;
    const pending = messages && pendingOf(messages, id);
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

  /** The id is taken: what became of it? */
  #claimAgain(messages: ClientMessages, id: number, lease: Lease): ClaimResult {
    const pending = pendingOf(messages, id);
    const earlier = pending ?? messages.answered.find((answered) => answered.id === id);
    const { type, room } = lease.request;
    if (earlier && (earlier.type !== type || earlier.room !== room)) return { kind: "mismatch" };
    if (!pending) return { kind: "answered", answer: earlier && payloadOf(earlier) };
    if (this.#clock.monotonic() < pending.until) return { kind: "pending" };
    messages.pending.remove(pending);
    messages.pending.append(this.#answers.take(messages, id, lease));
    return { kind: "lapsed" };
  }

  /** A record whose time is over is gone, also where no timer has come by yet. */
  #find(scope: string): ClientRecord | undefined {
    const record = this.#records.get(scope);
    // Most are of clients that are there, and need no look at the clock.
    if (!record || record.expires === Number.POSITIVE_INFINITY) return record;
    if (this.#clock.monotonic() < record.expires) return record;
    this.#drop(record);
    return undefined;
  }

  #begin(scope: string, attempt: number): ClientRecord {
    const record: ClientRecord = {
      scope,
      since: attempt,
      attempt,
      expires: Number.POSITIVE_INFINITY,
      messages: undefined,
    };
    this.#records.set(scope, record);
    this.#makeRoom();
    return record;
  }

  #drop(record: ClientRecord): void {
    this.#records.delete(record.scope);
    this.#away.delete(record);
    const { messages } = record;
    if (!messages) return;
    this.#answers.forgetAll(messages);
    for (const pending of messages.pending) wake(pending);
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

const isNew: ClaimResult = { kind: "new" };

function noMessages(ids: number): ClientMessages {
  return { answered: [], bytes: 0, taken: new TakenIds(ids), pending: new LinkedList() };
}

function wake({ waiting }: TakenMessage): void {
  if (waiting) for (const resolve of [...waiting]) resolve();
}

/** In the order in which they were taken, in which most are answered, too. */
function pendingOf({ pending }: ClientMessages, id: number): TakenMessage | undefined {
  let taken = pending.first;
  while (taken && taken.id !== id) taken = taken.after;
  return taken;
}

function payloadOf({ payload, byteLength }: TakenMessage): Payload {
  return { payload, byteLength };
}
