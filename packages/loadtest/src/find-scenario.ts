import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { invalidOption, quote, TautlineError } from "@tautline/protocol";
import { createJiti } from "jiti";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios/index.js";

/** The built-in scenario of this name, or the one that a file exports. @throws `INVALID_OPTION` */
export async function findScenario(nameOrPath: string): Promise<Scenario> {
  const builtIn = scenarios.get(nameOrPath);
  if (builtIn) return builtIn;
  const path = scenarioPath(nameOrPath);
  if (!/[./\\]/.test(nameOrPath) || !existsSync(path)) {
    const names = [...scenarios.keys()].join(", ");
    throw invalidOption("scenario", `one of ${names}, or the path of a file`, nameOrPath);
  }
  return fromFile(path);
}

/** What other processes find the scenario by, wherever they run. */
export const scenarioPath = (nameOrPath: string): string =>
  scenarios.has(nameOrPath) ? nameOrPath : resolve(nameOrPath);

/** Node 20 reads no TypeScript: jiti does, and resolves what the file imports as a bundler would. */
async function fromFile(path: string): Promise<Scenario> {
  let found: unknown;
  try {
    found = await createJiti(import.meta.url).import(path, { default: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TautlineError("INVALID_OPTION", `scenario: ${path} cannot be loaded: ${why}`, { cause: error });
  }
  if (isScenario(found)) return found;
  throw new TautlineError(
    "INVALID_OPTION",
    `scenario: expected ${path} to export default { name, start }, got ${quote(found)}`,
  );
}

function isScenario(value: unknown): value is Scenario {
  if (typeof value !== "object" || value === null) return false;
  const { name, start } = value as Partial<Scenario>;
  return typeof name === "string" && typeof start === "function";
}
