import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that runs beside the test. Leaving the scope of `await using` ends it. */
export interface Program extends AsyncDisposable {
  /** The first line of its output that matches and was not taken yet. Rejects if the program ends before it. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Hands it a line of standard input. */
  type(line: string): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly process: ChildProcessWithoutNullStreams;
}

/** Starts a program. What it wrote stands in the error when an expected line does not come. */
export function startProgram(command: string, args: readonly string[], options: SpawnOptions = {}): Program {
  const child = spawn(command, args, { ...options, stdio: "pipe" });
  const output = new Lines();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => output.add(line));
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    // After `exit`, output may still come; `close` follows it.
    child.once("close", (code, signal) => {
      output.end();
      resolve(code ?? signal ?? 0);
    });
  });
  ended.catch(() => output.end());
  return {
    process: child,
    ended,
    line: (pattern) => output.take(pattern),
    type: (line) => child.stdin.write(`${line}\n`),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, "close");
    },
  };
}

/** A program's output, to be read by pattern. */
class Lines {
  readonly #all: string[] = [];
  readonly #untaken: string[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  add(line: string): void {
    this.#all.push(line);
    this.#untaken.push(line);
    for (const wake of this.#waiting) wake();
  }

  end(): void {
    this.#ended = true;
    for (const wake of this.#waiting) wake();
  }

  take(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        const at = this.#untaken.findIndex((line) => pattern.test(line));
        const found = at < 0 ? null : pattern.exec(this.#untaken.splice(at, 1)[0] ?? "");
        if (!found && !this.#ended) return;
        this.#waiting.delete(attempt);
        if (found) resolve(found);
        else reject(new Error(`no line matched ${pattern}; the program wrote:\n${this.#all.join("\n")}`));
      };
      this.#waiting.add(attempt);
      attempt();
    });
  }
}
