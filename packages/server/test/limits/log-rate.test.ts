import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../src/index.js";
import type { ChatOptions } from "../support/serving.js";
import { limited } from "./set-up.js";

function logging(options: ChatOptions = {}) {
  const records: LogRecord[] = [];
  return { records, ...limited({ log: (record) => records.push(record), ...options }) };
}

describe("the log", () => {
  it("A-87 gets a hundred records of one event at most, whatever a peer does", async () => {
    const { clock, server, plain, records, reached } = logging();
    for (let i = 0; i < 300; i++) {
      const peer = plain();
      await clock.settle();
      peer.send("not json");
      peer.end();
    }
    const ofOpen = records.filter(({ event }) => event === "connection.open");
    expect(ofOpen).toHaveLength(100);
    expect(records.length).toBeLessThanOrEqual(200);
    expect(reached("logRate.records")).toBe(300 + 300 - records.length);
    expect(server.stats().totals.accepted).toBe(300);
  });

  it("A-87 is told how many records were left out, by the first one after them", async () => {
    const { clock, plain, records } = logging({ logRate: { records: 2, windowMs: 1_000 } });
    for (let i = 0; i < 5; i++) plain();
    await clock.settle();
    await clock.advance(1_000);
    for (let i = 0; i < 2; i++) plain();
    await clock.settle();
    expect(records.map(({ event, omitted }) => [event, omitted])).toEqual([
      ["connection.open", undefined],
      ["connection.open", undefined],
      ["connection.open", 3],
      ["connection.open", undefined],
    ]);
  });

  it("A-87 gets all records where its rate is not limited", async () => {
    const { clock, plain, records } = logging({ logRate: false });
    for (let i = 0; i < 150; i++) plain();
    await clock.settle();
    expect(records).toHaveLength(150);
  });
});
