import { expectTypeOf, it } from "vitest";
import type { PatternOf } from "../src/index.js";
import type { agreed } from "./agreed-rooms.js";

type Agreed = typeof agreed;
type Row = Agreed["rows"][number];
type ByType<R extends Row> = PatternOf<Agreed["patterns"][number], R["name"]>;
/** Rows whose pattern by type is not the one of the table. */
type Wrong<R extends Row = Row> = R extends Row
  ? [ByType<R>] extends [never]
    ? R["pattern"] extends undefined
      ? never
      : R
    : [ByType<R>] extends [R["pattern"]]
      ? never
      : R
  : never;

it("finds by type the patterns that are found at run time", () => {
  expectTypeOf<Wrong>().toBeNever();
});
