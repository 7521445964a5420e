import { TautlineError } from "@tautline/protocol";
import { expect, it } from "vitest";
import { messageStream } from "../src/message-stream.js";

/** A stream, and the hands that feed it. */
function fed(options: { buffer?: number; signal?: AbortSignal } = {}) {
  const hands = { push: (_: number): void => {}, end: (): void => {}, isStopped: false };
  const stream = messageStream<number>(options, (push, end) => {
    Object.assign(hands, { push, end });
    return () => {
      hands.isStopped = true;
    };
  });
  return { stream, hands };
}

it("takes from the call on, before anyone reads", async () => {
  const { stream, hands } = fed();
  hands.push(1);
  const next = stream.next();
  hands.push(2);
  expect(await next).toEqual({ done: false, value: 1 });
  expect((await stream.next()).value).toBe(2);
});

it("waits for what is not there yet", async () => {
  const { stream, hands } = fed();
  const next = stream.next();
  await Promise.resolve();
  hands.push(0);
  expect(await next).toEqual({ done: false, value: 0 });
});

it("tells a reader that is too slow, after what has waited, and takes no more", async () => {
  const { stream, hands } = fed({ buffer: 2 });
  for (const value of [1, 2, 3, 4]) hands.push(value);
  expect(hands.isStopped).toBe(true);
  expect((await stream.next()).value).toBe(1);
  expect((await stream.next()).value).toBe(2);
  await expect(stream.next()).rejects.toSatisfy(
    (error) => TautlineError.is(error) && error.code === "DROPPED",
  );
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

it("ends by its signal after what has waited, and stops the flow", async () => {
  const abort = new AbortController();
  const { stream, hands } = fed({ signal: abort.signal });
  hands.push(1);
  abort.abort();
  expect(hands.isStopped).toBe(true);
  expect((await stream.next()).value).toBe(1);
  expect((await stream.next()).done).toBe(true);
  expect((await fed({ signal: abort.signal }).stream.next()).done).toBe(true);
});

it("stops the flow when the loop is left", async () => {
  const { stream, hands } = fed();
  hands.push(1);
  for await (const value of stream) if (value === 1) break;
  expect(hands.isStopped).toBe(true);
});

it("refuses a buffer that holds nothing", () => {
  expect(() => fed({ buffer: 0 })).toThrow("buffer: expected a number from 1, got 0");
});
