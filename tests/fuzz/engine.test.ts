import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureOf } from "./engine/failure.js";
import { type Feedback, fuzz } from "./engine/fuzz.js";
import { mutate } from "./engine/mutate.js";
import { shrink } from "./engine/shrink.js";
import { bytesOf, type Target, textOf } from "./engine/target.js";
import { readVectors, vectorOf, writeVector } from "./vectors.js";

/** A target that fails behind six doors, each of which opens with one more letter; and what tells that a door was new. */
function doors(): { readonly target: Target; readonly feedback: Feedback } {
  const [opened, known] = [new Set<number>(), new Set<number>()];
  const fresh = () => [...opened].filter((door) => !known.has(door));
  const target: Target = {
    name: "doors",
    covers: [],
    words: ["x"],
    seeds: () => [bytesOf("a long beginning")],
    structured: fc.constant(bytesOf("structured")),
    run(input) {
      const text = textOf(input);
      for (let door = 1; door <= 6; door++) {
        if (!text.includes("tautline".slice(0, door))) return;
        opened.add(door);
      }
      throw new Error("behind six doors");
    },
  };
  const feedback: Feedback = {
    hasNew: () => {
      const found = fresh().length > 0;
      opened.clear();
      return found;
    },
    takeNew: () => {
      const found = fresh();
      for (const door of found) known.add(door);
      opened.clear();
      return found.length > 0;
    },
  };
  return { target, feedback };
}

const most = 300_000;

describe("the fuzzer", () => {
  it("finds what lies behind doors that open one after another, and makes the input small", async () => {
    const { target, feedback } = doors();
    const { finding, corpus } = await fuzz(target, { seed: 1, goesOn: (runs) => runs < most, feedback });
    expect(finding).toMatchObject({ input: bytesOf("tautli"), error: new Error("behind six doors") });
    expect(corpus.length).toBeGreaterThan(3);
  });

  it("does not find it where nothing tells that a door was opened: what is new must lead on", async () => {
    const { target } = doors();
    const blind: Feedback = { hasNew: () => false, takeNew: () => false };
    const { finding } = await fuzz(target, { seed: 1, goesOn: (runs) => runs < 20_000, feedback: blind });
    expect(finding).toBeUndefined();
  });

  it("does the same for the same seed", async () => {
    const inputs = async (seed: number): Promise<readonly string[]> => {
      const seen: string[] = [];
      const target: Target = { ...doors().target, run: (input) => void seen.push(textOf(input)) };
      await fuzz(target, {
        seed,
        goesOn: (runs) => runs < 500,
        feedback: { hasNew: () => false, takeNew: () => false },
      });
      return seen;
    };
    expect(await inputs(5)).toEqual(await inputs(5));
    expect(await inputs(5)).not.toEqual(await inputs(6));
  });

  it("takes for a failure whatever is thrown, also by promise, also nothing", async () => {
    const throwing = (run: Target["run"]) => failureOf({ ...doors().target, run }, new Uint8Array());
    const error = new Error("mine");
    expect(await throwing(() => Promise.reject(error))).toBe(error);
    expect(
      await throwing(() => {
        throw undefined as unknown as Error;
      }),
    ).toBeInstanceOf(Error);
    expect(await throwing(() => undefined)).toBeUndefined();
  });
});

describe("shrink", () => {
  it("leaves out what need not be there, and makes the rest simple", async () => {
    const fails = async (input: Uint8Array) => input.length >= 3 && input.includes(0xff);
    const small = await shrink(Uint8Array.from([1, 2, 3, 0xff, 5, 6, 7, 8]), fails);
    expect([...small].sort()).toEqual([0x30, 0x30, 0xff].sort());
  });
});

describe("mutate", () => {
  it("changes any input, the empty one too, and makes none endless", () => {
    const random = seededRandom(3);
    const sources = { words: ["word"], corpus: [bytesOf("other")] };
    let input = new Uint8Array();
    const lengths = new Set<number>();
    for (let n = 0; n < 5_000; n++) {
      input = Uint8Array.from(mutate(input, random, sources));
      lengths.add(input.length);
      expect(input.length).toBeLessThanOrEqual(100_000);
    }
    expect(lengths.size).toBeGreaterThan(10);
  });
});

describe("vectors", () => {
  it("are written one after another, and read again", () => {
    const folder = mkdtempSync(join(tmpdir(), "tautline-vectors-"));
    try {
      expect(readVectors(folder, "a")).toEqual([]);
      writeVector(folder, "a", vectorOf(Uint8Array.of(0, 255), new Error("first\nstack")));
      writeVector(folder, "a", vectorOf(Uint8Array.of(1), "second"));
      expect(readVectors(folder, "a")).toEqual([
        { name: "first", input: "AP8=" },
        { name: "second", input: "AQ==" },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
