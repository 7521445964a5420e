import type { Clock } from "@tautline/protocol";
import { createServer, type Server } from "@tautline/server";
import type { Broker } from "@tautline/server/broker";
import type { Listener, VirtualNetwork } from "@tautline/testing";
import type { Recorder } from "../history/recorder.js";
import { Dice } from "../schedule/dice.js";
import type { Setup } from "../schedule/schedule.js";
import { contract } from "./contract.js";
import { FrameTap } from "./frame-tap.js";
import { Gate } from "./gate.js";
import { register } from "./handlers.js";
import { NodeBroker } from "./node-broker.js";
import { ProcessClock } from "./process-clock.js";
import { serverOptions } from "./server-options.js";
import { TappedTransport } from "./tapped-transport.js";

/** What a node is part of. */
export interface NodeContext {
  readonly seed: number;
  readonly setup: Setup;
  readonly clock: Clock;
  readonly network: VirtualNetwork;
  readonly recorder: Recorder;
  /** The broker of all nodes, as it is now. */
  readonly broker: () => Broker;
  readonly nextRun: () => number;
}

type SimServer = Server<typeof contract, { readonly id: string }>;

/** One life of a node's process. */
interface Life {
  readonly gate: Gate;
  readonly clock: ProcessClock;
  readonly line: NodeBroker;
  readonly server: SimServer;
  readonly listener: Listener;
}

/** A node: the address of one server process after another. */
export class SimNode {
  readonly name: string;
  readonly url: string;
  /** Whether it closes each connection right after it was admitted. */
  isSick = false;
  /** Whether it cannot say who anybody is: its database is away. */
  isPuzzled = false;
  readonly #context: NodeContext;
  #life: Life | undefined;
  #lives = 0;

  constructor(index: number, context: NodeContext) {
    this.name = `node-${index}`;
    this.url = `ws://${this.name}/`;
    this.#context = context;
  }

  /** Its server; undefined while no process runs. */
  get server(): SimServer | undefined {
    return this.#life?.server;
  }

  /** Its process, to hold it up; undefined while none runs. */
  get gate(): Gate | undefined {
    return this.#life?.gate;
  }

  /** Its line to the broker. */
  get line(): NodeBroker | undefined {
    return this.#life?.line;
  }

  get listener(): Listener | undefined {
    return this.#life?.listener;
  }

  /** Starts a process, where none runs. */
  start(): void {
    if (this.#life) return;
    const { seed, setup, network, recorder, broker, nextRun } = this.#context;
    const gate = new Gate(this.#context.clock);
    const clock = new ProcessClock(this.#context.clock, gate);
    const line = new NodeBroker({ broker: broker(), clock: this.#context.clock, gate, timing: setup.broker });
    const { random } = new Dice(seed, `${this.name}.${++this.#lives}`);
    const isPuzzled = () => this.isPuzzled;
    const surroundings = { broker: line.broker, clock, random, isPuzzled };
    const server = createServer(contract, serverOptions(setup, surroundings));
    register(server, { node: this.name, clock, recorder, nextRun });
    this.#listen(server);
    const tap = new FrameTap(this.name, recorder);
    const listener = network.listen(this.url, (transport, request) => {
      server.accept(new TappedTransport(transport, gate, tap.connection()), request);
    });
    this.#life = { gate, clock, line, server, listener };
  }

  /** The process ends without a word: nobody is told, and nothing of it goes on. */
  crash(): void {
    const life = this.#life;
    if (!life) return;
    this.#report(life);
    this.#life = undefined;
    life.listener.crash();
    life.gate.shut();
    life.clock.end();
    life.line.end();
  }

  /** The process has everyone come back elsewhere, and ends. Resolves when it has. */
  async drain(withinMs: number): Promise<void> {
    const life = this.#life;
    if (!life) return;
    life.listener.close();
    await life.server.drain({ withinMs });
    if (this.#life === life) this.#end(life);
  }

  /** Ends the process in good order, and says what is left of it. */
  async close(): Promise<number> {
    const life = this.#life;
    if (!life) return 0;
    await life.server.close();
    this.#end(life);
    return life.clock.pending;
  }

  #end(life: Life): void {
    this.#report(life);
    life.listener.close();
    life.line.end();
    this.#life = undefined;
  }

  #report({ server }: Life): void {
    this.#context.recorder.record(this.name, { op: "figures", figures: { ...server.stats().totals } });
  }

  #listen(server: SimServer): void {
    const { recorder } = this.#context;
    server.on("connect", ({ connection, user }) => {
      const { id, member } = connection;
      recorder.record(this.name, { op: "admitted", connection: id, user: user.id, member });
      if (this.isSick) connection.close(1011, "sick");
    });
    server.on("disconnect", ({ connection, code }) => {
      recorder.record(this.name, { op: "departed", connection: connection.id, code });
    });
  }
}
