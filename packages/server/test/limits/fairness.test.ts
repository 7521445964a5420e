import { once } from "node:events";
import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { InboundQueue } from "../../src/connection/inbound-queue.js";
import { WorkTurns } from "../../src/limits/work-turns.js";
import { Peer } from "../support/peer.js";
import { rawClient, textFrame } from "../support/raw-client.js";
import { chatServer } from "../support/serving.js";
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

  it("A-88 that cannot be read are refused in their turn as well, in order", async () => {
    const { clock, plain, reached } = limited({ limits: { messagesPerTurn: 3 } });
    const [hog, quiet] = [plain(), plain()];
    await clock.settle();
    for (let i = 1; i <= 4; i++) hog.send("no JSON");
    hog.send({ type: "nope", id: 5 });
    quiet.send({ type: "nope", id: 6 });
    const codes = () => hog.sent.map(({ error }) => error?.code);
    await clock.settle();
    expect(codes()).toEqual(["BAD_JSON", "BAD_JSON", "BAD_JSON", "BAD_JSON", "UNKNOWN_TYPE"]);
    expect(reached("limits.messagesPerTurn")).toBe(1);
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

describe("what comes after the server's goodbye", () => {
  it("A-88 is read a chunk in a turn", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock });
    const { port, url } = await server.listen();
    const hog = await rawClient(port);
    const goodbye = once(hog, "data");
    // Answered by 1003. What is behind it is more than a chunk, and ends in the hog's own goodbye.
    hog.write(Buffer.concat([Buffer.from([0x82, 0x80, 0, 0, 0, 0])]));
    await goodbye;
    let isOver = false;
    const over = once(hog, "close").then(() => {
      isOver = true;
    });
    const noise = textFrame("x".repeat(60_000));
    hog.write(Buffer.concat([...Array(20).fill(noise), Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xeb])]));
    // Others are served meanwhile, and no turn of the server's clock has come yet.
    (await Peer.connect(url)).close();
    expect(isOver).toBe(false);
    while (!isOver) {
      await clock.settle();
      await Promise.race([over, new Promise((resolve) => setImmediate(resolve))]);
    }
  });
});
