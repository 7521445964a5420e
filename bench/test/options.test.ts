import { describe, expect, it } from "vitest";
import { optionsOf } from "../src/options.js";

const known = ["broadcast", "requests"];

describe("the command line", () => {
  it("asks for everything in five rounds where it says nothing", () => {
    expect(optionsOf([], known)).toMatchObject({ isShort: false, only: undefined, rounds: 5 });
  });

  it("asks for one round of small counts by --short", () => {
    const { rounds, scale } = optionsOf(["--short"], known);
    expect(rounds).toBe(1);
    expect(scale.clients).toBeLessThan(optionsOf([], known).scale.clients);
  });

  it("names workloads and rounds", () => {
    const args = ["--only", "requests,broadcast", "--rounds", "3"];
    expect(optionsOf(args, known)).toMatchObject({ only: ["requests", "broadcast"], rounds: 3 });
  });

  it.each([
    { args: ["--only", "brodcast"], says: "expected some of broadcast, requests; got 'brodcast'" },
    { args: ["--rounds", "none"], says: "expected a whole number of at least 1, got 'none'" },
    { args: ["--rounds", "0"], says: "got '0'" },
    { args: ["--fast"], says: "--fast" },
  ])("$args is refused in words", ({ args, says }) => {
    expect(() => optionsOf(args, known)).toThrow(says);
  });
});
