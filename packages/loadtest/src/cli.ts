import { setTimeout } from "node:timers";
import { runCommand } from "./cli/run-command.js";
import { failureOf } from "./failure.js";

// The command `tautline-loadtest`: gives it this process's streams, environment and signals, and takes its exit code.

const interruption = new AbortController();
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
let stoppedBy: keyof typeof exitCodes | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Asked twice, it waits for nobody.
    if (stoppedBy) process.exit(exitCodes[signal]);
    stoppedBy = signal;
    interruption.abort();
  });
}

// A reader that has seen enough (`| head`) is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

// Of a scenario of the user's own: everything else is awaited.
process.on("unhandledRejection", (error) => {
  process.stderr.write(`A promise that nobody awaits was rejected: ${failureOf(error).message}\n`);
});

const { stdout, stderr, env } = process;
void runCommand(process.argv.slice(2), { stdout, stderr, env, signal: interruption.signal }).then((code) => {
  process.exitCode = stoppedBy ? exitCodes[stoppedBy] : code;
  // What a scenario left running keeps nobody waiting.
  setTimeout(() => process.exit(), 1_000).unref();
});
