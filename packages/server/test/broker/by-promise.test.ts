import { describe } from "vitest";
import { answerByPromise } from "../support/serving.js";

// The server's own tests once more: whatever they say must be true as well where every answer of the broker comes later.
// Left out are those that count the timers of a broker which ends with its server, or let months pass.
answerByPromise();

describe("on a broker that answers by promise,", async () => {
  await import("../handlers/join.test.js");
  await import("../handlers/message.test.js");
  await import("../connection/handshake.test.js");
  await import("../bad-input.test.js");
  await import("../hooks.test.js");
  await import("../rate-limits.test.js");
  await import("../server.test.js");
  await import("../slow-readers.test.js");
  await import("../user-stream.test.js");
});
