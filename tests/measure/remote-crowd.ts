import { type ChildProcess, fork } from "node:child_process";
import type { Crowd, CrowdReport } from "./crowd.js";

interface Call {
  readonly name: keyof Crowd;
  readonly args: readonly unknown[];
}

/** A crowd in a process of its own: one call at a time, each answered by its result. */
export class RemoteCrowd implements Crowd {
  readonly #child: ChildProcess;

  /** @param program - what the process runs: it serves a crowd by {@link serveCrowd} */
  constructor(program: string, args: readonly string[]) {
    this.#child = fork(program, args);
  }

  join(): Promise<void> {
    return this.#call("join");
  }

  restart(): Promise<void> {
    return this.#call("restart");
  }

  silences(): Promise<readonly number[]> {
    return this.#call("silences");
  }

  async finish(lastTick: number): Promise<CrowdReport> {
    const report = await this.#call<CrowdReport>("finish", lastTick);
    this.#child.disconnect();
    return report;
  }

  #call<T>(name: keyof Crowd, ...args: readonly unknown[]): Promise<T> {
    return new Promise((resolve) => {
      this.#child.once("message", (result) => resolve(result as T));
      this.#child.send({ name, args });
    });
  }
}

/** The other end of {@link RemoteCrowd}. */
export function serveCrowd(crowd: Crowd): void {
  process.on("message", async (call) => {
    const { name, args } = call as Call;
    const method = crowd[name] as (...args: readonly unknown[]) => Promise<unknown>;
    process.send?.((await method.apply(crowd, [...args])) ?? null);
  });
}
