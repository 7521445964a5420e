import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { LazyAbort } from "../../src/lazy-abort.js";
import { CallbackGate } from "../../src/limits/callback-gate.js";
import { deferred } from "../support/serving.js";
import { limited } from "./set-up.js";

function gate(max: number) {
  const clock = new VirtualClock();
  const waits: number[] = [];
  const callbacks = new CallbackGate({ clock, max, deadlineMs: 1_000, waiting: () => waits.push(1) });
  return { clock, callbacks, waits };
}

describe("a gate of callbacks", () => {
  it("A-11 gives what is answered at once in the same turn, however many there are", () => {
    const { callbacks, waits } = gate(1);
    for (let i = 0; i < 10; i++) expect(callbacks.run(() => i)).toBe(i);
    expect([callbacks.size, waits]).toEqual([0, []]);
  });

  it("A-11 lets so many be under way, and the others wait in line", async () => {
    const { callbacks, waits } = gate(2);
    const calls = Array.from({ length: 5 }, () => deferred<number>());
    const begun: number[] = [];
    const results = calls.map(({ promise }, i) =>
      Promise.resolve(
        callbacks.run(() => {
          begun.push(i);
          return promise;
        }),
      ),
    );
    expect([begun, callbacks.size, waits.length]).toEqual([[0, 1], 2, 3]);
    calls[1]?.resolve(11);
    expect(await results[1]).toBe(11);
    expect(begun).toEqual([0, 1, 2]);
    for (const [i, { resolve }] of calls.entries()) resolve(i * 11);
    expect(await Promise.all(results)).toEqual([0, 11, 22, 33, 44]);
    expect(callbacks.size).toBe(0);
  });

  it("A-11 goes on after calls that throw, now or later, also from the line", async () => {
    const { callbacks } = gate(1);
    expect(() =>
      callbacks.run(() => {
        throw new Error("now");
      }),
    ).toThrow("now");
    const first = callbacks.run(() => Promise.reject(new Error("later")));
    const second = callbacks.run(() => {
      throw new Error("in line");
    });
    const third = callbacks.run(() => "well");
    await expect(first).rejects.toThrow("later");
    await expect(second).rejects.toThrow("in line");
    expect(await third).toBe("well");
  });

  it("A-11 makes no call that nobody wants any more, and keeps none in line", async () => {
    const { callbacks } = gate(1);
    const first = deferred();
    void callbacks.run(() => first.promise);
    let called = false;
    const over = new LazyAbort();
    void callbacks.run(() => {
      called = true;
    }, over);
    const third = callbacks.run(() => 3);
    over.abort();
    expect(callbacks.waiting).toBe(1);
    first.resolve();
    expect(await third).toBe(3);
    expect(called).toBe(false);
  });

  it("A-11 goes through a line of any length in which all are answered at once", async () => {
    const { callbacks } = gate(1);
    const first = deferred();
    void callbacks.run(() => first.promise);
    const results = Array.from({ length: 20_000 }, (_, i) => callbacks.run(() => i));
    first.resolve();
    expect(await results.at(-1)).toBe(19_999);
    expect([callbacks.size, callbacks.waiting]).toEqual([0, 0]);
  });

  it("A-11 keeps nobody in line for longer than anybody waits, also where no call ever ends", async () => {
    const { clock, callbacks } = gate(1);
    const never = () => new Promise(() => {});
    void callbacks.run(never);
    for (let i = 0; i < 100; i++) void callbacks.run(never);
    expect(callbacks.waiting).toBe(100);
    await clock.advance(1_000);
    // It takes the place of the first, which is overdue.
    void callbacks.run(never);
    void callbacks.run(never);
    expect([callbacks.size, callbacks.waiting]).toEqual([1, 1]);
  });

  it("A-11 gives the place of a call that never ends to others, after its deadline", async () => {
    const { clock, callbacks } = gate(1);
    void callbacks.run(() => new Promise(() => {}));
    await clock.advance(999);
    const line = callbacks.run(() => "from the line");
    await clock.advance(1);
    expect(callbacks.run(() => "late")).toBe("late");
    expect(callbacks.size).toBe(0);
    // Whoever waits gets a turn as soon as somebody's call ends.
    await callbacks.run(() => Promise.resolve());
    expect(await line).toBe("from the line");
  });
});

describe("authenticate", () => {
  it("A-11 is asked for so many at once; the others wait, and all are let in", async () => {
    const asked: ReturnType<typeof deferred<{ id: string }>>[] = [];
    const authenticate = () => {
      const answer = deferred<{ id: string }>();
      asked.push(answer);
      return answer.promise;
    };
    const { clock, server, plain, reached } = limited({ authenticate, limits: { authenticating: 2 } });
    for (let i = 0; i < 4; i++) plain();
    await clock.settle();
    expect([asked.length, reached("limits.authenticating")]).toEqual([2, 2]);
    for (let i = 0; i < 4; i++) {
      asked[i]?.resolve({ id: `u${i}` });
      await clock.settle();
    }
    expect(server.stats()).toMatchObject({ connections: 4, pending: 0 });
  });

  it("A-11 that never answers holds nobody longer than its deadline, and nobody in line is asked about in vain", async () => {
    let asked = 0;
    const authenticate = () => {
      asked++;
      return new Promise<{ id: string }>(() => {});
    };
    const { clock, plain, reached } = limited({
      ...{ authenticate, limits: { authenticating: 1 }, deadlines: { authenticateMs: 1_000 } },
    });
    const [first, second] = [plain(), plain()];
    await clock.advance(1_000);
    for (const peer of [first, second]) {
      expect(peer.take("$error").error?.code).toBe("UNAVAILABLE");
      expect(peer.closeRequests).toMatchObject([{ code: 1013 }]);
    }
    expect([asked, reached("deadlines.authenticateMs")]).toEqual([1, 2]);
    plain();
    await clock.settle();
    expect(asked).toBe(2);
  });

  it("A-07 is waited for no more when its peer has gone, under way or in line", async () => {
    const signals: AbortSignal[] = [];
    const asked = deferred<{ id: string }>();
    const authenticate = ({ signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal);
      return asked.promise;
    };
    const { clock, server, plain, reached } = limited({ authenticate, limits: { authenticating: 1 } });
    const failures: unknown[] = [];
    server.on("error", ({ error }) => failures.push(error));
    const peers = [plain(), plain(), plain()];
    await clock.settle();
    for (const peer of peers) peer.end(1006, "");
    await clock.settle();
    expect([signals.map(({ aborted }) => aborted), server.stats().pending]).toEqual([[true], 0]);
    asked.resolve({ id: "late" });
    await clock.advance(60_000);
    expect([signals.length, reached("deadlines.authenticateMs"), failures]).toEqual([1, 0, []]);
    expect(server.stats().totals).toMatchObject({ accepted: 0, refused: 0 });
  });
});

describe("authorize", () => {
  it("A-11 is asked for so many at once, and the others wait", async () => {
    const asked: ReturnType<typeof deferred<boolean>>[] = [];
    const authorize = () => {
      const answer = deferred<boolean>();
      asked.push(answer);
      return answer.promise;
    };
    const { clock, server, plain, reached } = limited({ authorize, limits: { authorizing: 1 } });
    let handled = 0;
    server.handle("feedback", () => void handled++);
    const peers = [plain(), plain()];
    await clock.settle();
    for (const peer of peers) peer.send({ type: "feedback", id: 1, data: { stars: 1 } });
    await clock.settle();
    expect([asked.length, handled, reached("limits.authorizing")]).toEqual([1, 0, 1]);
    for (let i = 0; i < 2; i++) {
      asked[i]?.resolve(true);
      await clock.settle();
    }
    expect(handled).toBe(2);
  });
});
