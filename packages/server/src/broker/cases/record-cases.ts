import assert from "node:assert/strict";
import type { BrokerCase } from "./broker-case.js";
import { answerOf, claimed, claimsCase, ended } from "./claims-case.js";

/** What every broker that has claims must do about the record of a client: it is there whole, or not at all. */
export const recordCases: readonly BrokerCase[] = [
  claimsCase(
    "begins a record when it is opened, and finds it from then on, with the highest id claimed",
    async ({ here, there }) => {
      assert.equal(await claimed(here, "s", 1), "no-record");
      assert.deepEqual(await here.open("s", 1), { kind: "open", since: 1, highest: 0 });
      assert.deepEqual(await there.open("s", 2), { kind: "open", since: 1, highest: 0 });
      for (const id of [1, 2, 7]) await claimed(there, "s", id, { attempt: 2 });
      assert.deepEqual(await here.open("s", 2), { kind: "open", since: 1, highest: 7 });
    },
  ),
  claimsCase(
    "fences lower attempts from the moment a higher one has opened the record",
    async ({ here, there }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1, { owner: "older" });
      await there.open("s", 2);
      for (const id of [1, 2]) assert.equal(await claimed(here, "s", id), "fenced");
      assert.equal(await claimed(there, "s", 1, { attempt: 2 }), "pending");
      assert.equal(await here.answer("s", 1, answerOf("older", "done")), true);
      assert.equal(await claimed(there, "s", 1, { attempt: 2 }), "answered done");
      assert.equal(await claimed(here, "s", 1), "fenced");
    },
  ),
  claimsCase(
    "tells a lower attempt that opens the record that it is stale, and changes nothing",
    async ({ here, there, turn }) => {
      await here.open("s", 5);
      assert.deepEqual(await there.open("s", 4), { kind: "stale" });
      assert.equal(await claimed(here, "s", 1, { attempt: 5 }), "new");
      await there.release("s", 4, 100);
      await turn(1_000);
      assert.equal(await claimed(here, "s", 2, { attempt: 5 }), "new");
    },
  ),
  claimsCase("keeps records apart, whatever their names hold", async ({ here, there }) => {
    const scopes = ["s", "S", "s ", "s*", ">", "{s}", "__proto__", "s\r\n", "s/1", "s:1", "é", "e\u0301"];
    for (const scope of scopes)
      assert.deepEqual(await here.open(scope, 1), { kind: "open", since: 1, highest: 0 });
    for (const scope of scopes) {
      assert.equal(await claimed(there, scope, 1), "new", JSON.stringify(scope));
      await there.answer(scope, 1, answerOf("o", scope));
    }
    for (const scope of scopes) assert.equal(await claimed(here, scope, 1), `answered ${scope}`);
  }),
  claimsCase(
    "keeps a record for its time after its connection has ended, then drops all of it",
    async ({ here, there, turn }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1);
      await here.answer("s", 1, answerOf("o", "done"));
      await claimed(here, "s", 2);
      await here.release("s", 1, 2_000);
      await turn(1_000);
      assert.equal(await claimed(there, "s", 1), "answered done");
      await turn(2_000);
      for (const id of [1, 2, 3]) assert.equal(await claimed(there, "s", id), "no-record");
      assert.equal(await here.answer("s", 2, answerOf("o", "late")), false);
      assert.deepEqual(await there.open("s", 2), { kind: "open", since: 2, highest: 0 });
      assert.equal(await claimed(there, "s", 1, { attempt: 2 }), "new");
    },
  ),
  claimsCase("keeps a record that is opened again in time", async ({ here, there, turn }) => {
    await here.open("s", 1);
    await claimed(here, "s", 1);
    await here.release("s", 1, 1_000);
    await turn(500);
    assert.deepEqual(await there.open("s", 2), { kind: "open", since: 1, highest: 1 });
    await turn(5_000);
    assert.equal(await claimed(there, "s", 1, { attempt: 2 }), "pending");
  }),
  claimsCase("keeps a record whose older connection ends late", async ({ here, there, turn }) => {
    await here.open("s", 1);
    await there.open("s", 2);
    await here.release("s", 1, 500);
    await turn(5_000);
    assert.equal(await claimed(there, "s", 1, { attempt: 2 }), "new");
  }),
  claimsCase("ends a wait when the record goes", async ({ here, there, turn }) => {
    await here.open("s", 1);
    await claimed(here, "s", 1, { leaseMs: 1_000_000 });
    const wait = ended(there.wait("s", 1));
    await here.release("s", 1, 1_000);
    await turn(500);
    assert.equal(wait.over, false);
    await turn(1_500);
    assert.equal(wait.over, true);
  }),
  claimsCase(
    "gives up the oldest answers of a record that has too many, never that their ids were taken",
    async ({ here, there }) => {
      await here.open("s", 1);
      for (const id of [1, 2, 3, 4]) {
        await claimed(here, "s", id);
        await here.answer("s", id, answerOf("o", `${id}`));
      }
      const found = [];
      for (const id of [1, 2, 3, 4]) found.push(await claimed(there, "s", id));
      assert.deepEqual(found, ["answered", "answered", "answered 3", "answered 4"]);
    },
    { claims: { answers: 2 } },
  ),
  claimsCase(
    "drops the record that has been away longest, where there are too many, and none of a connected client",
    async ({ here, there, turn }) => {
      for (const scope of ["connected", "first", "second"]) {
        await here.open(scope, 1);
        await claimed(here, scope, 1);
        if (scope !== "connected") await here.release(scope, 1, 1_000_000);
        await turn(20);
      }
      await here.open("newest", 1);
      assert.deepEqual(
        [
          await claimed(there, "connected", 1),
          await claimed(there, "first", 1),
          await claimed(there, "second", 1),
        ],
        ["pending", "no-record", "pending"],
      );
    },
    { claims: { records: 3 } },
  ),
];
