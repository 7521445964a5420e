import { randomBytes } from "node:crypto";
import type { Random } from "@tautline/protocol";

/** The real chance: `bytes` is fit for secrets. */
export const systemRandom: Random = {
  float: (): number => Math.random(),
  bytes: (count: number): Uint8Array => (count > poolBytes / 8 ? randomBytes(count) : fromPool(count)),
};

/** Asking the system costs a microsecond or two, whether for sixteen bytes or for thousands. */
const poolBytes = 4_096;
let pool = Buffer.alloc(0);

/** Each byte is given away once. */
function fromPool(count: number): Uint8Array {
  if (pool.byteLength < count) pool = randomBytes(poolBytes);
  const bytes = new Uint8Array(pool.subarray(0, count));
  pool = pool.subarray(count);
  return bytes;
}

/** 128 random bits, base64url. */
export function randomName(random: Random): string {
  return Buffer.from(random.bytes(16)).toString("base64url");
}
