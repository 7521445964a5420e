import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { failureOf } from "./engine/failure.js";
import { type Feedback, fuzz } from "./engine/fuzz.js";
import { targets } from "./targets.js";
import { readVectors } from "./vectors.js";

const path = (folder: string) => fileURLToPath(new URL(folder, import.meta.url));

/** The longer runs, which follow what reaches new code, are those of `pnpm fuzz`. */
const blind: Feedback = { hasNew: () => false, takeNew: () => false };

describe.each(targets)("A-30 A-40 A-41 A-43 A-46 the target $name", (target) => {
  it("stands every input that once did harm", async () => {
    for (const { name, input } of readVectors(path("vectors"), target.name)) {
      expect(await failureOf(target, Uint8Array.from(Buffer.from(input, "base64"))), name).toBeUndefined();
    }
  });

  it("stands the frames of real runs and some hundred made of them", async () => {
    const { finding, runs } = await fuzz(target, {
      seed: 1,
      goesOn: (count) => count < 150,
      feedback: blind,
    });
    expect(finding).toBeUndefined();
    expect(runs).toBeGreaterThanOrEqual(150);
  });
});

describe("the targets", () => {
  it("are all that there are files of, under their names", () => {
    const files = readdirSync(path("targets")).map((file) => file.replace(".ts", ""));
    expect(targets.map(({ name }) => name)).toEqual(files.sort());
  });

  it("have vectors under their names alone", () => {
    const files = readdirSync(path("vectors")).map((file) => file.replace(".json", ""));
    expect(files.filter((name) => !targets.some((target) => target.name === name))).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });
});
