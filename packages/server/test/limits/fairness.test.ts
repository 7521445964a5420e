import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { InboundQueue } from "../../src/connection/inbound-queue.js";
import { WorkTurns } from "../../src/limits/work-turns.js";
import { limited } from "./set-up.js";

describe("messages of one connection", () => {
  it("A-88 are begun so many in a turn, in order, and the others' in between", async () => {
    const { clock, server, plain, reached } = limited({ limits: { messagesPerTurn: 3 } });
    const handled: string[] = [];
    server.handle("rename", ({ data }) => {
      handled.push(data.name);
      return data;
    });
    const [hog, quiet] = [plain(), plain()];
    await clock.settle();
    for (let i = 1; i <= 8; i++) hog.send({ type: "rename", data: { name: `h${i}` } });
    quiet.send({ type: "rename", data: { name: "q" } });
    expect(handled).toEqual(["h1", "h2", "h3", "q"]);
    await clock.settle();
    expect(handled).toEqual(["h1", "h2", "h3", "q", "h4", "h5", "h6", "h7", "h8"]);
    expect(reached("limits.messagesPerTurn")).toBe(2);
  });

  it("A-88 that wait stop the socket, and let it go on when they have begun", async () => {
    const clock = new VirtualClock();
    const turns = new WorkTurns({ clock, messagesPerTurn: 10, deferred: () => undefined });
    const flow: string[] = [];
    const begun: number[] = [];
    const queue = new InboundQueue<number>(
      (item) => void begun.push(item),
      {
        pause: () => flow.push(`pause at ${begun.length}`),
        resume: () => flow.push(`resume at ${begun.length}`),
      },
      turns,
    );
    for (let i = 0; i < 100; i++) queue.push(i);
    expect([begun.length, queue.waiting]).toEqual([10, 90]);
    await clock.settle();
    expect(begun).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(flow).toEqual(["pause at 10", "resume at 100"]);
  });

  it("A-88 of a connection that has ended are not begun in a later turn", async () => {
    const { clock, server, plain } = limited({ limits: { messagesPerTurn: 1 } });
    let handled = 0;
    server.handle("feedback", () => void handled++);
    const peer = plain();
    await clock.settle();
    for (let i = 0; i < 5; i++) peer.send({ type: "feedback", data: { stars: 1 } });
    peer.end();
    await clock.settle();
    expect(handled).toBe(1);
  });
});
