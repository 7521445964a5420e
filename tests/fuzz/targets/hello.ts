import { TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { checkHello, checkJoin, checkRoom } from "../../../packages/server/src/connection/protocol-data.js";
import { bytesOf, check, type Target, textOf } from "../engine/target.js";
import { hostileData, protocolWords } from "../inputs/hostile-envelope.js";
import { isRoom } from "../reference/envelope-verdict.js";

/** The data of `$hello`, `$join`, `$leave` and `$presence`, as JSON. */
export const target: Target = {
  name: "hello",
  covers: ["server/src/connection/protocol-data.ts"],
  leastBranches: 0.95,
  words: [
    ...protocolWords,
    '"client":"0123456789abcdef"',
    '"attempt":1',
    '"rooms":[]',
    '"welcomed":',
    '"epoch":"e","offset":1',
    "é".repeat(65),
  ],
  seeds: () =>
    [
      {
        client: "0123456789abcdef0123456789abcdef",
        attempt: 1,
        welcomed: 0,
        user: "ada",
        token: "t",
        rooms: [],
      },
      {
        client: "é".repeat(8),
        attempt: 2,
        rooms: [{ room: "chat/a", epoch: "e", offset: 0, last: 0, presence: {} }, { room: "b" }],
      },
      { client: "é".repeat(65), attempt: 2, rooms: [] },
    ].map((data) => bytesOf(JSON.stringify(data))),
  structured: fc.oneof(
    hostileData.map((data) => bytesOf(JSON.stringify(data))),
    fc.constant(bytesOf(JSON.stringify({ room: "chat/a", epoch: "é".repeat(129), offset: 1 }))),
  ),
  run(input) {
    let data: unknown;
    try {
      data = JSON.parse(textOf(input));
    } catch {
      return;
    }
    const results = [
      [checkHello(data), isHello(data)],
      [checkJoin(data), isJoin(data)],
      [checkRoom(data), isRoom((data as Fields | null)?.room)],
    ] as const;
    for (const [result, expected] of results) {
      check(result.ok === expected, `expected ${expected}, got ${JSON.stringify(result)}`);
      if (!result.ok)
        check(
          TautlineError.is(result.error) && result.error.code === "BAD_ENVELOPE",
          "expected BAD_ENVELOPE",
        );
    }
  },
};

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown, least: number) => Number.isSafeInteger(value) && Number(value) >= least;
const isText = (value: unknown, least: number, most: number) =>
  typeof value === "string" && Buffer.byteLength(value) >= least && Buffer.byteLength(value) <= most;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOptional = (value: unknown, holds: (value: unknown) => boolean) =>
  value === undefined || holds(value);

// PROTOCOL.md 4.1 and 7.1, written anew.
function isHello(data: unknown): boolean {
  return (
    isObject(data) &&
    isText(data.client, 16, 128) &&
    isCount(data.attempt, 1) &&
    isOptional(data.welcomed, (value) => isCount(value, 0)) &&
    isOptional(data.user, (value) => typeof value === "string") &&
    isOptional(data.token, (value) => typeof value === "string") &&
    Array.isArray(data.rooms) &&
    data.rooms.every(isJoin)
  );
}

function isJoin(data: unknown): boolean {
  if (!isObject(data) || !isRoom(data.room) || !isOptional(data.last, (value) => isCount(value, 0)))
    return false;
  if (data.epoch === undefined && data.offset === undefined) return true;
  return isText(data.epoch, 1, 256) && isCount(data.offset, 0);
}
