import { type Clock, type MaybePromise, TautlineError } from "@tautline/protocol";
import { reject, type Server } from "@tautline/server";
import type { Recorder } from "../history/recorder.js";
import type { Answer, contract, Named, Wish } from "./contract.js";

/** What the handlers of one node need. */
export interface HandlerContext {
  /** The node's name in the record. */
  readonly node: string;
  readonly clock: Clock;
  readonly recorder: Recorder;
  /** Counts the runs of handlers over the whole simulation. */
  readonly nextRun: () => number;
}

/** What a handler is given, as far as it is used here. */
interface Given {
  readonly data: Wish;
  readonly connection: { readonly id: string };
  readonly signal: AbortSignal;
  readonly room?: { readonly name: string; publish(event: "said", data: Named): unknown };
}

/** A handler's failure that no contract declares. */
class HandlerBroke extends Error {}

/** Gives a server the handlers of the simulation: each does what its message says. */
export function register(
  server: Server<typeof contract, { readonly id: string }>,
  context: HandlerContext,
): void {
  const handler = (given: Given) => new Run(given, context).answer();
  server
    .handle("note", handler)
    .handle("noteAgain", handler)
    .handle("ask", handler)
    .handle("askAgain", handler);
  for (const pattern of ["kept/:id", "loose/:id"] as const) {
    server
      .handle(pattern, "note", handler)
      .handle(pattern, "noteAgain", handler)
      .handle(pattern, "ask", handler)
      .handle(pattern, "askAgain", handler);
  }
}

/** One run of one handler, from its first line to its last. */
class Run {
  readonly #given: Given;
  readonly #context: HandlerContext;
  readonly #run: number;

  constructor(given: Given, context: HandlerContext) {
    this.#given = given;
    this.#context = context;
    this.#run = context.nextRun();
  }

  answer(): MaybePromise<Answer> {
    const { data, connection, room } = this.#given;
    const { node, recorder } = this.#context;
    recorder.record(node, {
      ...{ op: "handler", key: data.key, run: this.#run, connection: connection.id },
      room: room?.name,
    });
    const takesTime = data.takesMs > 0 || data.publishes > 0;
    return takesTime ? this.#slowly() : this.#end();
  }

  async #slowly(): Promise<Answer> {
    const { data, signal } = this.#given;
    await this.#pause(data.takesMs / 2);
    await this.#publish();
    await this.#pause(data.takesMs / 2);
    if (data.heeds && signal.aborted) return this.#broken("ABORTED");
    return this.#end();
  }

  /** What the broker does not take ends the run, and is its answer. */
  async #publish(): Promise<void> {
    const { data, room } = this.#given;
    try {
      for (let i = 0; i < data.publishes && room; i++)
        await room.publish("said", { key: `${data.key}/${i}` });
    } catch (error) {
      this.#record(TautlineError.is(error) ? error.code : "HANDLER_FAILED");
      throw error;
    }
  }

  #end(): Answer {
    const { key, ends } = this.#given.data;
    if (ends === "throw") return this.#broken("HANDLER_FAILED");
    this.#record(ends === "reject" ? "APP" : "ok");
    if (ends === "reject") throw reject("NO", { key });
    return { key, run: this.#run };
  }

  #broken(outcome: string): never {
    this.#record(outcome);
    throw new HandlerBroke(outcome);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#context.clock.setTimeout(resolve, ms));
  }

  #record(outcome: string): void {
    const { node, recorder } = this.#context;
    recorder.record(node, { op: "handled", key: this.#given.data.key, run: this.#run, outcome });
  }
}
