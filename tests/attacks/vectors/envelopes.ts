import type { Vector } from "../catalogue/row.js";
import type { MessageVector } from "./names.js";

type Values = { readonly [name: string]: unknown };

const values: Values = {
  "a number": 7,
  zero: 0,
  "a fraction": 1.5,
  "a negative number": -1,
  "2^53": 2 ** 53,
  "2^53 + 2": 2 ** 53 + 2,
  "a text": "text",
  "an empty text": "",
  "a number as text": "1",
  "NaN as text": "NaN",
  true: true,
  false: false,
  null: null,
  "an empty array": [],
  "an array of its kind": ["text"],
  "an empty object": {},
  "an object": { toString: "text", length: 1 },
};

/** Values that a field of this kind may not have. */
const except = (...fine: readonly string[]): readonly (readonly [string, unknown])[] =>
  Object.entries(values).filter(([name]) => !fine.includes(name));

const texts = ["a text", "a number as text", "NaN as text"];
const integers = ["a number"];
const bad = (what: string, fields: object, answer = "BAD_ENVELOPE"): MessageVector => ({
  what,
  message: JSON.stringify({ type: "take", ...fields }),
  answer,
});

/** Envelopes in which a field is of the wrong kind; none has an id that could be answered. */
export const confusedEnvelopes: readonly MessageVector[] = [
  ...except(...texts).map(([name, type]) => bad(`type: ${name}`, { type })),
  bad("no type", { type: undefined }),
  bad("a type of 129 bytes", { type: "x".repeat(129) }),
  ...except(...integers).map(([name, id]) => bad(`id: ${name}`, { id })),
  ...except(...integers).map(([name, offset]) => bad(`offset: ${name}`, { offset })),
  ...except(...texts).map(([name, room]) => bad(`room: ${name}`, { room })),
  ...except(...integers, "zero", "a negative number").map(([name, timestamp]) =>
    bad(`timestamp: ${name}`, { timestamp }),
  ),
  ...except("").map(([name, from]) => bad(`from: ${name}`, { from })),
  ...except("").map(([name, error]) => bad(`error: ${name}`, { error })),
  ...except(...texts, "an empty text").map(([name, trace]) => bad(`trace: ${name}`, { trace })),
  { what: "an id of -0", message: '{"type":"take","id":-0}', answer: "BAD_ENVELOPE" },
  { what: "an id of 1e999", message: '{"type":"take","id":1e999}', answer: "BAD_ENVELOPE" },
  {
    what: "an id of 9007199254740993",
    message: '{"type":"take","id":9007199254740993}',
    answer: "BAD_ENVELOPE",
  },
  ...["", " ", "null", "true", "7", '"text"', "[]", "[{}]", '["take"]', "{}"].map((message) => ({
    what: `the message ${JSON.stringify(message)}`,
    message,
    answer: message.trim() === "" ? "BAD_JSON" : "BAD_ENVELOPE",
  })),
];

const ofProtocol = (type: string, data: unknown): MessageVector => ({
  what: `${type} with ${JSON.stringify(data)}`,
  message: JSON.stringify({ type, id: 1, data }),
  answer: "BAD_ENVELOPE",
});
const room = "open/confused";

/** The protocol's own messages with data of the wrong kind. */
export const confusedProtocol: readonly MessageVector[] = [
  ...["$join", "$leave", "$presence"].flatMap((type) => [
    ...except().map(([, data]) => ofProtocol(type, data)),
    ...except(...texts).map(([, name]) => ofProtocol(type, { room: name, state: {} })),
  ]),
  ...except("a number", "zero").map(([, offset]) => ofProtocol("$join", { room, epoch: "e", offset })),
  ...except(...texts).map(([, epoch]) => ofProtocol("$join", { room, epoch, offset: 1 })),
  ...except("a number", "zero").map(([, last]) => ofProtocol("$join", { room, last })),
  ofProtocol("$join", { room, epoch: "e" }),
  ofProtocol("$join", { room, offset: 1 }),
  ofProtocol("$join", { room, epoch: "e".repeat(257), offset: 1 }),
  ...except("a number", "zero", "a fraction", "a negative number", "2^53", "2^53 + 2").map(([, id]) =>
    ofProtocol("$cancel", { id }),
  ),
];

/** The data of a `$hello` in which something is of the wrong kind. */
export const confusedHellos: readonly (Vector & { readonly data: unknown })[] = [
  ...except().map(([name, data]) => ({ what: `data: ${name}`, data })),
  ...(
    [
      ["client", []],
      ["attempt", integers],
      ["welcomed", [...integers, "zero"]],
      ["user", [...texts, "an empty text"]],
      ["token", [...texts, "an empty text"]],
      ["rooms", ["an empty array"]],
    ] as const
  ).flatMap(([field, fine]) =>
    except(...fine).map(([name, value]) => ({
      what: `${field}: ${name}`,
      data: { client: "a-client-of-16-bytes", attempt: 1, rooms: [], [field]: value },
    })),
  ),
];

/** Keys that are there twice: the last one counts, for whoever is asked and for what is then done. */
export const twice: readonly MessageVector[] = [
  {
    what: "type: what nobody may",
    message: '{"id":1,"type":"take","type":"forbidden"}',
    answer: "FORBIDDEN",
  },
  { what: "type: what everybody may", message: '{"id":1,"type":"forbidden","type":"take"}', answer: "$ack" },
  { what: "type: what is unknown", message: '{"id":1,"type":"take","type":"nope"}', answer: "UNKNOWN_TYPE" },
  { what: "type: escaped", message: '{"id":1,"type":"take","\\u0074ype":"forbidden"}', answer: "FORBIDDEN" },
  { what: "type: no text", message: '{"type":"take","type":5}', answer: "BAD_ENVELOPE" },
  {
    what: "room: one without membership",
    message: '{"id":1,"type":"say","room":"open/self","room":"private/bob","data":{"text":"x"}}',
    answer: "NOT_A_MEMBER",
  },
  {
    what: "room: the own one",
    message: '{"id":1,"type":"say","room":"private/bob","room":"open/self","data":{"text":"x"}}',
    answer: "$ack",
  },
  {
    what: "room: of a join, another user's",
    message: '{"id":1,"type":"$join","data":{"room":"open/x","room":"private/bob"}}',
    answer: "FORBIDDEN",
  },
  {
    what: "room: of a join, an open one",
    message: '{"id":1,"type":"$join","data":{"room":"private/bob","room":"open/x"}}',
    answer: "$joined",
  },
  {
    what: "data: wrong",
    message: '{"id":1,"type":"echo","data":{"text":"x"},"data":{"text":5}}',
    answer: "BAD_DATA",
  },
  {
    what: "data: right",
    message: '{"id":1,"type":"echo","data":{"text":5},"data":{"text":"x"}}',
    answer: "$reply",
  },
  {
    what: "data: inside",
    message: '{"id":1,"type":"echo","data":{"text":"x","text":5}}',
    answer: "BAD_DATA",
  },
  { what: "id: the last is answered", message: '{"id":77,"type":"take","id":1}', answer: "$ack" },
  {
    what: "data: with __proto__ first",
    message: '{"id":1,"type":"take","data":{"__proto__":1},"data":1}',
    answer: "$ack",
  },
];

const nested = (open: string, inner: string, shut: string, levels: number) =>
  open.repeat(levels) + inner + shut.repeat(levels);

/** Messages that nest too deep. */
export const deep: readonly MessageVector[] = [32, 33, 100, 1_000, 5_000, 8_000].flatMap((levels) => {
  const structures = [
    ["arrays", nested("[", "", "]", levels)],
    ["objects", nested('{"a":', "1", "}", levels)],
    ["both", nested('[{"a":', "1", "}]", Math.ceil(levels / 2))],
  ] as const;
  return structures
    .filter(([, text]) => text.length < 60_000)
    .flatMap(([name, text]) => [
      {
        what: `${levels} ${name} in data`,
        message: `{"type":"take","data":${text}}`,
        answer: "BAD_ENVELOPE",
      },
      {
        what: `${levels} ${name} in a field that nobody knows`,
        message: `{"type":"take","x":${text}}`,
        answer: "BAD_ENVELOPE",
      },
    ]);
});

/** 60 KB of what costs most to read, inside of data that anything is good enough for. */
export const wide: readonly MessageVector[] = [
  ["empty arrays", Array(20_000).fill("[]")],
  ["empty objects", Array(20_000).fill("{}")],
  ["digits", Array(30_000).fill("1")],
  ["nulls", Array(12_000).fill("null")],
  ["empty texts", Array(20_000).fill('""')],
  ["escapes", [`"${"\\u0041".repeat(10_000)}"`]],
  ["backslashes", [`"${"\\\\".repeat(30_000)}"`]],
  ["keys", [`{${Array.from({ length: 6_000 }, (_, i) => `"${i}":1`).join(",")}}`]],
  ["long keys", [`{${Array.from({ length: 60 }, (_, i) => `"${"k".repeat(990)}${i}":1`).join(",")}}`]],
  [
    "keys that collide as integers",
    [`{${Array.from({ length: 4_000 }, (_, i) => `"${i * 65_536}":0`).join(",")}}`],
  ],
].map(([what, items]) => ({
  what: what as string,
  message: `{"id":1,"type":"take","data":[${(items as string[]).join(",")}]}`,
  answer: "$ack",
}));

const digits = "1".repeat(60_000);

/** Numbers that no number can hold. */
export const hugeNumbers: readonly MessageVector[] = [
  ...[
    "1e999",
    "-1e999",
    "1e-999",
    "1e308",
    "-0",
    "0.1e-400",
    digits,
    `-${digits}`,
    `0.${digits}`,
    `1e${"9".repeat(1_000)}`,
  ].map((number) => ({
    what: `${number.slice(0, 20)} in data`,
    message: `{"id":1,"type":"take","data":${number}}`,
    answer: "$ack",
  })),
  ...["1e999", digits, `1e${"9".repeat(1_000)}`].flatMap((number) =>
    ["id", "offset", "timestamp"].map((field) => ({
      what: `${number.slice(0, 20)} as ${field}`,
      message: `{"type":"take","${field}":${number}}`,
      answer: "BAD_ENVELOPE",
    })),
  ),
  ...["01", "+1", "1.", ".5", "0x10", "1n", "NaN", "Infinity", "-Infinity", "1_000"].map((number) => ({
    what: `${number}, which is no JSON`,
    message: `{"id":1,"type":"take","data":${number}}`,
    answer: "BAD_JSON",
  })),
];
