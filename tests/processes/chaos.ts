// `pnpm chaos`: a server in its own process, all clients in another, a proxy between them that goes wrong, and processes that
// are stopped, told to go, and killed. What all of them wrote down is judged by the simulation's checker.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Dice } from "../simulation/schedule/dice.js";
import { type ClientsTask, runClients } from "./clients-process.js";
import { type FaultName, faults } from "./faults.js";
import { journal, machineMs, readJournals } from "./journal.js";
import { Processes } from "./processes.js";
import { reportOf } from "./report.js";
import { type ServerTask, serve } from "./server-process.js";
import { rulesFor, setupFor } from "./setup.js";
import { TcpProxy } from "./tcp-proxy.js";

const usage = `pnpm chaos                  500 clients, faults for 60 seconds
pnpm chaos --clients 50     as many as you like
pnpm chaos --seconds 600    as long as you like
pnpm chaos --seed 7         the same faults again; what they meet depends on the machine
pnpm chaos --keep           keeps what the processes wrote down, and says where`;

async function main(): Promise<number> {
  const number = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { clients: number, seconds: number, seed: number, keep: flag, help: flag };
  const { values } = parseArgs({ options });
  if (values.help) return say(usage, 0);
  const clients = Number(values.clients ?? 500);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  const folder = mkdtempSync(join(tmpdir(), "tautline-chaos-"));
  try {
    const report = await run({ clients, seed, folder, seconds: Number(values.seconds ?? 60) });
    return say(`seed ${seed}: ${report.text}`, report.violations.length > 0 ? 1 : 0);
  } finally {
    if (values.keep) say(folder, 0);
    else rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly clients: number;
  readonly seed: number;
  readonly folder: string;
  readonly seconds: number;
}

async function run({ clients, seed, folder, seconds }: Run) {
  const startMs = machineMs();
  const own = join(folder, "world.jsonl");
  const recorder = journal(own, startMs);
  recorder.record("world", { op: "rules", rules: rulesFor(setupFor(clients)) });
  const proxy = new TcpProxy();
  const program = fileURLToPath(import.meta.url);
  const processes = new Processes({ program, folder, clients, seed, startMs }, proxy, recorder);
  try {
    await processes.startServer();
    await processes.startClients(await proxy.listen());
    const dice = new Dice(seed, "faults");
    const end = performance.now() + seconds * 1_000;
    for (const name of endlessly(dice)) {
      await new Promise((resolve) => setTimeout(resolve, dice.int(200, 2_000)));
      if (performance.now() > end) break;
      recorder.record("world", { op: "fault", kind: name });
      await faults[name]({ proxy, processes, dice });
    }
    recorder.record("world", { op: "quiet" });
    await goQuiet(processes);
    return reportOf(readJournals([own, ...processes.journals]), clients);
  } finally {
    processes.end();
    proxy.close();
  }
}

/** How long half-open connections may take to be found: an interval of the heartbeat, and the grace of both ends. */
const silenceMs = 12_000;
/** How long what was said last may take to everyone. */
const lastWordMs = 3_000;

/** All must converge now, and then go. */
async function goQuiet(processes: Processes): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await processes.askClients("calm");
  processes.tellServer("calm");
  await pause(silenceMs);
  await processes.askClients("rest");
  processes.tellServer("last-words");
  await pause(lastWordMs);
  await processes.askClients("standings");
  await processes.askClients("end");
  await pause(1_000);
  await processes.endServer();
}

/** Each kind of fault once, in any order; then again. */
function* endlessly(dice: Dice): Generator<FaultName> {
  for (;;) {
    const kinds = Object.keys(faults) as FaultName[];
    while (kinds.length > 0) yield kinds.splice(dice.int(0, kinds.length - 1), 1)[0] as FaultName;
  }
}

function say(text: string, code: number): number {
  console.log(text);
  return code;
}

// Last: all that is above must be there.
const [role, task] = process.argv.slice(2);
if (role === "server") await serve(JSON.parse(task ?? "") as ServerTask);
else if (role === "clients") runClients(JSON.parse(task ?? "") as ClientsTask);
else process.exitCode = await main();
