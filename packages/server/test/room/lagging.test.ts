import { describe, expect, it } from "vitest";
import { noRecoveryTotals } from "../../src/room/recovery-totals.js";
import { Recorder } from "./recorder.js";
import { join, type Node, node } from "./set-up.js";

const room = "kept/a";

function publish({ rooms }: Node, count: number, name: string = room): void {
  for (let i = 0; i < count; i++) void rooms.publish(name, { type: "message", data: i });
}

const keyOf = ({ key }: { readonly key: string }) => key;

/** A node whose rooms conflate `price` by its key. */
function conflating(): Node {
  return node({ settings: { conflation: new Map([["price", keyOf]]) } });
}

/** Publishes what nobody keeps. */
function tick({ rooms }: Node, type: string, data?: unknown): void {
  void rooms.publish(room, { type, data }, { volatile: true });
}

/** What a member got, in few words: publications by offset, the others by their data's value. */
function seen({ envelopes }: Recorder): unknown[] {
  return envelopes.flatMap(({ room: name, offset, data, type }) =>
    name ? [offset ?? (data as { value?: number } | undefined)?.value ?? type] : [],
  );
}

/** A member that takes so many frames more before it is behind. */
async function member(here: Node, takes: number, names: readonly string[] = [room]): Promise<Recorder> {
  const recorder = new Recorder(`takes ${takes}`);
  recorder.takes = takes;
  for (const name of names) await join(here.rooms, recorder, { room: name });
  return recorder;
}

describe("a live member that falls behind", () => {
  it("[8.8] is not given what is kept until it has read, then everything, in order, and is live again (A-80, U13)", async () => {
    const here = node();
    const [slow, fast] = [await member(here, 3), await member(here, 100)];
    publish(here, 8);
    expect(slow.offsets).toEqual([1, 2, 3]);
    expect(fast.offsets).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(here.rooms.catchingUp).toBe(1);
    slow.relieve(2);
    await here.clock.settle();
    expect(slow.offsets).toEqual([1, 2, 3, 4, 5]);
    slow.relieve(100);
    await here.clock.settle();
    expect(here.rooms.catchingUp).toBe(0);
    publish(here, 1);
    expect(slow.offsets).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("[8.9] is told of the gap first, when history did not wait for it", async () => {
    const here = node();
    const slow = await member(here, 1);
    publish(here, 14);
    slow.relieve(100);
    await here.clock.settle();
    expect(slow.story.slice(0, 3)).toEqual(["message 1", "gap trimmed 2-4 → 4", "message 5"]);
    expect(slow.offsets.at(-1)).toBe(14);
  });

  it("[8.11] is not given what nobody keeps, but for the newest of each key, after what is kept", async () => {
    const here = conflating();
    const slow = await member(here, 1);
    publish(here, 3);
    tick(here, "typing");
    for (const [key, value] of [
      ["a", 101],
      ["b", 102],
      ["a", 103],
    ] as const)
      tick(here, "price", { key, value });
    slow.relieve(100);
    await here.clock.settle();
    expect(seen(slow)).toEqual([1, 2, 3, 102, 103]);
    tick(here, "price", { key: "a", value: 104 });
    tick(here, "typing");
    expect(seen(slow).slice(5)).toEqual([104, "typing"]);
  });

  it("gets nothing of what was conflated for it once it has left", async () => {
    const here = conflating();
    const slow = await member(here, 0);
    tick(here, "price", { key: "a", value: 1 });
    here.rooms.leave(slow, room);
    slow.relieve(100);
    await here.clock.settle();
    expect(slow.frames).toEqual([]);
  });

  it("catches up with its rooms by turns: none waits for another to end", async () => {
    const here = node();
    const names = ["kept/a", "kept/b", "kept/c"];
    const slow = await member(here, 0, names);
    for (const name of names) publish(here, 6, name);
    for (let turn = 0; turn < 9; turn++) {
      slow.relieve(2);
      await here.clock.settle();
    }
    const told = slow.envelopes.map(({ room: name, offset }) => `${name} ${offset}`);
    expect(told.slice(0, 6)).toEqual([
      ...["kept/a 1", "kept/a 2", "kept/b 1", "kept/b 2", "kept/c 1", "kept/c 2"],
    ]);
    expect(told).toHaveLength(18);
  });

  it("is counted, as are gaps by their reasons and recoveries", async () => {
    const totals = noRecoveryTotals();
    const here = node({ totals });
    const slow = await member(here, 1);
    const { epoch } = await join(here.rooms, new Recorder("other"), { room });
    publish(here, 14);
    slow.relieve(100);
    await here.clock.settle();
    await join(here.rooms, new Recorder("back"), { room, epoch, offset: 10 });
    await join(here.rooms, new Recorder("late"), { room, epoch, offset: 1 });
    await join(here.rooms, new Recorder("stranger"), { room, epoch: "another", offset: 1 });
    await join(here.rooms, new Recorder("bare"), { room: "bare/a", epoch, offset: 1 });
    const gaps = { "new-epoch": 1, trimmed: 2, "too-many": 0, "no-history": 1 };
    expect(totals).toEqual({ recovered: 1, gaps, lagged: 1 });
  });

  it("on the way to the newest is led again when its history could not be read, and waits for nobody else's", async () => {
    const here = node();
    const slow = await member(here, 0);
    const read = here.broker.history.read.bind(here.broker.history);
    publish(here, 2);
    here.broker.history.read = () => {
      throw new Error("the engine is away");
    };
    slow.relieve(100);
    await here.clock.settle();
    expect(here.failures).toHaveLength(1);
    here.broker.history.read = read;
    await here.clock.advance(1_000);
    expect(slow.offsets).toEqual([1, 2]);
  });
});
