import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it, vi } from "vitest";
import type { Subscriber } from "../../src/broker/broker.js";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Recorder } from "./recorder.js";
import { join, type Node, node } from "./set-up.js";

const room = "kept/a";

/** Publishes so many in room `kept/a`, of which ten are kept. */
function publish({ rooms }: Node, count: number): void {
  for (let i = 0; i < count; i++) void rooms.publish(room, { type: "message", data: i });
}

/** A broker that shows its subscribers, so that a test can speak as a faulty engine would. */
class OpenBroker extends MemoryBroker {
  readonly subscribers = new Set<Subscriber>();

  override subscribe(channel: string, subscriber: Subscriber): ReturnType<MemoryBroker["subscribe"]> {
    this.subscribers.add(subscriber);
    return super.subscribe(channel, subscriber);
  }
}

function faulty(): { broker: OpenBroker; here: Node; appendUnseen: (count: number) => void } {
  const clock = new VirtualClock();
  const broker = new OpenBroker({ clock, random: seededRandom(5) });
  const appendUnseen = (count: number): void => {
    for (let i = 0; i < count; i++)
      broker.history.append(
        room,
        { payload: '{"type":"message"}', byteLength: 18 },
        { retention: { size: 10, bytes: 9_999 } },
      );
  };
  return { broker, here: node({ broker, clock }), appendUnseen };
}

describe("a join of a room with history", () => {
  it("[8.6] [8.8] gives the last so many, then what is published, without a hole", async () => {
    const here = node({ settings: { last: 2 } });
    publish(here, 5);
    const [byOption, byRequest] = [new Recorder("a"), new Recorder("b")];
    expect(await join(here.rooms, byOption, { room })).toMatchObject({
      offset: 3,
      head: 5,
      recovered: false,
    });
    expect(await join(here.rooms, byRequest, { room, last: 4 })).toMatchObject({ offset: 1, head: 5 });
    publish(here, 1);
    expect(byOption.offsets).toEqual([4, 5, 6]);
    expect(byRequest.offsets).toEqual([2, 3, 4, 5, 6]);
  });

  it("[8.4] [8.8] gives what was missed since a position", async () => {
    const here = node();
    const member = new Recorder("a");
    const { epoch } = await join(here.rooms, member, { room });
    publish(here, 2);
    here.rooms.leaveAll(member);
    publish(here, 3);
    const again = new Recorder("a2");
    expect(await join(here.rooms, again, { room, epoch, offset: 2 })).toEqual({
      ...{ room, epoch, offset: 2, head: 5, recovered: true },
    });
    expect(again.offsets).toEqual([3, 4, 5]);
  });

  it("says why it cannot, and goes on at the newest", async () => {
    const here = node();
    const { epoch } = await join(here.rooms, new Recorder("a"), { room });
    publish(here, 12);
    const late = new Recorder("b");
    expect(await join(here.rooms, late, { room, epoch, offset: 1 })).toEqual({
      ...{ room, epoch, offset: 12, head: 12, recovered: false, reason: "trimmed" },
    });
    publish(here, 1);
    expect(late.offsets).toEqual([13]);
  });

  it("gives nothing before it is started, and loses nothing that is published in between", async () => {
    const here = node();
    const member = new Recorder("a");
    const { result, start } = await here.rooms.join(member, { room });
    publish(here, 2);
    void here.rooms.publish(room, { type: "typing" }, { volatile: true });
    expect(member.frames).toEqual([]);
    start();
    start();
    publish(here, 1);
    expect(result.offset).toBe(0);
    expect(member.story).toEqual(["message 1", "message 2", "message 3"]);
  });

  it("[8.9] tells of a gap when what was to follow was trimmed before the start", async () => {
    const here = node();
    const member = new Recorder("a");
    const { start } = await here.rooms.join(member, { room });
    publish(here, 12);
    start();
    expect(member.story.slice(0, 2)).toEqual(["gap trimmed 1-2 → 2", "message 3"]);
    expect(member.offsets).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("[7.6] moves a member that joins again, and the join before it starts nothing any more", async () => {
    const here = node();
    const member = new Recorder("a");
    publish(here, 3);
    const first = await here.rooms.join(member, { room, last: 3 });
    const second = await here.rooms.join(member, { room, last: 1 });
    first.start();
    expect(member.frames).toEqual([]);
    second.start();
    await join(here.rooms, member, { room, epoch: second.result.epoch, offset: 1 });
    publish(here, 1);
    expect(member.offsets).toEqual([3, 2, 3, 4]);
    expect(here.rooms.counts.memberships).toBe(1);
    expect(here.told).toEqual(["occupied kept/a", "joined kept/a a"]);
  });

  it("reads a long history page by page", async () => {
    const here = node({ settings: { retention: { size: 5_000, bytes: 10_000_000 }, maxRecovered: 5_000 } });
    const { epoch } = await join(here.rooms, new Recorder("a"), { room });
    publish(here, 3_500);
    const member = new Recorder("b");
    await join(here.rooms, member, { room, epoch, offset: 0 });
    expect(member.offsets).toEqual(Array.from({ length: 3_500 }, (_, i) => i + 1));
  });
});

describe("a member that reads slowly", () => {
  it("[8.8] is given its history as it reads, and what is published meanwhile after it", async () => {
    const here = node();
    publish(here, 6);
    const [slow, fast] = [new Recorder("slow"), new Recorder("fast")];
    slow.takes = 2;
    await join(here.rooms, fast, { room, last: 1 });
    await join(here.rooms, slow, { room, last: 6 });
    expect(slow.offsets).toEqual([1, 2]);
    publish(here, 2);
    void here.rooms.publish(room, { type: "typing" }, { volatile: true });
    expect(fast.story).toEqual(["message 6", "message 7", "message 8", "typing"]);
    for (const expected of [4, 6, 8]) {
      slow.relieve(2);
      await here.clock.settle();
      expect(slow.offsets).toHaveLength(expected);
    }
    slow.relieve(2);
    publish(here, 1);
    await here.clock.settle();
    expect(slow.story).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((offset) => `message ${offset}`));
  });

  it("[8.9] is told of the gap when history did not wait for it", async () => {
    const here = node();
    publish(here, 4);
    const member = new Recorder("a");
    member.takes = 2;
    await join(here.rooms, member, { room, last: 4 });
    publish(here, 10);
    member.relieve(100);
    await here.clock.settle();
    expect(member.story.slice(0, 4)).toEqual(["message 1", "message 2", "gap trimmed 3-4 → 4", "message 5"]);
    expect(member.offsets.at(-1)).toBe(14);
  });

  it("is given nothing when it left, or joined anew, meanwhile", async () => {
    const here = node();
    publish(here, 4);
    const [gone, moved] = [new Recorder("gone"), new Recorder("moved")];
    gone.takes = 1;
    moved.takes = 1;
    await join(here.rooms, gone, { room, last: 4 });
    await join(here.rooms, moved, { room, last: 4 });
    here.rooms.leaveAll(gone);
    await join(here.rooms, moved, { room, last: 1 });
    gone.relieve(100);
    moved.relieve(100);
    await here.clock.settle();
    expect(gone.offsets).toEqual([1]);
    expect(moved.offsets).toEqual([1, 4]);
  });
});

describe("a member, when the broker", () => {
  it("[8.8] left out a delivery, gets it from history before the next one", async () => {
    const { here, appendUnseen } = faulty();
    const member = new Recorder("a");
    await join(here.rooms, member, { room });
    publish(here, 1);
    appendUnseen(2);
    publish(here, 1);
    expect(member.offsets).toEqual([1, 2, 3, 4]);
  });

  it("delivers twice, gets each once", async () => {
    const { here, broker } = faulty();
    const member = new Recorder("a");
    const { epoch = "" } = await join(here.rooms, member, { room });
    publish(here, 2);
    const position = { epoch, offset: 1 };
    const read = vi.spyOn(broker.history, "read");
    for (const subscriber of broker.subscribers)
      subscriber.delivered({ payload: '{"type":"message"}', byteLength: 18, timestamp: 0, position });
    expect(member.offsets).toEqual([1, 2]);
    expect(read, "nothing has to be made good").not.toHaveBeenCalled();
  });

  it("says that it was interrupted, gets the quiet tail", async () => {
    const { here, broker, appendUnseen } = faulty();
    const member = new Recorder("a");
    await join(here.rooms, member, { room });
    publish(here, 1);
    appendUnseen(2);
    for (const subscriber of broker.subscribers) subscriber.interrupted();
    publish(here, 1);
    expect(member.offsets).toEqual([1, 2, 3, 4]);
    expect(here.failures).toEqual([]);
  });

  it("[8.9] left out more than is kept, is told of the gap first", async () => {
    const { here, appendUnseen } = faulty();
    const member = new Recorder("a");
    await join(here.rooms, member, { room });
    publish(here, 1);
    appendUnseen(14);
    publish(here, 1);
    expect(member.story.slice(0, 3)).toEqual(["message 1", "gap trimmed 2-6 → 6", "message 7"]);
    expect(member.offsets.at(-1)).toBe(16);
  });

  it("[8.2] [8.9] lost the stream, is told of the new epoch before anything of it, whoever notices first", async () => {
    const { here, broker } = faulty();
    const member = new Recorder("a");
    const before = await join(here.rooms, member, { room });
    publish(here, 3);
    broker.history.clear();
    publish(here, 2);
    expect(member.story).toEqual([
      ...["message 1", "message 2", "message 3"],
      ...["gap new-epoch undefined-undefined → 0", "message 1", "message 2"],
    ]);

    broker.history.clear();
    const newcomer = new Recorder("b");
    const joined = await join(here.rooms, newcomer, { room, epoch: before.epoch, offset: 3 });
    expect(joined).toMatchObject({ recovered: false, reason: "new-epoch", offset: 0, head: 0 });
    expect(member.story.at(-1)).toBe("gap new-epoch undefined-undefined → 0");
    publish(here, 1);
    expect(newcomer.story).toEqual(["message 1"]);
    expect(member.story.at(-1)).toBe("message 1");
  });
});
