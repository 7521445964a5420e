import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Answered, Asked, OrderName, Orders } from "../target/orders.js";

/** The attacked process, from this side. */
export class Target {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answered: Answered) => void>();
  #number = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answered: Answered) => {
      this.#waiting.get(answered.number)?.(answered);
      this.#waiting.delete(answered.number);
    });
    child.on("exit", (code, signal) => {
      const failure = `the attacked process has ended: ${code ?? signal}`;
      for (const [number, resolve] of this.#waiting) resolve({ number, failure });
      this.#waiting.clear();
    });
  }

  static async start(program: string): Promise<Target> {
    const child = fork(program, {
      // Without source maps: to read them takes longer than some attacks.
      execArgv: ["--expose-gc"],
      // As where real peers come from: pages of other ports of this machine are foreign.
      env: { ...process.env, NODE_ENV: "production" },
    });
    await once(child, "message");
    return new Target(child);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  ask<N extends OrderName>(order: N, ...given: Parameters<Orders[N]>): Promise<ReturnType<Orders[N]>> {
    if (!this.isAlive) return Promise.reject(new Error("the attacked process has ended"));
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, ({ result, failure }) => {
        if (failure === undefined) resolve(result as ReturnType<Orders[N]>);
        else reject(new Error(failure));
      });
      this.#child.send({ number, order, given: given[0] } satisfies Asked);
    });
  }

  async end(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
