import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An input that once did harm, or could have. */
export interface Vector {
  /** What went wrong. */
  readonly name: string;
  /** Its bytes, as base64. */
  readonly input: string;
}

export function vectorOf(input: Uint8Array, error: unknown): Vector {
  const name = String((error as Error | undefined)?.message ?? error).split("\n", 1)[0] ?? "";
  return { name, input: Buffer.from(input).toString("base64") };
}

/** The vectors of a target, in the folder that holds one file for each. */
export function readVectors(folder: string, target: string): readonly Vector[] {
  const file = join(folder, `${target}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Vector[]) : [];
}

/** Puts one to the others. @returns the file */
export function writeVector(folder: string, target: string, vector: Vector): string {
  const vectors = [...readVectors(folder, target), vector];
  const file = join(folder, `${target}.json`);
  writeFileSync(file, `${JSON.stringify(vectors, undefined, 2)}\n`);
  return file;
}
