import type { PresenceMember } from "@tautline/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { PresenceView } from "../../src/room/presence.js";

const member = (name: string, state = 0): PresenceMember => ({ user: name, member: name, state });

it("shows a snapshot only when its last page is there", () => {
  const view = new PresenceView();
  expect(view.apply({ room: "r", version: 1, snapshot: 1 }, [member("a")])).toBeUndefined();
  expect(view.members).toEqual([]);
  expect(view.apply({ room: "r", version: 1, snapshot: 0 }, [member("b")])).toEqual({ joined: [], left: [] });
  expect(view.members).toHaveLength(2);
});

it("ignores changes before the snapshot and repeated ones, and tells of a hole", () => {
  const view = new PresenceView();
  expect(view.apply({ room: "r", version: 7 }, [member("a")])).toBeUndefined();
  view.apply({ room: "r", version: 3, snapshot: 0 }, [member("a")]);
  expect(view.apply({ room: "r", version: 3 }, [member("b")])).toBeUndefined();
  expect(view.apply({ room: "r", version: 5 }, [member("b")])).toBe("hole");
  expect(view.apply({ room: "r", version: 6 }, [member("b")])).toBeUndefined();
  expect(view.members).toEqual([member("a")]);
});

it("[10.7] counts members who are too many to be named, and tells of nobody that they left or came", () => {
  const view = new PresenceView();
  view.apply({ room: "r", version: 1, snapshot: 0 }, [member("a"), member("b")]);
  expect(view.count).toBe(2);
  view.apply({ room: "r", version: 2, snapshot: 1 }, [member("c")]);
  expect(view.apply({ room: "r", version: 2, count: 1200 }, [])).toEqual({ joined: [], left: [] });
  expect([view.count, view.members]).toEqual([1200, []]);
  view.apply({ room: "r", version: 3, count: 1100 }, []);
  expect(view.count).toBe(1100);
  expect(view.apply({ room: "r", version: 7, snapshot: 0 }, [member("a")])).toEqual({ joined: [], left: [] });
  expect([view.count, view.members]).toEqual([1, [member("a")]]);
  view.apply({ room: "r", version: 8, count: 5 }, []);
  view.clear();
  expect(view.count).toBe(0);
});

it("[10.2] takes from later pages of a snapshot what corrects the earlier ones", () => {
  const view = new PresenceView();
  view.apply({ room: "r", version: 1, snapshot: 1 }, [member("a"), member("b")]);
  view.apply({ room: "r", version: 4, snapshot: 1, left: ["a"] }, [member("b", 2)]);
  view.apply({ room: "r", version: 4, snapshot: 0 }, [member("me")]);
  expect(view.members).toEqual([member("b", 2), member("me")]);
  expect(view.apply({ room: "r", version: 5, left: ["b"] }, [])).toMatchObject({ left: [member("b", 2)] });
});

it("forgets everyone when it is cleared", () => {
  const view = new PresenceView();
  view.apply({ room: "r", version: 1, snapshot: 0 }, [member("a")]);
  view.clear();
  expect(view.members).toEqual([]);
});

it("ends where the server's own set is, whatever changed, and tells each coming and going once", () => {
  const step = fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    isThere: fc.boolean(),
    state: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const view = new PresenceView();
      const [truth, told] = [new Map<string, PresenceMember>(), new Set<string>()];
      view.apply({ room: "r", version: 0, snapshot: 0 }, []);
      for (const [i, { name, isThere, state }] of steps.entries()) {
        const now = isThere ? [member(name, state)] : [];
        if (isThere) truth.set(name, member(name, state));
        else truth.delete(name);
        const change = view.apply({ room: "r", version: i + 1, left: isThere ? [] : [name] }, now);
        if (change === "hole" || !change) throw new Error("expected a change");
        for (const { member: who } of change.joined) {
          expect(told.has(who)).toBe(false);
          told.add(who);
        }
        for (const { member: who } of change.left) expect(told.delete(who)).toBe(true);
        expect([...told].sort()).toEqual([...truth.keys()].sort());
        expect(new Map(view.members.map((each) => [each.member, each]))).toEqual(truth);
      }
    }),
  );
});
