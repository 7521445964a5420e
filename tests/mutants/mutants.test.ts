import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { huntMutant } from "../../scripts/hunt-mutants.js";
import { mutants, mutate } from "./mutants.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sourceOf = (file: string) => readFileSync(`${root}${file}`, "utf8");

describe("the planted bugs", () => {
  it("are 25 or more, each with a name of its own and a row of the catalogue", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(25);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    for (const { row } of mutants) expect(row).toMatch(/^(U\d+|F-\d\d)$/);
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s: its line is there, once",
    (_, mutant) => {
      const source = sourceOf(mutant.file);
      expect(mutate(source, mutant)).not.toBe(source);
      if (mutant.caughtBy) expect(existsSync(`${root}${mutant.caughtBy.file}`)).toBe(true);
    },
  );

  it("are refused where their line is gone, or stands there twice", () => {
    const [mutant] = mutants;
    if (!mutant) throw new Error("there are none");
    expect(() => mutate("", mutant)).toThrow("found it 0 times");
    expect(() => mutate(mutant.find + mutant.find, mutant)).toThrow("found it 2 times");
  });
});

// A handful, so that the suite itself shows that it can fail; `pnpm mutants` hunts all.
describe("the simulation finds", () => {
  const handful = [
    "volatile-poisons-position",
    "answers-forgotten",
    "recovered-without-offset",
    "rooms-forgotten-with-the-connection",
  ];

  it.each(handful)("%s", async (name) => {
    const mutant = mutants.find((each) => each.name === name);
    if (!mutant) throw new Error(`no bug is called ${name}`);
    const [found] = await huntMutant(mutant, mutate, { starts: [1], most: 400 });
    expect(found?.invariant).toMatch(/^I\d+$/);
  });
});
