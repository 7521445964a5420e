import type { Random } from "@tautline/protocol";
import { bytesOf } from "./target.js";

/** Bytes at which something begins or ends in JSON, HTTP, MessagePack and frames. */
const edges = [
  0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x2e, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d, 0x7e, 0x7f, 0x80, 0x90,
];
const moreEdges = [
  0xa0, 0xc0, 0xc1, 0xc4, 0xc6, 0xca, 0xcb, 0xcf, 0xd9, 0xdb, 0xdd, 0xdf, 0xe0, 0xed, 0xf4, 0xff,
];
const numbers = [
  "0",
  "-0",
  "-1",
  "1e999",
  "0.5",
  "255",
  "256",
  "65536",
  "4294967296",
  "9007199254740992",
  "1e-9",
];

/** Where bytes come from that are put in: words, and the other inputs. */
export interface Sources {
  readonly words: readonly string[];
  readonly corpus: readonly Uint8Array[];
}

type Mutation = (input: Uint8Array, random: Random, sources: Sources) => Uint8Array;

const below = (random: Random, count: number): number => Math.floor(random.float() * count);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

/** `input` with what is between two places replaced; an empty one has no byte to replace. */
function replaced(input: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  return Uint8Array.from([...input.subarray(0, from), ...by, ...input.subarray(to)]);
}

/** Some place, and another after it, mostly near. */
function span(input: Uint8Array, random: Random): readonly [number, number] {
  const from = below(random, input.length + 1);
  const length = below(random, random.float() < 0.8 ? 8 : input.length + 1);
  return [from, Math.min(input.length, from + length)];
}

const flipBit: Mutation = (input, random) => {
  const at = below(random, input.length);
  return replaced(input, at, at + 1, Uint8Array.of((input[at] ?? 0) ^ (1 << below(random, 8))));
};
const setByte: Mutation = (input, random) => {
  const at = below(random, input.length);
  const byte = random.float() < 0.7 ? pick(random, [...edges, ...moreEdges]) : below(random, 256);
  return replaced(input, at, at + 1, Uint8Array.of(byte));
};
const remove: Mutation = (input, random) => replaced(input, ...span(input, random), new Uint8Array());
const repeat: Mutation = (input, random) => {
  const [from, to] = span(input, random);
  return replaced(input, to, to, input.subarray(from, to));
};
const cutOff: Mutation = (input, random) => input.subarray(0, below(random, input.length + 1));
const putWord: Mutation = (input, random, { words }) => {
  const [from, to] = span(input, random);
  return replaced(
    input,
    from,
    random.float() < 0.5 ? from : to,
    bytesOf(pick(random, [...words, ...numbers])),
  );
};
const putNumber: Mutation = (input, random) => {
  const places = [...input.keys()].filter((at) => isDigit(input[at]) && !isDigit(input[at - 1]));
  if (places.length === 0) return input;
  const from = pick(random, places);
  let to = from;
  while (isDigit(input[to])) to++;
  return replaced(input, from, to, bytesOf(pick(random, numbers)));
};
const splice: Mutation = (input, random, { corpus }) => {
  const other = pick(random, corpus);
  const [from, to] = span(input, random);
  return replaced(input, from, to, other.subarray(...span(other, random)));
};

const isDigit = (byte = 0): boolean => byte >= 0x30 && byte <= 0x39;

const mutations = [flipBit, setByte, setByte, remove, repeat, cutOff, putWord, putWord, putNumber, splice];

/** The longest input that is made: far beyond what most limits allow would only be slow. */
const maxBytes = 100_000;

/** An input made of another by a few changes. */
export function mutate(input: Uint8Array, random: Random, sources: Sources): Uint8Array {
  let result = input;
  const changes = 1 + below(random, 2 ** below(random, 4));
  for (let i = 0; i < changes; i++) result = pick(random, mutations)(result, random, sources);
  return result.slice(0, maxBytes);
}
