import { scriptedWebSockets } from "@tautline/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ReconnectingWebSocket } from "../../src/index.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("lives on a test runner's fake timers, without a clock of its own", async () => {
  const sockets = scriptedWebSockets();
  const waits: number[] = [];
  const socket = new ReconnectingWebSocket("ws://test", [], { WebSocket: sockets.WebSocket, network: null });
  socket.onretry = ({ delayMs }) => waits.push(delayMs);
  await vi.advanceTimersByTimeAsync(0);
  sockets.last.accept();
  await vi.advanceTimersByTimeAsync(5000);
  sockets.last.fail();
  await vi.advanceTimersByTimeAsync(500);
  expect(sockets.made).toHaveLength(2);
  sockets.last.fail();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sockets.made).toHaveLength(3);
  expect(waits).toEqual([expect.any(Number), expect.any(Number)]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(waits).toHaveLength(3);
  socket.close();
  expect(vi.getTimerCount()).toBe(0);
});
