import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

describe("rooms that somebody joins only to leave them", () => {
  it("[3.4] cost nothing afterwards but what is remembered of their streams, and that is bounded (A-60)", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1), maxStreams: 100 });
    const { rooms } = node({ clock, broker });
    const member = new Recorder("a");
    for (let i = 0; i < 2_000; i++) {
      const room = `${["kept", "seen", "both", "bare"][i % 4]}/${i}`;
      await join(rooms, member, { room });
      rooms.leave(member, room);
      member.frames.length = 0;
    }
    await clock.advance(10_000);
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(broker.history.counts.streams).toBeLessThanOrEqual(100);
    expect(clock.pending).toBe(0);
    await clock.advance(86_400_000);
    broker.history.open("kept/last", { size: 1, bytes: 1 });
    expect(broker.history.counts.streams).toBe(1);
  });

  it("[8.2] keep their place as long as they are remembered, however little is in them", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1), metaTtlMs: 60_000 });
    const { rooms } = node({ clock, broker });
    const member = new Recorder("a");
    const { epoch } = await join(rooms, member, { room: "kept/a" });
    rooms.leaveAll(member);
    await clock.advance(59_000);
    expect(await join(rooms, member, { room: "kept/a", epoch, offset: 0 })).toMatchObject({
      recovered: true,
    });
    rooms.leaveAll(member);
    await clock.advance(61_000);
    // Forgotten is whatever is too old when the history is used next.
    await join(rooms, member, { room: "kept/other" });
    const late = await join(rooms, member, { room: "kept/a", epoch, offset: 0 });
    expect(late).toMatchObject({ recovered: false, reason: "new-epoch" });
  });
});
