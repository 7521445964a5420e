import { open, writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { TautlineError } from "@tautline/protocol";
import { failureOf } from "../failure.js";
import { reportPage } from "../report/report-page.js";
import { runLoadTest } from "../run-load-test.js";
import type { Summary } from "../summary.js";
import { type Invocation, NoInvocation, readArguments } from "./arguments.js";
import { type ProgressView, progressBars, progressLines } from "./progress-view.js";
import { colours, noColours, type Paint, summaryText } from "./summary-text.js";

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean | undefined };

/** What the command needs of its process. */
export interface CommandSurroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The exit codes, but for that of a signal, which the process knows. */
const fine = 0;
const missed = 1;
const badArguments = 2;

/** Runs the command, and gives its exit code. Results go to `stdout`, all else to `stderr`. Never rejected. */
export async function runCommand(
  argv: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> {
  const { stderr } = surroundings;
  try {
    const invocation = invocationOf(argv, surroundings);
    if (invocation instanceof NoInvocation) return invocation.exitCode;
    await checkReport(invocation.report);
    const summary = await test(invocation, surroundings);
    await tell(summary, invocation, surroundings);
    return summary.passed ? fine : missed;
  } catch (error) {
    const { message } = failureOf(error);
    stderr.write(`error: ${message.replace(/^Invalid option: /, "")}\n`);
    return TautlineError.is(error) && error.code === "INVALID_OPTION" ? badArguments : missed;
  }
}

function invocationOf(
  argv: readonly string[],
  { stdout, stderr, env }: CommandSurroundings,
): Invocation | NoInvocation {
  return readArguments(argv, {
    write: (text) => stdout.write(text),
    complain: (text) => stderr.write(text),
    env,
  });
}

/** A report that cannot be written is found out before the test, not after it. */
async function checkReport(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    await (await open(path, "a")).close();
  } catch (error) {
    const why = failureOf(error).message;
    throw new TautlineError("INVALID_OPTION", `report: ${path} cannot be written: ${why}`, { cause: error });
  }
}

async function test({ options }: Invocation, { stderr, signal }: CommandSurroundings): Promise<Summary> {
  const view: ProgressView = stderr.isTTY ? progressBars(stderr) : progressLines(stderr);
  try {
    return await runLoadTest({ ...options, signal, onProgress: (progress) => view.show(progress) });
  } finally {
    view.end();
  }
}

async function tell(
  summary: Summary,
  { json, report }: Invocation,
  { stdout, stderr, env }: CommandSurroundings,
): Promise<void> {
  const paint: Paint = stdout.isTTY && !env.NO_COLOR ? colours : noColours;
  stdout.write(json ? `${JSON.stringify(summary, undefined, 2)}\n` : summaryText(summary, paint));
  if (report === undefined) return;
  await writeFile(report, reportPage(summary));
  stderr.write(`The report is in ${report}\n`);
}
