import assert from "node:assert/strict";
import type { BrokerCase } from "./broker-case.js";
import { answerOf, claimed, claimOf, claimsCase, ended } from "./claims-case.js";
import { payloadOf, textOf } from "./listener.js";

/** What every broker that has claims must do about one message: whose it is, and what became of it. */
export const claimsCases: readonly BrokerCase[] = [
  claimsCase(
    "gives a message to the first who claims it, tells others to wait, and then gives them the answer",
    async ({ here, there }) => {
      await here.open("s", 1);
      assert.equal(await claimed(here, "s", 1), "new");
      assert.equal(await claimed(there, "s", 1), "pending");
      assert.equal(await here.answer("s", 1, answerOf("o", "done")), true);
      assert.equal(await claimed(there, "s", 1), "answered done");
      assert.equal(await claimed(here, "s", 1), "answered done");
      assert.equal(await claimed(here, "s", 2), "new");
    },
  ),
  claimsCase("gives a message that two nodes claim at once to one of them", async ({ here, there }) => {
    await here.open("s", 1);
    for (let id = 1; id <= 5; id++) {
      const both = await Promise.all([
        claimed(here, "s", id, { owner: "a" }),
        claimed(there, "s", id, { owner: "b" }),
      ]);
      assert.deepEqual(both.sort(), ["new", "pending"]);
    }
  }),
  claimsCase("takes an answer from the owner of the claim alone, and once", async ({ here, there }) => {
    await here.open("s", 1);
    assert.equal(await here.answer("s", 1, answerOf("o", "unasked")), false);
    await claimed(here, "s", 1);
    assert.equal(await there.answer("s", 1, answerOf("stranger", "wrong")), false);
    assert.equal(await claimed(there, "s", 1), "pending");
    assert.equal(await here.answer("s", 1, answerOf("o", "first")), true);
    assert.equal(await here.answer("s", 1, answerOf("o", "second")), false);
    assert.equal(await claimed(there, "s", 1), "answered first");
    assert.equal(await here.answer("nowhere", 1, answerOf("o", "lost")), false);
  }),
  claimsCase(
    "gives a message whose owner did not answer in time to the next who claims it, as lapsed",
    async ({ here, there, turn }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1, { owner: "slow", leaseMs: 1_000 });
      await turn(600);
      assert.equal(await claimed(there, "s", 1, { owner: "next" }), "pending");
      await turn(600);
      assert.equal(await claimed(there, "s", 1, { owner: "next" }), "lapsed");
      assert.equal(await here.answer("s", 1, answerOf("slow", "too late")), false);
      assert.equal(await claimed(here, "s", 1, { owner: "third" }), "pending");
      assert.equal(await there.answer("s", 1, answerOf("next", "in time")), true);
      assert.equal(await claimed(here, "s", 1), "answered in time");
    },
  ),
  claimsCase(
    "takes an answer after its lease as long as nobody else has claimed",
    async ({ here, there, turn }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1, { leaseMs: 500 });
      await turn(1_000);
      assert.equal(await here.answer("s", 1, answerOf("o", "late")), true);
      assert.equal(await claimed(there, "s", 1), "answered late");
    },
  ),
  claimsCase(
    "tells of a message under an id that was claimed for another type or room",
    async ({ here, there }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1, { type: "say", room: "a" });
      for (const other of [{ type: "shout", room: "a" }, { type: "say", room: "b" }, { type: "say" }])
        assert.equal(await claimed(there, "s", 1, other), "mismatch");
      await here.answer("s", 1, answerOf("o", "secret"));
      assert.equal(await claimed(there, "s", 1, { type: "say", room: "b" }), "mismatch");
      assert.equal(await claimed(there, "s", 1, { type: "say", room: "a" }), "answered secret");
    },
  ),
  claimsCase("hands answers over as they were", async ({ here, there }) => {
    await here.open("s", 1);
    for (const [i, text] of ["", "ä😀\u0000", "x".repeat(20_000)].entries()) {
      await claimed(here, "s", i + 1);
      await here.answer("s", i + 1, answerOf("o", text));
      const { answer } = (await there.claim("s", i + 1, claimOf())) as {
        answer?: ReturnType<typeof payloadOf>;
      };
      assert.equal(answer && textOf(answer), text);
      assert.equal(answer?.byteLength, payloadOf(text).byteLength);
    }
  }),
  claimsCase("ends a wait when the message is answered, on whichever node", async ({ here, there, turn }) => {
    await here.open("s", 1);
    await claimed(here, "s", 1);
    const waits = [ended(here.wait("s", 1)), ended(there.wait("s", 1))];
    await turn(200);
    assert.deepEqual(
      waits.map(({ over }) => over),
      [false, false],
    );
    await here.answer("s", 1, answerOf("o", "done"));
    await turn(200);
    assert.deepEqual(
      waits.map(({ over }) => over),
      [true, true],
    );
  }),
  claimsCase(
    "ends a wait when the lease is over, and at once where nothing is pending",
    async ({ here, there, turn }) => {
      await here.open("s", 1);
      await claimed(here, "s", 1, { leaseMs: 1_000 });
      const wait = ended(there.wait("s", 1));
      await turn(500);
      assert.equal(wait.over, false);
      await turn(1_000);
      assert.equal(wait.over, true);
      for (const [scope, id] of [
        ["s", 2],
        ["nowhere", 1],
      ] as const) {
        const none = ended(there.wait(scope, id));
        await turn(50);
        assert.equal(none.over, true);
      }
    },
  ),
];
