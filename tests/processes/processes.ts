import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Recorder } from "../simulation/history/recorder.js";
import type { ClientsTask } from "./clients-process.js";
import type { ClientsAnswer, ClientsOrder, ServerOrder } from "./orders.js";
import type { ServerTask } from "./server-process.js";
import type { TcpProxy } from "./tcp-proxy.js";

/** What the processes of a run are begun with. */
export interface Plan {
  /** What they run: it takes its role and its task from its arguments. */
  readonly program: string;
  readonly folder: string;
  readonly clients: number;
  readonly seed: number;
  readonly startMs: number;
}

/** The clients' process, and one server's process after another. */
export class Processes {
  /** Where each process writes down what it met. */
  readonly journals: string[] = [];
  lives = 0;
  readonly #plan: Plan;
  readonly #proxy: TcpProxy;
  readonly #recorder: Recorder;
  #server: ChildProcess | undefined;
  #clients: ChildProcess | undefined;

  constructor(plan: Plan, proxy: TcpProxy, recorder: Recorder) {
    this.#plan = plan;
    this.#proxy = proxy;
    this.#recorder = recorder;
  }

  get server(): ChildProcess {
    if (!this.#server) throw new Error("no server runs");
    return this.#server;
  }

  /** Starts a server, and leads new connections to it. */
  async startServer(): Promise<void> {
    const { clients, startMs } = this.#plan;
    const task: ServerTask = { clients, startMs, life: ++this.lives, journal: this.#journal() };
    const server = this.#fork("server", task);
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    this.#server = server;
    this.#proxy.target = port;
  }

  async startClients(port: number): Promise<void> {
    const { clients, seed, startMs } = this.#plan;
    const task: ClientsTask = { clients, seed, port, startMs, journal: this.#journal() };
    this.#clients = this.#fork("clients", task);
    await once(this.#clients, "message");
  }

  /** Resolves when the clients have done it. */
  async askClients(order: ClientsOrder["do"]): Promise<void> {
    this.#clients?.send({ do: order } satisfies ClientsOrder);
    if (!this.#clients) return;
    const [answer] = (await once(this.#clients, "message")) as [ClientsAnswer];
    if (answer.done !== order) throw new Error(`clients: expected ${order}, got ${answer.done}`);
  }

  tellServer(order: ServerOrder["do"]): void {
    this.server.send({ do: order } satisfies ServerOrder);
  }

  /** Lets the clients' process stand still. */
  async clientsAsleep(until: () => Promise<void>): Promise<void> {
    const tell = (op: "asleep" | "awake") => {
      for (let i = 0; i < this.#plan.clients; i++) this.#recorder.record(`client-${i}`, { op });
    };
    this.#clients?.kill("SIGSTOP");
    tell("asleep");
    await until();
    tell("awake");
    this.#clients?.kill("SIGCONT");
  }

  /** Starts the next server, and has the last one drained. */
  async deploy(): Promise<void> {
    const last = this.server;
    await this.startServer();
    last.kill("SIGTERM");
    const [code] = (await once(last, "exit")) as [number | null];
    if (code !== 0) throw new Error(`a drained server ended with ${code}`);
  }

  /** Kills the server with all that it has in memory, and starts the next one. */
  async killServer(until: () => Promise<void>): Promise<void> {
    this.#proxy.target = undefined;
    this.server.kill("SIGKILL");
    await once(this.server, "exit");
    this.#recorder.record("broker", { op: "forgot" });
    await until();
    await this.startServer();
  }

  /** The server ends in good order. Resolves when it has. */
  async endServer(): Promise<void> {
    this.tellServer("end");
    await once(this.server, "exit");
  }

  /** Ends whatever still runs. */
  end(): void {
    this.#server?.kill("SIGKILL");
    this.#clients?.kill("SIGKILL");
  }

  #journal(): string {
    const path = join(this.#plan.folder, `${this.journals.length}.jsonl`);
    this.journals.push(path);
    return path;
  }

  #fork(role: "server" | "clients", task: object): ChildProcess {
    const child = fork(this.#plan.program, [role, JSON.stringify(task)], {
      execArgv: ["--enable-source-maps"],
    });
    child.once("exit", (code) => {
      // A process that fails by itself must not look like a fault of ours.
      if (code) console.error(`${role} ended with ${code}`);
    });
    return child;
  }
}
