import type { Vector } from "../catalogue/row.js";

/** A message in MessagePack that is none, or is not what it says. */
export interface PackedVector extends Vector {
  readonly bytes: Uint8Array;
}

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

/** `{ type: "take", data: … }`, whose data is `bytes`. */
const inData = (bytes: Uint8Array) => Buffer.concat([hex("82 a4 74797065 a4 74616b65 a4 64617461"), bytes]);

const values: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["an array of 2^32 - 1 values", hex("dd ffffffff")],
  ["an array of 2^16 - 1 values", hex("dc ffff")],
  ["a map of 2^32 - 1 entries", hex("df ffffffff")],
  ["a map of 2^16 - 1 entries", hex("de ffff")],
  ["a text of 2^32 - 1 bytes", hex("db ffffffff")],
  ["a text of 2^31 bytes", hex("db 80000000")],
  ["bytes of 2^32 - 1", hex("c6 ffffffff")],
  ["an extension of 2^32 - 1 bytes", hex("c9 ffffffff 01")],
  ["a text that ends early", hex("a5 6161")],
  ["an array that ends early", hex("93 01 02")],
  ["a map that ends early", hex("82 a161 01 a162")],
  ["a number that ends early", hex("cf 00000000")],
  ["a fraction that ends early", hex("cb 7ff8")],
  ["the type that was never given", hex("c1")],
  ["an extension of 1 byte", hex("d4 01 00")],
  ["an extension of 16 bytes", hex(`d8 05 ${"00".repeat(16)}`)],
  ["an extension of no bytes", hex("c7 00 01")],
  ["a timestamp of 32 bits", hex("d6 ff 00000000")],
  ["a timestamp of 64 bits", hex("d7 ff ffffffffffffffff")],
  ["a timestamp of 96 bits", hex(`c7 0c ff ${"ff".repeat(12)}`)],
  ["NaN", hex("cb 7ff8000000000000")],
  ["infinity", hex("cb 7ff0000000000000")],
  ["minus infinity of 32 bits", hex("ca ff800000")],
  ["a key that is a number", hex("81 01 01")],
  ["a key that is nil", hex("81 c0 01")],
  ["a key that is a map", hex("81 80 01")],
  ["a key that is an array", hex("81 90 01")],
  ["a key that is bytes", hex("81 c4 01 61 01")],
  ["the key __proto__", hex("81 a9 5f5f70726f746f5f5f 01")],
  ["the key __proto__ in the long form", hex("81 d9 09 5f5f70726f746f5f5f 01")],
  ["a text that is not UTF-8", hex("a1 ff")],
  ["a text with a surrogate", hex("a3 eda080")],
  ["a text that is overlong", hex("a2 c0af")],
  ["a value behind the value", hex("01 01")],
  ["33 arrays in one another", hex(`${"91".repeat(33)} 01`)],
  ["60,000 arrays in one another", hex("91".repeat(60_000))],
  ["20,000 maps in one another", hex("81a161".repeat(20_000))],
  ["arrays of arrays that claim 2^32 - 1", hex("ddffffffff".repeat(1_000))],
];

/** Bombs, and what the protocol does not allow: as data, and as the whole message. */
export const packedBombs: readonly PackedVector[] = [
  ...values.map(([what, bytes]) => ({ what: `${what}, as data`, bytes: inData(bytes) })),
  ...values.map(([what, bytes]) => ({ what: `${what}, as the message`, bytes })),
  { what: "nothing", bytes: Buffer.alloc(0) },
  { what: "an empty map", bytes: hex("80") },
  { what: "nil", bytes: hex("c0") },
  { what: "an empty array", bytes: hex("90") },
  { what: "JSON", bytes: Buffer.from('{"type":"take"}') },
];
