import { describe, expect, it } from "vitest";
import { Emitter } from "../src/emitter.js";

interface Events {
  tick: number;
  tock: number;
  error: unknown;
}

function emitter() {
  const reported: unknown[] = [];
  return { emitter: new Emitter<Events>((error) => void reported.push(error)), reported };
}

describe("an emitter", () => {
  it("calls listeners in the order in which they came, each for its own event", () => {
    const { emitter: events } = emitter();
    const heard: string[] = [];
    events.on("tick", (n) => heard.push(`a${n}`));
    events.on("tock", (n) => heard.push(`x${n}`));
    events.on("tick", { handleEvent: (n) => heard.push(`b${n}`) });
    events.emit("tick", 1);
    expect(heard).toEqual(["a1", "b1"]);
  });

  it("reports what a listener throws or is rejected with, and goes on", async () => {
    const { emitter: events, reported } = emitter();
    const heard: number[] = [];
    events.on("tick", () => {
      throw "sync";
    });
    events.on("tick", async () => {
      throw "async";
    });
    events.on("tick", (n) => heard.push(n));
    events.emit("tick", 1);
    await Promise.resolve();
    expect(heard).toEqual([1]);
    expect(reported).toEqual(["sync", "async"]);
  });

  it("does not tell a failing listener of errors about itself", () => {
    const { emitter: events, reported } = emitter();
    events.on("error", () => {
      throw "again";
    });
    events.emit("error", "first");
    expect(reported).toEqual([]);
  });

  it("does not call who comes while the event is told, nor who was removed meanwhile", () => {
    const { emitter: events } = emitter();
    const heard: string[] = [];
    events.on("tick", () => {
      heard.push("first");
      removeLast();
      events.on("tick", () => heard.push("new"));
    });
    const removeLast = events.on("tick", () => heard.push("last"));
    events.emit("tick", 1);
    expect(heard).toEqual(["first"]);
  });

  it("removes by the remover, by signal, and after once", () => {
    const { emitter: events } = emitter();
    const abort = new AbortController();
    const heard: string[] = [];
    const remove = events.on("tick", () => heard.push("removed"));
    events.on("tick", () => heard.push("aborted"), { signal: abort.signal });
    events.on("tick", () => heard.push("once"), { once: true });
    remove();
    remove();
    abort.abort();
    expect(events.isEmpty).toBe(false);
    events.emit("tick", 1);
    events.emit("tick", 1);
    expect(heard).toEqual(["once"]);
    expect(events.isEmpty).toBe(true);
    events.on("tick", () => undefined, { signal: abort.signal });
    expect(events.isEmpty).toBe(true);
  });

  it("keeps the same function as often as it was added", () => {
    const { emitter: events } = emitter();
    let calls = 0;
    const count = () => calls++;
    const remove = events.on("tick", count);
    events.on("tick", count);
    events.emit("tick", 1);
    expect(calls).toBe(2);
    remove();
    events.emit("tick", 1);
    expect(calls).toBe(3);
  });
});
