import { expect, it } from "vitest";
import { promisedBroker } from "../support/serving.js";

// The server's own tests run once more in the project `server-by-promise` of vitest.config.ts: whatever they say must be
// true as well where every answer of the broker comes later.

it("gives the servers of this project a broker whose answers come by promise", async () => {
  const answer = promisedBroker()?.presence.list("#lobby");
  expect(answer).toBeInstanceOf(Promise);
  expect(await answer).toEqual([]);
});
