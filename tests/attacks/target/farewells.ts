import type { Connection, UserIdentity } from "@tautline/server";
import { internalCanary } from "../surroundings/canaries.js";
import type { contract } from "./contract.js";

/** What lies beside a view of it: none of it may ever be sent. */
const pool = Buffer.from(`${internalCanary} before, the reason, ${internalCanary} after`);
const view = pool.subarray(pool.indexOf("the reason"), pool.indexOf("the reason") + "the reason".length);

/** What careless code gives as the reason of a close, or as data, by name. */
export const farewells: {
  readonly [how: string]: (connection: Connection<typeof contract, UserIdentity>) => unknown;
} = {
  "a text": (connection) => connection.close(1000, "the reason"),
  "no reason": (connection) => connection.close(1000),
  "null as the reason": closing(null),
  "a number as the reason": closing(1_000),
  "a large number as the reason": closing(2 ** 31 - 1),
  "an array as the reason": closing(["the reason"]),
  "an object as the reason": closing({ length: 100 }),
  "an object with toString as the reason": closing({ toString: () => "the reason" }),
  "a view of a pool as the reason": closing(view),
  "its buffer as the reason": closing(view.buffer),
  "an array of words as the reason": closing(new Uint16Array(view.buffer.slice(0, 40))),
  "a symbol as the reason": closing(Symbol(internalCanary)),
  "a reason of a megabyte": (connection) => connection.close(1000, "x".repeat(1_000_000)),
  "a reason of emoji": (connection) => connection.close(1000, "\u{1f600}".repeat(100)),
  "a reason of half a character": (connection) => connection.close(1000, "\ud83d"),
  "a reason of control characters": (connection) => connection.close(1000, "\r\n\x1b[31m\0"),
  "a code that may not be sent": (connection) => connection.close(1005, "the reason"),
  "a code out of range": (connection) => connection.close(70_000, "the reason"),
  "a code that is none": (connection) => connection.close(Number.NaN, "the reason"),
  "a view of a pool as data": (connection) => connection.send("notice", { text: view as unknown as string }),
  "a buffer as data": (connection) => connection.send("notice", { text: view.buffer as unknown as string }),
};

function closing(reason: unknown) {
  return (connection: Connection<typeof contract, UserIdentity>): void =>
    connection.close(1000, reason as string);
}
