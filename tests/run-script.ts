import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a script of `scripts/` to its end, as pnpm does. `output` is what it printed; of one that failed, its errors too. */
export async function runScript(
  name: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  const script = fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: 1e8 });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}
