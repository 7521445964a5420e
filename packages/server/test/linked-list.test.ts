import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Linked, LinkedList } from "../src/linked-list.js";

interface Item extends Linked<Item> {
  readonly name: number;
}

const step = fc.record({
  kind: fc.constantFrom("append" as const, "remove" as const, "moveToEnd" as const),
  name: fc.integer({ min: 0, max: 5 }),
});

describe("LinkedList", () => {
  it("stands as an array would that is changed alike, whatever is done", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const items = Array.from(
          { length: 6 },
          (_, name): Item => ({ name, before: undefined, after: undefined }),
        );
        const list = new LinkedList<Item>();
        const expected: Item[] = [];
        for (const { kind, name } of steps) {
          const item = items[name] as Item;
          // An item is in the list, or it is not: only what may be done is done.
          if (expected.includes(item) === (kind === "append")) continue;
          list[kind](item);
          if (kind !== "append") expected.splice(expected.indexOf(item), 1);
          if (kind !== "remove") expected.push(item);
          expect([...list].map((one) => one.name)).toEqual(expected.map((one) => one.name));
          expect(list.first).toBe(expected[0]);
          expect(list.size).toBe(expected.length);
        }
      }),
    );
  });

  it("lets go of what it has given up", () => {
    const [a, b]: Item[] = [0, 1].map((name) => ({ name, before: undefined, after: undefined }));
    if (!a || !b) throw new Error("expected two items");
    const list = new LinkedList<Item>();
    list.append(a);
    list.append(b);
    list.remove(a);
    expect(a).toMatchObject({ before: undefined, after: undefined });
    expect(b.before).toBeUndefined();
  });
});
