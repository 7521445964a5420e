// All clients, in one process: each program is a member of two rooms, and sends, asks and publishes at random.
import type { WebSocketConstructor } from "@tautline/protocol";
import WebSocket from "ws";
import type { Recorder } from "../simulation/history/recorder.js";
import { Dice } from "../simulation/schedule/dice.js";
import type { ClientStep, Setup } from "../simulation/schedule/schedule.js";
import { Gate } from "../simulation/world/gate.js";
import { Program } from "../simulation/world/program.js";
import { tappedSockets } from "../simulation/world/tapped-web-socket.js";
import { journal } from "./journal.js";
import type { ClientsAnswer, ClientsOrder } from "./orders.js";
import { realClock, realRandom } from "./real-surroundings.js";
import { roomsOf, setupFor } from "./setup.js";

/** One message of some client so often, in all. */
const messageMs = 10;
/** How long everything may take to come to rest once all faults have ended. */
const restMs = 60_000;

/** What the parent hands over. */
export interface ClientsTask {
  readonly clients: number;
  readonly seed: number;
  readonly port: number;
  readonly journal: string;
  readonly startMs: number;
}

export function runClients({ clients, seed, port, journal: path, startMs }: ClientsTask): void {
  const setup = setupFor(clients);
  const crowd = new Crowd(setup, seed, `ws://127.0.0.1:${port}/`, journal(path, startMs));
  const answer = (done: ClientsAnswer["done"]) => process.send?.({ done });
  process.on("message", async (order: ClientsOrder) => {
    if (order.do === "calm") crowd.calm();
    if (order.do === "rest") await crowd.rest();
    if (order.do === "standings") crowd.writeDownStandings();
    if (order.do === "end") await crowd.end();
    answer(order.do);
    if (order.do === "end") process.disconnect();
  });
  crowd.start();
  answer("start");
}

/** All programs. */
class Crowd {
  readonly #setup: Setup;
  readonly #recorder: Recorder;
  readonly #dice: Dice;
  readonly #programs: readonly Program[];
  #timer: NodeJS.Timeout | undefined;
  #sockets = 0;
  #messages = 0;

  constructor(setup: Setup, seed: number, url: string, recorder: Recorder) {
    this.#setup = setup;
    this.#recorder = recorder;
    this.#dice = new Dice(seed, "clients");
    this.#programs = setup.users.map((user, i) => {
      const [name, clock, random] = [`client-${i}`, realClock, realRandom];
      const program = { name, setup, clock, random, recorder };
      const [toUrl, token] = [() => url, () => user];
      return new Program({ ...program, WebSocket: this.#tapped(name), url: toUrl, token });
    });
  }

  start(): void {
    this.#programs.forEach((program, client) => {
      for (const room of roomsOf(client, this.#setup)) {
        const key = `join-${client}-${room}`;
        program.perform({ do: "join", client, key, room, last: 2, timeoutMs: 600_000 });
      }
    });
    this.#timer = setInterval(() => this.#act(), messageMs);
  }

  calm(): void {
    clearInterval(this.#timer);
  }

  /** Resolves when nothing is left that time alone would bring about, or when it has taken too long. */
  async rest(): Promise<void> {
    const end = performance.now() + restMs;
    const isAtRest = (program: Program, i: number) => this.#isAtRest(program, i);
    while (!this.#programs.every(isAtRest) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }

  writeDownStandings(): void {
    for (const [i, program] of this.#programs.entries()) program.writeDownStandings(roomsOf(i, this.#setup));
  }

  async end(): Promise<void> {
    for (const program of this.#programs) this.#recorder.record(program.name, { op: "close" });
    await Promise.all(this.#programs.map(({ client }) => client.close()));
  }

  #act(): void {
    const client = this.#dice.int(0, this.#programs.length - 1);
    this.#programs[client]?.perform(this.#step(client));
  }

  #step(client: number): ClientStep {
    const dice = this.#dice;
    const key = `m${++this.#messages}`;
    const own = dice.pick(roomsOf(client, this.#setup));
    const kind = dice.pick(["send", "send", "request", "publish"] as const);
    const room = kind === "publish" || dice.chance(0.5) ? own : undefined;
    const publishes = room && kind === "send" ? dice.int(0, 1) : 0;
    const takesMs = dice.pick([0, 0, 20, 300]);
    const ends = dice.pick(["ok", "ok", "ok", "throw", "reject"] as const);
    return {
      ...{ do: "send", client, key, kind, room, idempotent: dice.chance(0.2), timeoutMs: 60_000, bytes: 50 },
      behaviour: { takesMs, ends, publishes, heeds: false },
    };
  }

  #isAtRest(program: Program, index: number): boolean {
    const isJoined = (room: string) => program.room(room).state.kind === "joined";
    const isConnected = program.client.state.kind === "connected";
    return isConnected && program.pending === 0 && roomsOf(index, this.#setup).every(isJoined);
  }

  #tapped(client: string): WebSocketConstructor {
    const tap = () => {
      const socket = ++this.#sockets;
      const record = (outcome: "made" | "let-go" | "ended") =>
        this.#recorder.record(client, { op: "socket", socket, outcome });
      return {
        made: () => record("made"),
        letGo: () => record("let-go"),
        ended: () => record("ended"),
        sent: () => undefined,
        received: () => undefined,
      };
    };
    return tappedSockets(WebSocket as unknown as WebSocketConstructor, new Gate(realClock), tap);
  }
}
