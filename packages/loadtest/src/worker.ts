import { setMaxListeners } from "node:events";
import { performance } from "node:perf_hooks";
import type { LoadClock } from "./clock.js";
import { Deliveries } from "./deliveries.js";
import { failureOf, Redaction } from "./failure.js";
import { LoadUser, type UserContext } from "./load-user.js";
import { MessageKeys } from "./message-key.js";
import { type Plan, roomOf } from "./options.js";
import { pace } from "./pace.js";
import { Patience } from "./patience.js";
import type { Scenario, Session } from "./scenario.js";
import { connectAfterMs, Schedule, usersOf } from "./schedule.js";
import { Tally } from "./tally.js";
import { Turns } from "./turns.js";
import type { GroupCounts, Report } from "./worker-messages.js";

const sampleMs = 500;
/** How long goodbyes may take. */
const closeMs = 5_000;

/** What a worker needs. */
export interface WorkerSurroundings {
  readonly plan: Plan;
  readonly scenario: Scenario;
  /** Which of the plan's processes it is. */
  readonly index: number;
  /** From when seconds are counted. */
  readonly originMicros: number;
  readonly clock: LoadClock;
  readonly report: (report: Report) => void;
}

/** The users of one process, from the first connection to the last goodbye. */
export class Worker {
  readonly #surroundings: WorkerSurroundings;
  readonly #tally = new Tally();
  readonly #keys: MessageKeys;
  readonly #abort = new AbortController();
  readonly #patience: Patience;
  readonly #users = new Map<number, LoadUser>();
  readonly #sessions = new Map<number, Session>();
  readonly #deliveries: Deliveries;
  readonly #redaction: Redaction;
  #sampling: unknown;
  #utilization = performance.eventLoopUtilization();

  constructor(surroundings: WorkerSurroundings) {
    const { plan, clock, scenario } = surroundings;
    this.#surroundings = surroundings;
    this.#patience = new Patience(clock);
    this.#keys = new MessageKeys(plan.run);
    // Each user may listen to it, and there are many.
    setMaxListeners(0, this.#abort.signal);
    const measured = scenario.measures === "deliveries";
    this.#deliveries = new Deliveries({ clock, keys: this.#keys, tally: this.#tally, measured });
    this.#redaction = new Redaction([plan.token, ...Object.values(plan.headers)]);
    this.#sample();
  }

  /** Makes every user ready, each at its moment of the ramp. Resolves when all are, or have failed. */
  async connect(): Promise<void> {
    const { plan, index, clock, report } = this.#surroundings;
    const numbers = usersOf(index, plan.processes, plan.connections);
    const starts: Promise<void>[] = [];
    const begin = clock.micros();
    await pace({
      clock,
      signal: this.#abort.signal,
      dueMicros: (place) => {
        const number = numbers[place];
        if (number === undefined) return undefined;
        return begin + Math.round(connectAfterMs(number, plan.connections, plan.rampMs) * 1_000);
      },
      begin: (place, due) => starts.push(this.#start(numbers[place] as number, due)),
    });
    await Promise.all(starts);
    report({ kind: "connected" });
  }

  /** Lets the senders take their turns by the schedule. Resolves when the last one has ended. */
  async work(atMicros: number): Promise<void> {
    const { plan, scenario, clock, report } = this.#surroundings;
    const own = [...this.#users.keys()].filter((number) => number < plan.senders).sort((a, b) => a - b);
    const schedule = new Schedule({ ...plan, together: scenario.together ?? false }, own);
    const { signal } = this.#abort;
    const measured = scenario.measures !== "deliveries";
    const { timeoutMs } = plan;
    const turns = new Turns({
      clock,
      signal,
      patience: this.#patience,
      tally: this.#tally,
      timeoutMs,
      measured,
    });
    await pace({
      clock,
      signal,
      dueMicros: (place) => {
        const turn = schedule.at(place);
        return turn && atMicros + turn.afterMicros;
      },
      begin: (place, dueMicros) => {
        const { sender, number } = schedule.at(place) as { sender: number; number: number };
        const user = this.#users.get(sender);
        const act = this.#sessions.get(sender)?.act;
        if (!user || !act) return;
        turns.begin(user, act, { number, key: this.#keys.write({ sender, number, dueMicros }) }, dueMicros);
      },
    });
    await turns.ended();
    report({ kind: "worked", answered: this.#answered() });
  }

  /** Waits for what is still on its way, then ends. */
  async settle(answered: GroupCounts): Promise<void> {
    const { plan } = this.#surroundings;
    const receivers = [...this.#sessions.keys()].map((number) => this.#users.get(number) as LoadUser);
    const expected = new Map(
      receivers
        .filter(({ stalled }) => !stalled)
        .map((user) => [user, (answered[groupOf(plan, user.number)] ?? 0) - user.answered]),
    );
    await this.#deliveries.settle(expected, plan.timeoutMs, this.#abort.signal);
    await this.#end();
  }

  /** Ends as it is. */
  async stop(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    await this.#end();
  }

  async #start(number: number, dueMicros: number): Promise<void> {
    const { plan, scenario, clock } = this.#surroundings;
    const user = new LoadUser(number, this.#context());
    this.#users.set(number, user);
    const { timeoutMs } = plan;
    const { signal } = this.#abort;
    try {
      const session = await this.#patience.within(timeoutMs, () => scenario.start(user));
      this.#sessions.set(number, session);
      user.isReady = true;
      this.#tally.counts.connected++;
      this.#tally.connecting.record(clock.micros() - dueMicros);
    } catch (error) {
      if (signal.aborted) return;
      this.#tally.counts.refused++;
      const { code, message } = failureOf(error);
      user.error(code, message);
      // Its goodbye delays nobody.
      void user.close();
    }
  }

  #context(): UserContext {
    return {
      plan: this.#surroundings.plan,
      signal: this.#abort.signal,
      error: (code, message) => this.#tally.errors.add(code, this.#redaction.apply(message)),
      opened: () => {
        this.#tally.open++;
      },
      closed: () => {
        this.#tally.open--;
      },
      received: (frame, user, socket) => this.#deliveries.received(frame, user, socket),
    };
  }

  #answered(): GroupCounts {
    const { plan } = this.#surroundings;
    const counts: Record<string, number> = Object.create(null);
    for (const { number, answered } of this.#users.values()) {
      const group = groupOf(plan, number);
      counts[group] = (counts[group] ?? 0) + answered;
    }
    return counts;
  }

  async #end(): Promise<void> {
    const { clock, report } = this.#surroundings;
    this.#abort.abort();
    this.#patience.end();
    const goodbyes = [...this.#users.values()].map((user) => user.close());
    await new Patience(clock)
      .within(closeMs, () => Promise.all(goodbyes))
      .catch(() => {
        for (const user of this.#users.values()) user.cut();
      });
    clock.clearTimeout(this.#sampling);
    this.#tell();
    report({ kind: "done" });
  }

  #sample(): void {
    this.#sampling = this.#surroundings.clock.setTimeout(() => {
      this.#tell();
      this.#sample();
    }, sampleMs);
  }

  /** Tells what was counted since it did so last. */
  #tell(): void {
    const { clock, originMicros, report } = this.#surroundings;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    this.#utilization = now;
    // What was counted up to the full second belongs to the one before it.
    const second = Math.max(0, Math.floor((clock.micros() - originMicros - 1) / 1_000_000));
    report({ kind: "sample", sample: this.#tally.take(second, utilization) });
  }
}

/** Whose messages a user is expected to receive. */
const groupOf = (plan: Plan, user: number): string => roomOf(plan, user) ?? "";
