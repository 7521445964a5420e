import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryClaims, type MemoryClaimsOptions } from "../../src/broker/memory-claims.js";

const scope = "user and client";
const request = (owner: string, attempt = 1) => ({ owner, attempt, leaseMs: 1_000, type: "say" });
const answerOf = (owner: string, text = "answer") => ({ owner, payload: text, byteLength: text.length });

function claims(options?: MemoryClaimsOptions) {
  const clock = new VirtualClock();
  const subject = new MemoryClaims(clock, options);
  return { clock, subject };
}

/** A record in which the messages with these ids were answered, in this order. */
function answered(ids: readonly number[], options?: MemoryClaimsOptions, text?: string) {
  const made = claims(options);
  made.subject.open(scope, 1);
  for (const id of ids) {
    made.subject.claim(scope, id, request(`o${id}`));
    made.subject.answer(scope, id, answerOf(`o${id}`, text));
  }
  return made;
}

describe("a record", () => {
  it("is complete from its first connection to the end of its time, and then gone as a whole", async () => {
    const { clock, subject } = answered([1, 2]);
    subject.claim(scope, 3, request("o3"));
    subject.release(scope, 1, 10_000);
    await clock.advance(9_999);
    expect(subject.open(scope, 2)).toEqual({ kind: "open", since: 1, highest: 3 });
    subject.release(scope, 2, 10_000);
    await clock.advance(10_000);
    expect(subject.size).toBe(0);
    expect(subject.bytes).toBe(0);
    expect(clock.pending).toBe(0);
    expect(subject.claim(scope, 1, request("late"))).toEqual({ kind: "no-record" });
    expect(subject.answer(scope, 3, answerOf("o3"))).toBe(false);
    expect(subject.open(scope, 3)).toEqual({ kind: "open", since: 3, highest: 0 });
  });

  it("stays while a later attempt has it, whatever earlier ones do, and lets these take nothing", () => {
    const { subject } = answered([]);
    subject.claim(scope, 1, request("o1"));
    subject.open(scope, 2);
    subject.release(scope, 1, 1);
    expect(subject.claim(scope, 2, request("old", 1))).toEqual({ kind: "fenced" });
    expect(subject.answer(scope, 1, answerOf("o1"))).toBe(true);
    expect(subject.open(scope, 1)).toEqual({ kind: "stale" });
    expect(subject.claim(scope, 2, request("new", 2))).toEqual({ kind: "new" });
  });

  it("makes room for others only when its client is away, the longest away first", () => {
    const { subject } = claims({ records: 2 });
    for (const name of ["a", "b", "c"]) subject.open(name, 1);
    expect(subject.size).toBe(3);
    subject.release("b", 1, 1_000);
    expect(subject.size).toBe(2);
    subject.release("a", 1, 1_000);
    subject.release("c", 1, 1_000);
    subject.open("d", 1);
    expect(subject.open("c", 2)).toMatchObject({ since: 1 });
    expect(subject.open("a", 2)).toMatchObject({ since: 2 });
  });

  it("ends in time also where another's time is longer", async () => {
    const { clock, subject } = claims();
    subject.open("long", 1);
    subject.open("short", 1);
    subject.release("long", 1, 5_000);
    subject.release("short", 1, 1_000);
    await clock.advance(1_000);
    expect(subject.open("short", 2)).toMatchObject({ since: 2 });
    expect(subject.open("long", 2)).toMatchObject({ since: 1 });
  });
});

describe("a claim", () => {
  it("is pending for others until its owner answers, and answered ever after", () => {
    const { subject } = answered([]);
    expect(subject.claim(scope, 1, request("a"))).toEqual({ kind: "new" });
    expect(subject.claim(scope, 1, request("b"))).toEqual({ kind: "pending" });
    expect(subject.answer(scope, 1, answerOf("b"))).toBe(false);
    expect(subject.answer(scope, 1, answerOf("a"))).toBe(true);
    expect(subject.answer(scope, 1, answerOf("a", "another"))).toBe(false);
    expect(subject.claim(scope, 1, request("c"))).toEqual({
      kind: "answered",
      answer: { payload: "answer", byteLength: 6 },
    });
  });

  it("goes to the first who asks after its lease, and its first owner comes too late", async () => {
    const { clock, subject } = answered([]);
    subject.claim(scope, 1, request("a"));
    await clock.advance(1_000);
    expect(subject.claim(scope, 1, request("b"))).toEqual({ kind: "lapsed" });
    expect(subject.claim(scope, 1, request("c"))).toEqual({ kind: "pending" });
    expect(subject.answer(scope, 1, answerOf("a"))).toBe(false);
    expect(subject.answer(scope, 1, answerOf("b"))).toBe(true);
  });

  it("may be answered after its lease as long as nobody else has asked", async () => {
    const { clock, subject } = answered([]);
    subject.claim(scope, 1, request("a"));
    await clock.advance(5_000);
    expect(subject.answer(scope, 1, answerOf("a"))).toBe(true);
  });

  it("is of one type and room, and tells no other's answer", () => {
    const { subject } = answered([1]);
    subject.claim(scope, 2, request("a"));
    const other = { ...request("b"), type: "rename" };
    const elsewhere = { ...request("b"), room: "chat/a" };
    for (const id of [1, 2])
      for (const asked of [other, elsewhere]) expect(subject.claim(scope, id, asked).kind).toBe("mismatch");
  });
});

describe("whoever waits for an answer", () => {
  it("is told when it is there, when the lease is over, and when the record has gone", async () => {
    const { clock, subject } = answered([]);
    const told: number[] = [];
    for (const id of [1, 2, 3]) {
      subject.claim(scope, id, { ...request(`o${id}`), leaseMs: id * 1_000 });
      void subject.wait(scope, id).then(() => told.push(id));
    }
    subject.answer(scope, 1, answerOf("o1"));
    await clock.settle();
    expect(told).toEqual([1]);
    await clock.advance(2_000);
    expect(told).toEqual([1, 2]);
    subject.clear();
    await clock.settle();
    expect(told).toEqual([1, 2, 3]);
    expect(clock.pending).toBe(0);
  });

  it("does not wait where there is nothing to wait for", async () => {
    const { subject } = answered([1]);
    await Promise.all([subject.wait(scope, 1), subject.wait(scope, 2), subject.wait("nobody", 1)]);
  });
});

describe("answers", () => {
  it("are the newest of a record, and leave behind that their ids were taken", () => {
    const { subject } = answered([1, 2, 3], { answers: 2 });
    expect(subject.claim(scope, 1, request("x"))).toEqual({ kind: "answered", answer: undefined });
    expect(subject.claim(scope, 3, request("x"))).toMatchObject({ answer: { payload: "answer" } });
  });

  it("go by their age, not by their ids: the last answer is the one that may be lost", () => {
    const { subject } = answered([]);
    subject.claim(scope, 1, request("slow"));
    for (let id = 2; id <= 600; id++) {
      subject.claim(scope, id, request("fast"));
      subject.answer(scope, id, answerOf("fast"));
    }
    expect(subject.answer(scope, 1, answerOf("slow"))).toBe(true);
    expect(subject.claim(scope, 1, request("x"))).toMatchObject({ answer: { payload: "answer" } });
    expect(subject.claim(scope, 300, request("x"))).toEqual({ kind: "answered", answer: undefined });
  });

  it("of a record stay within its bytes, and one that is larger is not kept at all", () => {
    const { subject } = answered([1, 2, 3], { recordBytes: 2_000 }, "x".repeat(700));
    expect(subject.bytes).toBeLessThanOrEqual(2_000);
    expect(subject.claim(scope, 1, request("x"))).toEqual({ kind: "answered", answer: undefined });
    expect(subject.claim(scope, 3, request("x"))).toHaveProperty("answer.byteLength", 700);
    const large = answered([1], { recordBytes: 2_000 }, "x".repeat(3_000)).subject;
    expect(large.bytes).toBe(0);
    expect(large.claim(scope, 1, request("x"))).toEqual({ kind: "answered", answer: undefined });
  });

  it("of all records stay within the bytes for all: the oldest go, whose ever they are", () => {
    const { subject } = claims({ bytes: 2_000 });
    for (const name of ["a", "b", "c"]) {
      subject.open(name, 1);
      subject.claim(name, 1, request("o"));
      subject.answer(name, 1, answerOf("o", "x".repeat(700)));
    }
    expect(subject.bytes).toBeLessThanOrEqual(2_000);
    expect(subject.claim("a", 1, request("x"))).toEqual({ kind: "answered", answer: undefined });
    expect(subject.claim("c", 1, request("x"))).toHaveProperty("answer.byteLength", 700);
  });

  it("are bounded by positive numbers alone", () => {
    for (const name of ["records", "answers", "recordBytes", "bytes"])
      expect(() => claims({ [name]: 0 })).toThrow(`claims.${name}: expected a number above 0, got 0`);
  });
});
