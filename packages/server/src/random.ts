import { randomBytes } from "node:crypto";
import type { Random } from "@tautline/protocol";

/** The real chance: `bytes` is fit for secrets. */
export const systemRandom: Random = {
  float: (): number => Math.random(),
  bytes: (count: number): Uint8Array => randomBytes(count),
};

/** 128 random bits, base64url. */
export function randomName(random: Random): string {
  return Buffer.from(random.bytes(16)).toString("base64url");
}
