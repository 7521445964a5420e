// `pnpm soak`: lives many lives against a server, and looks at what is left of them. scripts/soak.js bundles and starts this.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startProgram } from "../program.js";
import { closeAndEnd } from "./closing.js";
import { type LongRun, liveThrough } from "./live-through.js";
import { clientLife, connectionLife, type Life, strayLife } from "./lives.js";

const usage = `pnpm soak                      200,000 connections, 10,000 clients, 20,000 strays, 200 programs that must end
pnpm soak --connections 1000   so many connections that come, work and go
pnpm soak --clients 1000       so many clients, from createClient to close
pnpm soak --strays 1000        so many that are gone before they were let in
pnpm soak --closings 10        so many programs that close both ends, and must end within a second
pnpm soak --leak 100           keeps so many bytes of each life, to see that this is found`;

const kilobytes = (bytes: number) => `${(bytes / 1_024).toFixed(0)} KiB`;

/** How long a program may take to end once both its ends are closed. */
const endMs = 1_000;

const after = (ms: number) =>
  new Promise<string>((resolve) => setTimeout(() => resolve("still running"), ms).unref());

process.exitCode = await main();

async function main(): Promise<number> {
  const number = (count: string) => ({ type: "string", default: count }) as const;
  const options = {
    connections: number("200000"),
    clients: number("10000"),
    strays: number("20000"),
    closings: number("200"),
    leak: number("0"),
    close: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.close !== undefined) {
    await closeAndEnd(Number(values.close));
    return 0;
  }
  const faults: string[] = [];
  const parts: readonly (readonly [title: string, life: Life, lives: number])[] = [
    ["connections", connectionLife, Number(values.connections)],
    ["clients", clientLife, Number(values.clients)],
    ["strays", strayLife, Number(values.strays)],
  ];
  for (const [title, life, lives] of parts) {
    if (lives === 0) continue;
    const ran = await liveThrough(title, life, lives, Number(values.leak));
    console.log(lineOf(ran));
    faults.push(...ran.faults);
  }
  faults.push(...(await closings(Number(values.closings))));
  for (const fault of faults) console.log(fault);
  return faults.length === 0 ? 0 : 1;
}

function lineOf({ title, lives, bytesPerLife, first, last }: LongRun): string {
  const heap = `heap ${kilobytes(first.heapBytes)} to ${kilobytes(last.heapBytes)}`;
  return `${title}: ${lives} lives, ${bytesPerLife.toFixed(1)} bytes a life (${heap}), ${last.timers} timers, ${last.listeners} listeners`;
}

/** Programs one after another, each in a process of its own. */
async function closings(count: number): Promise<string[]> {
  const faults: string[] = [];
  let longest = 0;
  for (let number = 0; number < count; number++) {
    await using program = startProgram(process.execPath, [
      fileURLToPath(import.meta.url),
      "--close",
      String(number),
    ]);
    const [line, settled, all] = await program.line(/^closed (\d+) of (\d+)$/);
    const closedAt = performance.now();
    if (settled !== all) faults.push(`program ${number}: expected all promises to be settled, got "${line}"`);
    const code = await Promise.race([program.ended, after(endMs * 5)]);
    const took = performance.now() - closedAt;
    longest = Math.max(longest, took);
    if (code !== 0 || took > endMs)
      faults.push(
        `program ${number}: expected to end with 0 within ${endMs} ms, got ${code} after ${took.toFixed(0)} ms`,
      );
  }
  if (count > 0)
    console.log(
      `closings: ${count} programs, the slowest ended ${longest.toFixed(0)} ms after it had closed`,
    );
  return faults;
}
