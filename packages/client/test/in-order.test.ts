import fc from "fast-check";
import { expect, it } from "vitest";
import { InOrder } from "../src/in-order.js";

it("hands over at once what is there already, and makes no promise", () => {
  const got: number[] = [];
  new InOrder(() => {}).pass(1, (value) => got.push(value));
  expect(got).toEqual([1]);
});

it("keeps the order whatever takes how long", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { maxLength: 20 }), async (scheduler, slow) => {
      const [inOrder, got]: [InOrder, number[]] = [new InOrder(() => {}), []];
      for (const [i, isSlow] of slow.entries()) {
        inOrder.pass(isSlow ? scheduler.schedule(Promise.resolve(i)) : i, (value) => got.push(value));
      }
      await scheduler.waitAll();
      await new Promise<void>((resolve) => inOrder.pass(Promise.resolve(), () => resolve()));
      expect(got).toEqual(slow.map((_, i) => i));
    }),
  );
});

it("refuses what would wait behind a thousand others", () => {
  const inOrder = new InOrder(() => {});
  const never = new Promise<void>(() => {});
  for (let n = 0; n < 1_000; n++) expect(inOrder.pass(never, () => {})).toBe(true);
  expect(inOrder.pass(never, () => {})).toBe(false);
});

it("goes on behind a callback that throws, and reports what it threw", async () => {
  const reported: unknown[] = [];
  const inOrder = new InOrder((error) => reported.push(error));
  inOrder.pass(Promise.resolve(), () => {
    throw "first";
  });
  const second = new Promise<string>((resolve) => inOrder.pass("second", resolve));
  expect(await second).toBe("second");
  expect(reported).toEqual(["first"]);
});
