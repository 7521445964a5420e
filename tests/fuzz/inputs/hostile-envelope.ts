import fc from "fast-check";
import { oddWords } from "./odd-values.js";

const types = [
  ...[
    "$hello",
    "$welcome",
    "$join",
    "$joined",
    "$leave",
    "$left",
    "$presence",
    "$gap",
    "$token",
    "$reconnect",
  ],
  ...[
    "$ack",
    "$reply",
    "$error",
    "$cancel",
    "ping",
    "pong",
    "$later",
    "error",
    "state",
    "gap",
    "close",
    "constructor",
  ],
  ...["rename", "order", "say", "typing", "message", "reaction", "notice", "picture"],
];
const rooms = [
  "chat/lobby",
  "chat/a",
  "$user",
  "chat/",
  "/",
  "__proto__",
  "chat/%2F",
  "chat/%",
  "\u0000",
  "é".repeat(129),
];
const codes = [
  "BUSY",
  "RATE_LIMITED",
  "USER_CHANGED",
  "NOT_A_MEMBER",
  "UNAVAILABLE",
  "UNAUTHENTICATED",
  "OUTCOME_UNKNOWN",
  "",
];

/** Anything that JSON can say, odd numbers and keys often. */
const anything = fc.oneof(
  fc.constantFrom(...oddWords),
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, 1e308, null, true, "", [], {}, "\ud800", "__proto__"),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Mostly what it should be, now and then anything. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: anything });

const count = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 2 ** 53 - 1));
const room = fc.constantFrom(...rooms);
const place = { epoch: mostly(fc.constantFrom("epoch", "other")), offset: mostly(count) };
const error = fc.record(
  {
    code: mostly(fc.constantFrom(...codes)),
    message: mostly(fc.constant("text")),
    retryAfterMs: mostly(fc.constantFrom(0, 1, 500, 1e12)),
    issues: anything,
    data: anything,
  },
  { requiredKeys: ["code", "message"] },
);
const member = fc.record({
  user: mostly(fc.constantFrom("ada", "bob")),
  member: mostly(fc.constantFrom("ada-1", "bob-1", "__proto__")),
  state: mostly(fc.constant({ name: "Ada" })),
});
const members = mostly(fc.array(mostly(member), { maxLength: 4 }));
const joinRequest = fc.record(
  { room: mostly(room), ...place, last: mostly(count), presence: anything },
  { requiredKeys: ["room"] },
);
const joinResult = fc.record(
  {
    room: mostly(room),
    ...place,
    head: mostly(count),
    recovered: anything,
    reason: anything,
    error: mostly(error),
  },
  { requiredKeys: ["room"] },
);

/** What the data of the protocol's own messages, and of an application's, look like. */
export const hostileData: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  joinRequest,
  joinResult,
  fc.record({ text: mostly(fc.string()), name: mostly(fc.constant("Ada")) }, { requiredKeys: [] }),
  fc.record(
    {
      room: mostly(room),
      version: mostly(count),
      snapshot: mostly(count),
      joined: members,
      left: anything,
      updated: members,
      count,
    },
    { requiredKeys: ["room", "version"] },
  ),
  fc.record(
    { room: mostly(room), reason: anything, ...place, from: anything, to: anything, error: mostly(error) },
    { requiredKeys: ["room"] },
  ),
  fc.record(
    {
      withinMs: mostly(count),
      expiresInMs: mostly(count),
      token: mostly(fc.constant("token")),
      id: mostly(count),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      client: mostly(fc.constant("0123456789abcdef0123456789abcdef")),
      attempt: mostly(count),
      welcomed: mostly(count),
      user: mostly(fc.constant("ada")),
      token: mostly(fc.constant("token")),
      rooms: mostly(fc.array(mostly(joinRequest), { maxLength: 3 })),
    },
    { requiredKeys: ["client", "attempt", "rooms"] },
  ),
  fc.record({
    connection: mostly(fc.constant("c")),
    user: mostly(fc.constant("ada")),
    member: mostly(fc.constant("ada-1")),
    resumed: mostly(fc.boolean()),
    heartbeatMs: mostly(count),
    limits: mostly(fc.record({ messageBytes: mostly(count), rooms: count, unanswered: mostly(count) })),
    rooms: mostly(fc.array(mostly(joinResult), { maxLength: 3 })),
  }),
  fc.record({ $bytes: mostly(fc.base64String()) }),
);

/** Envelopes as a peer could send them that knows the protocol and means no good. */
export const hostileEnvelope: fc.Arbitrary<unknown> = fc.record(
  {
    type: mostly(fc.constantFrom(...types)),
    data: hostileData,
    timestamp: mostly(fc.integer()),
    id: mostly(count),
    room: mostly(room),
    offset: mostly(count),
    from: mostly(fc.constant({ user: "bob", member: "bob-1" })),
    error: mostly(error),
    trace: mostly(fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
  },
  { requiredKeys: ["type"] },
);

/** What byte mutators may put in. */
export const protocolWords: readonly string[] = [
  ...types,
  ...oddWords,
  ...rooms,
  ...codes,
  ...[
    '"__proto__":{}',
    '"\\u005f_proto__":0',
    '"$bytes":',
    '"type":"',
    '"data":',
    '"id":',
    '"room":"',
    '"offset":',
    '"error":',
  ],
  ...['"\\ud800"', "\u00e9", "\u{1f600}", "\u2028", "{}", "[]", ",", "null", "true"],
];
