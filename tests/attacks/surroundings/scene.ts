import type { Vector } from "../catalogue/row.js";
import type { Report } from "../target/orders.js";
import { RawSocket } from "./raw-socket.js";
import type { Target } from "./target.js";
import { full, type UpgradeShape } from "./upgrade-request.js";

/** Vectors are tried so many at a time. */
const atOnce = 8;

/** What an attack is given: a server in another process, beside whose honest clients it does what it wants. */
export class Scene {
  readonly target: Target;
  readonly port: number;
  /** How often something is to be done, where the number is the attack. */
  readonly volume: number;
  /** Vectors that were tried. */
  tried = 0;
  /** All that were made, in order. */
  readonly sockets: RawSocket[] = [];

  constructor(target: Target, port: number, volume: number) {
    this.target = target;
    this.port = port;
    this.volume = volume;
  }

  /** Everything that attackers were sent. */
  get received(): string {
    return this.sockets.map(({ received }) => received).join("\n");
  }

  /** A socket that has asked for nothing yet. */
  socket(): RawSocket {
    const socket = new RawSocket(this.port);
    this.sockets.push(socket);
    return socket;
  }

  /** A plain peer. Throws when it is not let in. */
  async plain(shape: UpgradeShape = {}): Promise<RawSocket> {
    const socket = this.socket();
    const status = await socket.upgrade(shape);
    if (status !== 101) throw new Error(`expected to be let in, got ${socket.answer}`);
    return socket;
  }

  /** A full peer that has not said `$hello`. */
  unwelcomed(shape: UpgradeShape = {}): Promise<RawSocket> {
    return this.plain({ ...shape, headers: [...(shape.headers ?? []), full] });
  }

  /** A full peer that was welcomed. */
  async full(hello: Readonly<Record<string, unknown>> = {}): Promise<RawSocket> {
    const socket = await this.unwelcomed();
    socket.send(helloOf(hello));
    await socket.next("$welcome");
    return socket;
  }

  /** Tries every vector, some at a time. What fails says with which. */
  async each<V extends Vector>(vectors: readonly V[], attempt: (vector: V) => Promise<void>): Promise<void> {
    const left = [...vectors];
    const worker = async () => {
      for (let vector = left.shift(); vector; vector = left.shift()) {
        try {
          await attempt(vector);
        } catch (error) {
          throw new Error(`${vector.what}: ${(error as Error).message}`, { cause: error });
        }
        this.tried++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  /** Does something as often as the row's volume says, some at a time. */
  async times(attempt: (i: number) => Promise<void>, parallel = 64): Promise<void> {
    let begun = 0;
    const worker = async () => {
      while (begun < this.volume) await attempt(begun++);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  report(): Promise<Report> {
    return this.target.ask("report");
  }

  /** Asks for reports until one is as it should be. */
  async until(holds: (report: Report) => boolean, what: string): Promise<Report> {
    const begun = performance.now();
    for (;;) {
      const report = await this.report();
      if (holds(report)) return report;
      if (performance.now() - begun > patienceMs)
        throw new Error(`waited in vain for ${what}: ${JSON.stringify(report)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The attackers go, without a word. */
  leave(): void {
    for (const { socket } of this.sockets) socket.destroy();
  }
}

/** How long a fact may take to come about on a busy machine, in milliseconds. */
const patienceMs = 15_000;

let clients = 0;

/** The `$hello` of a client that nobody has seen before. */
export function helloOf(data: Readonly<Record<string, unknown>> = {}): object {
  const client = `attacker-${++clients}-0123456789abcdef`;
  return { type: "$hello", data: { client, attempt: 1, rooms: [], ...data } };
}
