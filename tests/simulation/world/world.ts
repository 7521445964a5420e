import type { Broker } from "@tautline/server/broker";
import { MemoryBroker } from "@tautline/server/broker";
import { VirtualClock, type VirtualDevice, VirtualNetwork } from "@tautline/testing";
import type { HistoryRecord, Place } from "../history/record.js";
import { Recorder } from "../history/recorder.js";
import { Dice } from "../schedule/dice.js";
import type { Schedule, Setup } from "../schedule/schedule.js";
import { Gate } from "./gate.js";
import { SimNode } from "./node.js";
import { ProcessClock } from "./process-clock.js";
import { Program } from "./program.js";
import { recordingBroker } from "./recording-broker.js";
import { rulesOf } from "./rules.js";
import { forgottenToken } from "./server-options.js";
import { type SocketTap, tappedSockets } from "./tapped-web-socket.js";

/** Where a client runs: what can be done to it from outside. */
export interface Machine {
  readonly program: Program;
  readonly device: VirtualDevice;
  readonly gate: Gate;
  readonly clock: ProcessClock;
  /** Whose token it has. */
  user: string;
  /** Whether it has forgotten its token. */
  forgetful: boolean;
}

/** What passed over a client's socket. */
export interface Passed {
  readonly client: string;
  readonly socket: number;
  readonly from: "client" | "server";
  readonly data: unknown;
}

/** Those who only look on, and count what happens. */
export interface Onlooker {
  recorded(record: HistoryRecord): void;
  passed(passed: Passed): void;
}

/** How long a lease of presence lives without its node, in milliseconds. */
const presenceLeaseMs = 15_000;

/** Everything that a run has, before its first step. */
export class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly recorder: Recorder;
  readonly network: VirtualNetwork;
  readonly machines: readonly Machine[];
  readonly nodes: readonly SimNode[];
  readonly setup: Setup;
  /** The newest position of each room. */
  readonly heads = new Map<string, Place>();
  readonly #dice: Dice;
  readonly #seed: number;
  #memory: MemoryBroker;
  #broker: Broker;
  #brokers = 0;
  #runs = 0;
  #sockets = 0;

  constructor({ seed, setup }: Schedule, onlooker: Onlooker) {
    this.#seed = seed;
    this.setup = setup;
    this.#dice = new Dice(seed, "world");
    this.recorder = new Recorder(
      () => this.clock.monotonic(),
      (record) => {
        if (record.op === "append") this.heads.set(record.room, record.place);
        onlooker.recorded(record);
      },
    );
    this.recorder.record("world", { op: "rules", rules: rulesOf(setup) });
    this.#memory = this.#newMemory();
    this.#broker = recordingBroker(this.#memory, this.recorder);
    this.network = new VirtualNetwork({
      clock: this.clock,
      random: new Dice(seed, "network").random,
      conditions: setup.network,
      trace: ({ what, link }) => {
        if (what === "idle")
          this.recorder.record("world", { op: "fault", kind: "idle", of: this.#over(link) });
      },
    });
    this.nodes = Array.from({ length: setup.nodes }, (_, i) => this.#node(i));
    for (const node of this.nodes) node.start();
    this.machines = setup.users.map((_, i) => this.#machine(i, onlooker));
  }

  /** The broker that all nodes share. */
  get memory(): MemoryBroker {
    return this.#memory;
  }

  /** All that the broker kept is lost; who is connected to it is not told. */
  forget(): void {
    this.recorder.record("broker", { op: "forgot" });
    this.#memory.history.clear();
  }

  /** A new broker, which knows of nothing. For when no node runs. */
  replaceBroker(): void {
    this.recorder.record("broker", { op: "forgot", all: true });
    void this.#memory.close();
    this.#memory = this.#newMemory();
    this.#broker = recordingBroker(this.#memory, this.recorder);
  }

  #newMemory(): MemoryBroker {
    const { random } = new Dice(this.#seed, `broker.${++this.#brokers}`);
    return new MemoryBroker({ clock: this.clock, random, presenceLeaseMs });
  }

  #node(index: number): SimNode {
    const { clock, network, recorder, setup } = this;
    const seed = this.#seed;
    const [broker, nextRun] = [() => this.#broker, () => ++this.#runs];
    return new SimNode(index, { seed, setup, clock, network, recorder, broker, nextRun });
  }

  #machine(index: number, onlooker: Onlooker): Machine {
    const { setup, recorder } = this;
    const name = `client-${index}`;
    const gate = new Gate(this.clock);
    const clock = new ProcessClock(this.clock, gate);
    const device = this.network.device({ terminates: this.#dice.chance(0.5) });
    const { random } = new Dice(this.#seed, name);
    const WebSocket = tappedSockets(device.WebSocket, gate, () => this.#tap(name, onlooker));
    const user = setup.users[index] ?? "";
    const machine = { device, gate, clock, user, forgetful: false } as Machine & { program: Program };
    const token = () => (machine.forgetful ? forgottenToken : machine.user);
    const url = () => this.#dice.pick(this.#standing()).url;
    machine.program = new Program({ name, setup, clock, random, recorder, WebSocket, url, token });
    return machine;
  }

  /** The client whose connection it is. */
  #over(link: number): string | undefined {
    const isOver = ({ device }: Machine) => [...device.links].some(({ id }) => id === link);
    return this.machines.find(isOver)?.program.name;
  }

  /** Where a balancer would send a client: to a node that takes connections, if there is one. */
  #standing(): readonly SimNode[] {
    const standing = this.nodes.filter(({ listener }) => listener?.admission === "served");
    return standing.length > 0 ? standing : this.nodes;
  }

  #tap(client: string, onlooker: Onlooker): SocketTap {
    const socket = ++this.#sockets;
    let isGreeted = false;
    const record = (outcome: "made" | "let-go" | "ended") =>
      this.recorder.record(client, { op: "socket", socket, outcome });
    return {
      made: () => record("made"),
      letGo: () => record("let-go"),
      ended: () => record("ended"),
      sent: (data) => {
        // The hello comes first.
        if (!isGreeted) this.recorder.record(client, { op: "greeted", socket });
        isGreeted = true;
        onlooker.passed({ client, socket, from: "client", data });
      },
      received: (data) => onlooker.passed({ client, socket, from: "server", data }),
    };
  }
}
