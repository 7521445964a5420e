import type { Dice } from "../simulation/schedule/dice.js";
import type { Processes } from "./processes.js";
import type { Passage, TcpProxy, Way } from "./tcp-proxy.js";

/** What a fault is done to. */
export interface Victims {
  readonly proxy: TcpProxy;
  readonly processes: Processes;
  readonly dice: Dice;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each does its harm, and resolves when it is over. */
export const faults = {
  /** Some connections are reset. */
  cut: async (victims: Victims) => {
    for (const passage of some(victims)) passage.reset();
  },
  /** Nothing passes for a while on some connections. */
  stall: async (victims: Victims) => {
    const passages = some(victims);
    for (const passage of passages) passage.stall();
    await pause(victims.dice.int(500, 6_000));
    for (const passage of passages) passage.resume();
  },
  /** From now on nothing arrives on some connections, in one direction or in both. */
  "half-open": async (victims: Victims) => {
    const way = victims.dice.pick<Way>(["up", "down", "both"]);
    for (const passage of some(victims)) passage.halfOpen(way);
  },
  /** Nobody gets through for a while, and everyone is cut off. */
  refuse: async ({ proxy, dice }: Victims) => {
    proxy.isRefusing = true;
    for (const passage of proxy.passages) passage.reset();
    await pause(dice.int(500, 2_000));
    proxy.isRefusing = false;
  },
  /** The server stands still: SIGSTOP, SIGCONT. */
  "stop-server": async ({ processes, dice }: Victims) => {
    processes.server.kill("SIGSTOP");
    await pause(dice.int(500, 4_000));
    processes.server.kill("SIGCONT");
  },
  /** All clients stand still, as when a laptop sleeps. */
  "stop-clients": async ({ processes, dice }: Victims) => {
    await processes.clientsAsleep(() => pause(dice.int(500, 4_000)));
  },
  /** A deployment: the next server is there before the last is told to go. */
  deploy: async ({ processes }: Victims) => {
    await processes.deploy();
  },
  /** The server is killed with all its memory, and comes back a little later. */
  kill: async ({ processes, dice }: Victims) => {
    await processes.killServer(() => pause(dice.int(0, 1_500)));
  },
} as const satisfies Record<string, (victims: Victims) => Promise<void>>;

export type FaultName = keyof typeof faults;

/** A quarter of all connections, on average. */
function some({ proxy, dice }: Victims): readonly Passage[] {
  return dice.some(proxy.passages, dice.pick([0.05, 0.2, 0.5]));
}
