import { randomBytes } from "node:crypto";
import type { Random } from "@tautline/protocol";

/** The real chance: `bytes` is fit for secrets. */
export const systemRandom: Random = {
  float: (): number => Math.random(),
  bytes: (count: number): Uint8Array => randomBytes(count),
};
