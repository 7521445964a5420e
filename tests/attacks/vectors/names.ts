import type { Vector } from "../catalogue/row.js";

/** What becomes of a message: the type of its answer, or the code of its error. */
export interface MessageVector extends Vector {
  /** As it goes over the wire; its id is 1, and what it is about is the room "open/self", in which its sender is. */
  readonly message: string;
  readonly answer: string;
}

const inherited: readonly string[] = [
  ...["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"],
  ...["propertyIsEnumerable", "toLocaleString", "__defineGetter__", "__defineSetter__", "__lookupGetter__"],
  ...["__lookupSetter__", "toJSON", "then", "length", "name"],
];

const envelope = (fields: object) => JSON.stringify({ id: 1, ...fields });

/** Names that every object has, wherever a name may stand. */
export const inheritedNames: readonly MessageVector[] = inherited.flatMap((name) => [
  { what: `the type ${name}`, message: envelope({ type: name }), answer: "UNKNOWN_TYPE" },
  {
    what: `the type ${name} in a room`,
    message: envelope({ type: name, room: "open/self" }),
    answer: "UNKNOWN_TYPE",
  },
  {
    what: `the room ${name}`,
    message: envelope({ type: "$join", data: { room: name } }),
    answer: "UNKNOWN_ROOM",
  },
  {
    what: `the parameter ${name}`,
    message: envelope({ type: "$join", data: { room: `open/${name}` } }),
    answer: "$joined",
  },
  {
    what: `the key ${name} in data`,
    message: `{"id":1,"type":"take","data":{"${name}":{"admin":true}}}`,
    answer: name === "__proto__" ? "BAD_ENVELOPE" : "$ack",
  },
  {
    what: `the key ${name} deep in data`,
    message: `{"id":1,"type":"take","data":[[{"a":{"${name}":1}}]]}`,
    answer: name === "__proto__" ? "BAD_ENVELOPE" : "$ack",
  },
  {
    what: `the key ${name} in an envelope`,
    message: `{"id":1,"type":"take","${name}":{"admin":true}}`,
    answer: name === "__proto__" ? "BAD_ENVELOPE" : "$ack",
  },
  {
    what: `the key ${name} in a presence state`,
    message: `{"id":1,"type":"$presence","data":{"room":"open/self","state":{"${name}":{"admin":true}}}}`,
    answer: name === "__proto__" ? "BAD_ENVELOPE" : "$ack",
  },
]);

/** `__proto__` as it is escaped. */
export const escapedProto: readonly MessageVector[] = [
  '"\\u005f_proto__"',
  '"\\u005f\\u005fproto\\u005f\\u005f"',
  '"__pr\\u006fto__"',
  '"\\u005F_proto__"',
].map((key) => ({
  what: `the key ${key}`,
  message: `{"id":1,"type":"take","data":{${key}:{"admin":true}}}`,
  answer: "BAD_ENVELOPE",
}));

const internal: readonly string[] = [
  ...["error", "connect", "connection", "disconnect", "disconnecting", "close", "open", "message", "end"],
  ...["newListener", "removeListener", "drain", "pause", "resume", "data", "upgrade", "rateLimited"],
  ...["$error", "$welcome", "$joined", "$left", "$gap", "$ack", "$reply", "$reconnect", "$event", "$publish"],
  ...["$", "$$", "$hello", "$Join", "$JOIN", "$join ", " $join", "$user", "$system", "$internal", "$eval"],
  ...["Ping", "PING", "ping ", "pong2", "notice", "said", "announced"],
];

/** Names that mean something to a server, or to what it is built of: none of them may be sent by a plain peer. */
export const internalNames: readonly MessageVector[] = internal.flatMap((type) => [
  { what: `the type ${type}`, message: envelope({ type, data: {} }), answer: "UNKNOWN_TYPE" },
  {
    what: `the type ${type} in a room`,
    message: envelope({ type, data: {}, room: "open/self" }),
    answer: "UNKNOWN_TYPE",
  },
]);

const join = (what: string, room: string, answer: string): MessageVector => ({
  what,
  message: envelope({ type: "$join", data: { room } }),
  answer,
});

/** Names of rooms, whole and by their parameter. */
export const roomNames: readonly MessageVector[] = [
  join("nothing", "", "BAD_ENVELOPE"),
  join("a space", " ", "UNKNOWN_ROOM"),
  join("a pattern without its parameter", "open/", "UNKNOWN_ROOM"),
  join("a pattern without its slash", "open", "UNKNOWN_ROOM"),
  join("a segment too many", "open/a/b", "UNKNOWN_ROOM"),
  join("an empty segment", "open//a", "UNKNOWN_ROOM"),
  join("a slash at the end", "open/a/", "UNKNOWN_ROOM"),
  join("a slash at the beginning", "/open/a", "UNKNOWN_ROOM"),
  join("another case", "OPEN/a", "UNKNOWN_ROOM"),
  join("the pattern itself", "open/:id", "$joined"),
  join("a path upwards", "open/..", "$joined"),
  join("a path upwards and over", "open/../private/bob", "UNKNOWN_ROOM"),
  join("a backslash", "open\\a", "UNKNOWN_ROOM"),
  join("an escaped slash", "open/a%2Fb", "$joined"),
  join("an escaped slash in small letters", "open/a%2fb", "UNKNOWN_ROOM"),
  join("an escaped percent sign", "open/a%25b", "$joined"),
  join("an escape of a letter", "open/%61", "UNKNOWN_ROOM"),
  join("half an escape", "open/a%2", "UNKNOWN_ROOM"),
  join("a lone percent sign", "open/%", "UNKNOWN_ROOM"),
  join("an escape of the private room", "private%2Fbob", "UNKNOWN_ROOM"),
  ...["\0", "\n", "\r\n", "\t", "\x1b[31m", "\x7f", "\u0085", "\u009f"].map((character) =>
    join(`the control character ${JSON.stringify(character)}`, `open/a${character}`, "BAD_ENVELOPE"),
  ),
  {
    what: "a high surrogate alone",
    message: '{"id":1,"type":"$join","data":{"room":"open/\\ud83d"}}',
    answer: "BAD_ENVELOPE",
  },
  {
    what: "a low surrogate alone",
    message: '{"id":1,"type":"$join","data":{"room":"open/\\ude00"}}',
    answer: "BAD_ENVELOPE",
  },
  ...[
    "\u202e",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u2028",
    "\u00a0",
    "\u3000",
    "\ue000",
    "\uffff",
    "\u{10ffff}",
    "\u{1f600}",
  ].map((character) =>
    join(`the character ${character.codePointAt(0)?.toString(16)}`, `open/${character}`, "$joined"),
  ),
  join("composed", "open/caf\u00e9", "$joined"),
  join("decomposed", "open/cafe\u0301", "$joined"),
  join("Cyrillic that looks Latin", "open/\u0430", "$joined"),
  join("256 bytes", `open/${"x".repeat(251)}`, "$joined"),
  join("257 bytes", `open/${"x".repeat(252)}`, "BAD_ENVELOPE"),
  join("256 bytes of emoji", `open/xxx${"\u{1f600}".repeat(62)}`, "$joined"),
  join("260 bytes of emoji", `open/xxx${"\u{1f600}".repeat(63)}`, "BAD_ENVELOPE"),
  join("60 KB", `open/${"x".repeat(60_000)}`, "BAD_ENVELOPE"),
  ...["$user", "$", "$join", "$anything", "$open/a"].map((room) =>
    join(`the protocol's ${room}`, room, "UNKNOWN_ROOM"),
  ),
  // What brokers make much of.
  ...["*", ">", ".", "open.*", "{open}", "open:*", "$JS.API", "__keyspace@0__:*"].map((room) =>
    join(`the wildcard ${room}`, room, "UNKNOWN_ROOM"),
  ),
  ...["*", ">", ".", "a.b", "{a}b", "a:*", "a b", "$JS.API", "?", "[a-z]"].map((id) =>
    join(`the parameter ${id}`, `open/${id}`, "$joined"),
  ),
];

const worst: readonly string[] = [
  ...[
    "/",
    "%",
    "%2",
    "%25",
    "%2F",
    "a/",
    ":",
    ":id",
    "open/",
    "(a+)+",
    ".*",
    "\u00e9",
    "\u{1f600}",
    "\\",
    "$",
    "__",
  ],
];

/** Names that a careless pattern would take for ever to match: as long as a name may be, and as long as a message may be. */
export const slowNames: readonly (Vector & { readonly room: string })[] = worst.flatMap((piece) =>
  [250, 60_000].map((bytes) => ({
    what: `${bytes} bytes of ${piece}`,
    // As JSON writes it, without its quotes.
    room: `open/${piece.repeat(Math.floor(bytes / (Buffer.byteLength(JSON.stringify(piece)) - 2)))}`,
  })),
);
