import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Handled, serving } from "./set-up.js";

/** What may happen next. What cannot happen now is left out. */
type Step =
  | { readonly kind: "connect" | "repeat" }
  /** So many messages, before the client reads what the server says of them. */
  | { readonly kind: "send"; readonly count: number }
  | { readonly kind: "end" | "cut" | "cancel"; readonly which: number };

const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("send" as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("end" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cut" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("connect" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("repeat" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which }) },
);

/** A client that keeps to the rules, and a server whose handlers end when the test says so. */
class Run {
  readonly #made;
  readonly #ada;
  readonly #handled = new Handled();
  readonly #unanswered = new Set<number>();
  /** Every answer that says what became of a message, by its id. */
  readonly #answers = new Map<number, Set<string>>();
  #read = 0;
  #lastId = 0;
  #isConnected = false;
  /** From this id on the server refused messages for now. */
  #pausedFrom = Number.POSITIVE_INFINITY;

  constructor(isSlow: boolean) {
    this.#made = serving({ isSlow, rateLimit: { messages: 4, windowMs: 300 } });
    this.#ada = this.#made.client();
    this.#made.server.handle("add", this.#handled.handler);
  }

  async take(next: Step): Promise<void> {
    if (next.kind === "connect") await this.#connect();
    else if (next.kind === "cut") await this.#cut(next.which);
    else if (next.kind === "end") this.#handled.end(at(this.#handled.begun, next.which));
    else if (this.#isConnected) await this.#say(next);
    await this.#made.clock.settle();
    this.#listen();
  }

  /** No more faults: everything is ended, and repeated until it is answered. */
  async finish(): Promise<void> {
    for (let round = 0; round <= this.#lastId; round++) {
      if (!this.#isConnected) await this.take({ kind: "connect" });
      await this.take({ kind: "repeat" });
      for (const id of this.#handled.begun) this.#handled.end(id);
      await this.take({ kind: "repeat" });
    }
  }

  check(): void {
    const { begun } = this.#handled;
    expect([...this.#unanswered]).toEqual([]);
    expect(begun).toEqual([...new Set(begun)].sort((a, b) => a - b));
    for (let id = 1; id <= this.#lastId; id++) {
      const answers = [...(this.#answers.get(id) ?? [])];
      const expected = begun.includes(id) ? `$reply ${id} ${id * 10}` : `$error ${id} CANCELLED`;
      expect(answers).toEqual([expected]);
    }
  }

  async #say(next: Step): Promise<void> {
    if (next.kind === "repeat") {
      if (this.#pausedFrom < Number.POSITIVE_INFINITY) await this.#made.clock.advance(300);
      const from = this.#pausedFrom;
      this.#pausedFrom = Number.POSITIVE_INFINITY;
      for (const id of this.#unanswered) if (id >= from) this.#write(id);
    }
    if (next.kind === "send" && this.#pausedFrom === Number.POSITIVE_INFINITY) {
      for (let i = 0; i < next.count; i++) {
        this.#unanswered.add(++this.#lastId);
        this.#write(this.#lastId);
        await this.#made.clock.advance(60);
      }
    }
    if (next.kind === "cancel") {
      const id = at([...this.#unanswered], next.which);
      this.#ada.transport.send({ type: "$cancel", data: { id } });
    }
  }

  async #connect(): Promise<void> {
    this.#listen();
    expect(await this.#ada.connect(this.#made.server)).toEqual(this.#made.resumed(this.#ada.attempts > 1));
    this.#isConnected = true;
    this.#read = 0;
    this.#pausedFrom = Number.POSITIVE_INFINITY;
    for (const id of this.#unanswered) this.#write(id);
  }

  /** Cut when a handler has just ended: its answer is lost on its way. */
  async #cut(which: number): Promise<void> {
    this.#handled.end(at(this.#handled.begun, which));
    for (let i = 0; i < 10; i++) await Promise.resolve();
    this.#isConnected = false;
    this.#ada.transport.end(1006);
  }

  #write(id: number): void {
    this.#ada.transport.send({ type: "add", id, data: { n: id } });
  }

  #listen(): void {
    const { answers } = this.#ada;
    for (const line of answers.slice(this.#read)) {
      const id = Number(line.split(" ")[1]);
      if (line.endsWith("RATE_LIMITED")) {
        if (this.#unanswered.has(id)) this.#pausedFrom = Math.min(this.#pausedFrom, id);
        continue;
      }
      this.#unanswered.delete(id);
      this.#answers.set(id, (this.#answers.get(id) ?? new Set()).add(line));
    }
    this.#read = answers.length;
  }
}

function at(ids: readonly number[], index: number): number {
  return ids[index % (ids.length || 1)] ?? 0;
}

describe.each([
  ["answers at once", false],
  ["takes its time", true],
])("in any order of what may happen, where the record %s", (_how, isSlow) => {
  it("each message is begun once at most, in order, and answered once, always the same (P5, F-32)", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = new Run(isSlow);
        for (const next of steps) await run.take(next);
        await run.finish();
        run.check();
      }),
      { numRuns: 150 },
    );
  });
});
