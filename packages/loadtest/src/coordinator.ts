import type { LoadClock } from "./clock.js";
import { LatencyHistogram } from "./latency-histogram.js";
import { type Plan, workMs } from "./options.js";
import type { Phase, Progress } from "./progress.js";
import type { Scenario } from "./scenario.js";
import { type Ending, type Results, type Summary, summaryOf } from "./summary.js";
import { addCounts, ErrorTally, noCounts, type Sample } from "./tally.js";
import type { Thresholds } from "./thresholds.js";
import { Timeline } from "./timeline.js";
import type { GroupCounts, Order, Report, StartWorker, WorkerLink } from "./worker-messages.js";

/** How long workers that are told to stop may take to say goodbye. */
const stopMs = 8_000;
/** How much longer than its schedule and its deadlines a test may take. */
const spareMs = 15_000;
/** Between the order to work and the first turn: every process is to have read it by then. */
const leadMicros = 50_000;

/** What a coordinator needs. */
export interface CoordinatorSurroundings {
  readonly plan: Plan;
  readonly scenario: Scenario;
  readonly thresholds: Thresholds;
  readonly clock: LoadClock;
  readonly startWorker: StartWorker;
  readonly onProgress: (progress: Progress) => void;
}

/** How far one worker is. A worker that has failed is done. */
type Standing = "connecting" | "connected" | "worked" | "done";

/** Leads the workers through the phases, and adds up what they tell. */
export class Coordinator {
  readonly #surroundings: CoordinatorSurroundings;
  readonly #links: WorkerLink[];
  readonly #standings: Standing[];
  readonly #counts = noCounts();
  readonly #errors = new ErrorTally();
  readonly #latency = new LatencyHistogram();
  readonly #connecting = new LatencyHistogram();
  readonly #timeline = new Timeline();
  readonly #answered = new Map<string, number>();
  readonly #open: number[];
  readonly #originMicros: number;
  readonly #startedAt: number;
  #phase: Phase = "connecting";
  #ended: Ending = "complete";
  #failure: string | undefined;
  #utilization = 0;
  #workBegan: number | undefined;
  #workEnded: number | undefined;
  #deadline: unknown;
  #finish: () => void = () => {};

  constructor(surroundings: CoordinatorSurroundings) {
    const { plan, clock, startWorker } = surroundings;
    this.#surroundings = surroundings;
    this.#originMicros = clock.micros();
    this.#startedAt = clock.now();
    const indexes = Array.from({ length: plan.processes }, (_, index) => index);
    this.#standings = indexes.map(() => "connecting");
    this.#open = indexes.map(() => 0);
    this.#links = indexes.map((index) => startWorker(index, (report) => this.#heard(index, report)));
  }

  /** Runs the test to its end. */
  async run(signal?: AbortSignal): Promise<Summary> {
    const { plan, clock } = this.#surroundings;
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const interrupt = (): void => this.#stop("interrupted");
    signal?.addEventListener("abort", interrupt, { once: true });
    const longestMs = plan.rampMs + workMs(plan) + 3 * plan.timeoutMs + spareMs;
    this.#deadline = clock.setTimeout(() => this.#stop("overdue"), longestMs);
    const originMicros = this.#originMicros;
    this.#links.forEach((link, index) => {
      link.tell({ kind: "connect", plan, index, originMicros });
    });
    if (signal?.aborted) interrupt();
    await finished;
    clock.clearTimeout(this.#deadline);
    signal?.removeEventListener("abort", interrupt);
    for (const link of this.#links) link.kill();
    return summaryOf(this.#results());
  }

  #heard(index: number, report: Report): void {
    if (this.#standings[index] === "done") return;
    switch (report.kind) {
      case "sample":
        return this.#count(index, report.sample);
      case "connected":
        return this.#stands(index, "connected");
      case "worked":
        for (const [group, count] of Object.entries(report.answered)) {
          this.#answered.set(group, (this.#answered.get(group) ?? 0) + count);
        }
        return this.#stands(index, "worked");
      case "done":
        return this.#stands(index, "done");
      case "failed":
        this.#failure ??= report.message;
        this.#stands(index, "done");
        return this.#stop("failed");
    }
  }

  /** Begins the next phase once all workers have ended this one. */
  #stands(index: number, standing: Standing): void {
    this.#standings[index] = standing;
    if (!this.#standings.every((other) => other === standing)) return;
    const { clock } = this.#surroundings;
    if (standing === "connected" && this.#phase === "connecting") {
      this.#phase = "working";
      this.#workBegan = clock.micros() + leadMicros;
      this.#tell({ kind: "work", atMicros: this.#workBegan });
    } else if (standing === "worked") {
      this.#phase = "settling";
      this.#workEnded = clock.micros();
      this.#tell({ kind: "settle", answered: Object.fromEntries(this.#answered) satisfies GroupCounts });
    } else if (standing === "done") this.#finish();
  }

  #stop(ended: Ending): void {
    if (this.#ended !== "complete") return;
    this.#ended = ended;
    const { clock } = this.#surroundings;
    if (this.#workBegan !== undefined) this.#workEnded ??= clock.micros();
    this.#tell({ kind: "stop" });
    clock.clearTimeout(this.#deadline);
    this.#deadline = clock.setTimeout(() => this.#finish(), stopMs);
    if (this.#standings.every((standing) => standing === "done")) this.#finish();
  }

  #tell(order: Order): void {
    for (const link of this.#links) link.tell(order);
  }

  #count(index: number, sample: Sample): void {
    addCounts(this.#counts, sample.counts);
    for (const { code, example, count } of sample.errors) this.#errors.add(code, example, count);
    this.#latency.add(sample.latency);
    this.#connecting.add(sample.connecting);
    this.#timeline.add(index, sample);
    this.#open[index] = sample.open;
    if (this.#phase === "working") this.#utilization = Math.max(this.#utilization, sample.utilization);
    this.#surroundings.onProgress(this.#progress(sample.second));
  }

  #progress(second: number): Progress {
    const { plan, clock, scenario } = this.#surroundings;
    const { connected, sent, lost, repeated } = this.#counts;
    const last = this.#timeline.lastWhole(second);
    const received = scenario.measures === "deliveries" ? last?.counts.delivered : last?.counts.answered;
    return {
      phase: this.#phase,
      elapsedMs: (clock.micros() - this.#originMicros) / 1_000,
      connected,
      connections: plan.connections,
      open: this.#open.reduce((sum, count) => sum + count, 0),
      sent,
      messages: plan.senders * plan.turns,
      sentPerSecond: last?.counts.sent ?? 0,
      receivedPerSecond: received ?? 0,
      errors: this.#errors.total + lost + repeated,
      latency: last?.latency,
    };
  }

  #results(): Results {
    const { plan, scenario, thresholds, clock } = this.#surroundings;
    const end = clock.micros();
    const began = this.#workBegan ?? end;
    return {
      plan,
      scenario: scenario.name,
      measures: scenario.measures ?? "answers",
      thresholds,
      startedAt: this.#startedAt,
      durationMs: (end - this.#originMicros) / 1_000,
      workedMs: Math.max(0, (this.#workEnded ?? end) - began) / 1_000,
      ended: this.#ended,
      failure: this.#failure,
      counts: this.#counts,
      latency: this.#latency,
      connecting: this.#connecting,
      errors: this.#errors.list(),
      timeline: this.#timeline.points(),
      utilization: this.#utilization,
    };
  }
}
