import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { TestProject } from "vitest/node";
import { bundleProgram } from "../../../scripts/bundle-program.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The program of the attacked process. */
    targetProgram: string;
  }
}

/** Bundles the program of the attacked process once, from source. */
export default async function bundle(project: TestProject): Promise<() => Promise<void>> {
  const program = await bundleProgram("tests/attacks/target/main.ts");
  project.provide("targetProgram", program);
  return () => rm(dirname(program), { recursive: true, force: true });
}
