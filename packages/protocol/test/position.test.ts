import { expect, it } from "vitest";
import { stepTo } from "../src/index.js";

const at = (offset: number, epoch = "a") => ({ epoch, offset });

it.each([
  ["the one after", at(4), at(5), "next"],
  ["the first of all", at(0), at(1), "next"],
  ["the same again", at(4), at(4), "duplicate"],
  ["an older one", at(4), at(1), "duplicate"],
  ["one too far", at(4), at(6), "hole"],
  ["the one after, of another epoch", at(4), at(5, "b"), "other-epoch"],
  ["an older one, of another epoch", at(4), at(1, "b"), "other-epoch"],
] as const)("[8.10] knows %s for what it is", (_, current, arriving, step) => {
  expect(stepTo(current, arriving)).toBe(step);
});
