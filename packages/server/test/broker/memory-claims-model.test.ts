import { VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClaimResult } from "../../src/broker/index.js";
import { MemoryClaims } from "../../src/broker/memory-claims.js";

const leaseMs = 100;
const ttlMs = 300;
const keptAnswers = 3;

/** What should be known of one message. */
interface Message {
  owner: string;
  until: number;
  answer: string | undefined;
  isAnswered: boolean;
}

/** The plainest record there can be: everything is looked for, nothing is indexed. */
class Model {
  readonly since: number;
  attempt = 0;
  expires: number | undefined;
  readonly messages = new Map<number, Message>();
  /** Ids in the order of their answers. */
  readonly answers: number[] = [];

  constructor(since: number) {
    this.since = since;
  }

  get highest(): number {
    return Math.max(0, ...this.messages.keys());
  }

  claim(id: number, owner: string, { attempt, now }: { attempt: number; now: number }): ClaimResult {
    if (attempt < this.attempt) return { kind: "fenced" };
    const known = this.messages.get(id);
    if (!known && id <= this.highest - 8) return { kind: "answered", answer: undefined };
    if (known?.isAnswered) {
      const { answer } = known;
      const isKept = answer !== undefined && this.answers.slice(-keptAnswers).includes(id);
      return { kind: "answered", answer: isKept ? { payload: answer, byteLength: 1 } : undefined };
    }
    if (known && now < known.until) return { kind: "pending" };
    this.messages.set(id, { owner, until: now + leaseMs, answer: undefined, isAnswered: false });
    return { kind: known ? "lapsed" : "new" };
  }

  answer(id: number, owner: string): boolean {
    const known = this.messages.get(id);
    if (!known || known.isAnswered || known.owner !== owner) return false;
    known.isAnswered = true;
    known.answer = owner.slice(-1);
    this.answers.push(id);
    return true;
  }
}

const scopes = ["a", "b"] as const;
const scope = fc.constantFrom(...scopes);
const id = fc.integer({ min: 1, max: 14 });
const attempt = fc.integer({ min: 1, max: 4 });
const owner = fc.constantFrom("o1", "o2", "o3");
const step = fc.oneof(
  fc.record({ kind: fc.constant("open" as const), scope, attempt }),
  fc.record({ kind: fc.constant("claim" as const), scope, attempt, id, owner }),
  fc.record({ kind: fc.constant("answer" as const), scope, id, owner }),
  fc.record({ kind: fc.constant("release" as const), scope, attempt }),
  fc.record({ kind: fc.constant("wait" as const), scope, id }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 200 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly clock = new VirtualClock();
  readonly subject = new MemoryClaims(this.clock, { answers: keptAnswers });
  readonly models = new Map<string, Model>();
  /** Who waits, and whether the model says that it still should. */
  readonly waiting: {
    readonly scope: string;
    readonly id: number;
    readonly message: Message;
    done: boolean;
  }[] = [];

  model(name: string): Model | undefined {
    const model = this.models.get(name);
    if (model?.expires !== undefined && model.expires <= this.clock.monotonic()) this.models.delete(name);
    return this.models.get(name);
  }

  async take(next: Step): Promise<void> {
    const now = this.clock.monotonic();
    if (next.kind === "pass") {
      await this.clock.advance(next.ms);
      return this.checkWaiting();
    }
    const model = this.model(next.scope);
    switch (next.kind) {
      case "open":
        return this.open(next, model);
      case "claim": {
        const request = { owner: next.owner, attempt: next.attempt, leaseMs, type: "say" };
        const expected = model?.claim(next.id, next.owner, { attempt: next.attempt, now });
        expect(this.subject.claim(next.scope, next.id, request)).toEqual(expected ?? { kind: "no-record" });
        return;
      }
      case "answer": {
        const answer = { owner: next.owner, payload: next.owner.slice(-1), byteLength: 1 };
        expect(this.subject.answer(next.scope, next.id, answer)).toBe(
          model?.answer(next.id, next.owner) ?? false,
        );
        return;
      }
      case "release":
        this.subject.release(next.scope, next.attempt, ttlMs);
        if (model?.attempt === next.attempt) model.expires = now + ttlMs;
        return;
      case "wait":
        return this.wait(next, model);
    }
  }

  open(next: { readonly scope: string; readonly attempt: number }, model: Model | undefined): void {
    const result = this.subject.open(next.scope, next.attempt);
    if (model && next.attempt < model.attempt) return expect(result).toEqual({ kind: "stale" });
    expect(result).toEqual({
      kind: "open",
      since: model?.since ?? next.attempt,
      highest: model?.highest ?? 0,
    });
    const opened = model ?? new Model(next.attempt);
    this.models.set(next.scope, opened);
    opened.attempt = next.attempt;
    opened.expires = undefined;
  }

  wait(next: { readonly scope: string; readonly id: number }, model: Model | undefined): void {
    const message = model?.messages.get(next.id);
    const done = this.subject.wait(next.scope, next.id);
    if (!message) return;
    const waiter = { scope: next.scope, id: next.id, message, done: false };
    this.waiting.push(waiter);
    void done.then(() => {
      waiter.done = true;
    });
  }

  /** Nobody waits for what is over, nobody is let go before. */
  async checkWaiting(): Promise<void> {
    await this.clock.settle();
    for (const { scope: name, id: waited, message, done } of this.waiting) {
      const isCurrent = this.model(name)?.messages.get(waited) === message;
      const isPending = isCurrent && !message.isAnswered && this.clock.monotonic() < message.until;
      expect(done).toBe(!isPending);
    }
  }
}

describe("claims in memory", () => {
  it("are what the plainest model says, in any order of what may happen", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = new Run();
        for (const next of steps) await run.take(next);
        run.subject.clear();
        expect(run.subject.bytes).toBe(0);
        expect(run.clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
