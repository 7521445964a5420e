import { inject } from "vitest";
import { type Program, startProgram } from "../program.js";

/** The demo in a process of its own, so that it can be killed. */
export interface DemoServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it without a goodbye. */
  kill(): Promise<void>;
  /** Starts it again where it was. Nothing of before is known to it. */
  start(): Promise<void>;
  /** What it measures at the moment. */
  sampling(): Promise<string[]>;
}

export async function startDemoServer(): Promise<DemoServer> {
  let port = 0;
  let program: Program;
  const start = async (): Promise<void> => {
    program = startProgram(process.execPath, [inject("demoServer") ?? "missing"], {
      env: { ...process.env, PORT: String(port) },
    });
    port = Number((await program.line(/^port (\d+)$/))[1]);
  };
  await start();
  const url = `http://localhost:${port}`;
  return {
    url,
    start,
    kill: async () => {
      program.process.kill("SIGKILL");
      await program.ended;
    },
    sampling: async () => {
      const status = (await (await fetch(`${url}/status`)).json()) as { sampling: { kind: string }[] };
      return status.sampling.map(({ kind }) => kind).sort();
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
