import { ScriptedServer } from "@tautline/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClient } from "../src/create-client.js";
import { chat } from "./setup.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("lives on a test runner's fake timers, without a clock of its own", async () => {
  const server = new ScriptedServer();
  const client = createClient(chat, { url: "ws://scripted", WebSocket: server.WebSocket, network: null });
  await client.connect();
  server.on("logout", () => undefined);
  const late = expect(client.send("logout", undefined, { timeoutMs: 2_000 })).rejects.toThrow(
    "no answer in 2000 ms",
  );
  await vi.advanceTimersByTimeAsync(2_000);
  await late;
  server.last.cut();
  await vi.advanceTimersByTimeAsync(500);
  expect(client.state.kind).toBe("connected");
  await vi.advanceTimersByTimeAsync(25_000);
  expect(server.connections).toHaveLength(3);
  await client.close();
  expect(vi.getTimerCount()).toBe(0);
});
