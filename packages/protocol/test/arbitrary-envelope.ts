import fc from "fast-check";
import type { Envelope } from "../src/index.js";

/** What JSON can carry unchanged: no -0, which it writes as 0, and no key that is refused. */
const data = fc
  .jsonValue({ maxDepth: 6, stringUnit: "binary" })
  .filter((value) => !/"(__proto__)":/.test(JSON.stringify(value)))
  .map((value) => JSON.parse(JSON.stringify(value)));
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const room = fc.stringMatching(/^[a-z0-9/:é😀]{1,20}$/u);

/** Envelopes with all that may be in them. */
export const arbitraryEnvelope: fc.Arbitrary<Envelope> = fc.record(
  {
    type: fc.string({ minLength: 1, maxLength: 40 }),
    data,
    timestamp: fc.maxSafeInteger().map((n) => n + 0),
    id,
    room,
    offset: id,
    from: fc.record({ user: fc.string(), member: fc.string() }),
    trace: fc.string(),
  },
  { requiredKeys: ["type"] },
);
