import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { benchFolder, bunPath } from "./peers.js";
import { pinned } from "./pinning.js";
import type { Question } from "./sides/serve.js";
import type { PublishOrder, ServerSettings, Side } from "./sides/side.js";
import type { Target } from "./target.js";

/** Starts the server of a side in a process of its own, on its own core. */
export async function startTargetProcess(side: Side, settings: ServerSettings): Promise<Target> {
  const program = `${benchFolder}dist/side-${side.name}.js`;
  const profile = process.env.TAUTLINE_BENCH_PROFILE
    ? ["--cpu-prof", `--cpu-prof-dir=${process.env.TAUTLINE_BENCH_PROFILE}`]
    : [];
  const run =
    side.runtime === "bun" ? [bunPath(), program] : [process.execPath, "--expose-gc", ...profile, program];
  const [command, ...args] = pinned([...run, JSON.stringify(settings)]);
  const child = spawn(command as string, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const port = (await answerOf(child)) as number;
  const ask = (question: Question) => {
    child.send(question);
    return answerOf(child);
  };
  return {
    ...{ side, port },
    cpuMicros: () => ask({ kind: "cpu" }) as Promise<number>,
    residentBytes: () => ask({ kind: "memory" }) as Promise<number>,
    publish: (order: PublishOrder) => ask({ kind: "publish", ...order }) as ReturnType<Target["publish"]>,
    async close() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** One answer: there is never more than one question. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    const [message] = await Promise.race([
      once(child, "message", { signal }),
      once(child, "exit", { signal }).then(([code]) => [{ error: `the server ended with ${code}` }]),
    ]);
    const { answer, error } = message as { answer?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  } finally {
    answered.abort();
  }
}
