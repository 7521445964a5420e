import { describe, expect, it } from "vitest";
import { InOrder } from "../src/in-order.js";
import { deferred } from "./support/serving.js";

describe("steps in order", () => {
  it("run at once, without a promise, where nothing waits", () => {
    expect(new InOrder().run(() => 5)).toBe(5);
  });

  it("wait for those that were asked for before", async () => {
    const order = new InOrder();
    const done: number[] = [];
    const gate = deferred();
    const first = order.run(async () => {
      await gate.promise;
      done.push(1);
    });
    const second = order.run(() => done.push(2));
    expect(done).toEqual([]);
    gate.resolve();
    await Promise.all([first, second]);
    expect(done).toEqual([1, 2]);
  });

  it("go on after one that failed, of which only its caller hears", async () => {
    const order = new InOrder();
    const failed = order.run(() => Promise.reject(new Error("no")));
    const next = order.run(() => 2);
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe(2);
    expect(order.run(() => 3)).toBe(3);
  });
});
