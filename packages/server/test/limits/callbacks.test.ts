import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { CallbackGate } from "../../src/limits/callback-gate.js";
import { deferred } from "../support/serving.js";
import { limited } from "./set-up.js";

const always = () => true;

function gate(max: number) {
  const clock = new VirtualClock();
  const waits: number[] = [];
  const callbacks = new CallbackGate({ clock, max, deadlineMs: 1_000, waiting: () => waits.push(1) });
  return { clock, callbacks, waits };
}

describe("a gate of callbacks", () => {
  it("A-11 gives what is answered at once in the same turn, however many there are", () => {
    const { callbacks, waits } = gate(1);
    for (let i = 0; i < 10; i++) expect(callbacks.run(() => i, always)).toBe(i);
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
        }, always),
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
      }, always),
    ).toThrow("now");
    const first = callbacks.run(() => Promise.reject(new Error("later")), always);
    const second = callbacks.run(() => {
      throw new Error("in line");
    }, always);
    const third = callbacks.run(() => "well", always);
    await expect(first).rejects.toThrow("later");
    await expect(second).rejects.toThrow("in line");
    expect(await third).toBe("well");
  });

  it("A-11 makes no call that nobody wants any more", async () => {
    const { callbacks } = gate(1);
    const first = deferred();
    void callbacks.run(() => first.promise, always);
    let called = false;
    void callbacks.run(
      () => {
        called = true;
      },
      () => false,
    );
    const third = callbacks.run(() => 3, always);
    first.resolve();
    expect(await third).toBe(3);
    expect(called).toBe(false);
  });

  it("A-11 gives the place of a call that never ends to others, after its deadline", async () => {
    const { clock, callbacks } = gate(1);
    void callbacks.run(() => new Promise(() => {}), always);
    await clock.advance(999);
    const line = callbacks.run(() => "from the line", always);
    await clock.advance(1);
    expect(callbacks.run(() => "late", always)).toBe("late");
    expect(callbacks.size).toBe(0);
    // Whoever waits gets a turn as soon as somebody's call ends.
    await callbacks.run(() => Promise.resolve(), always);
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
