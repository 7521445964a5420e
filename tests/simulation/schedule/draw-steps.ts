import type { Dice } from "./dice.js";
import type { Behaviour, ClientStep, FaultStep, NodeStep, Setup } from "./schedule.js";

/** What a step is drawn from. */
export interface Draw {
  readonly dice: Dice;
  readonly setup: Setup;
  /** A name that no other message, publication or join of the run has. */
  readonly key: string;
}

type Artist<T> = (draw: Draw) => T;

const clientOf = ({ dice, setup }: Draw) => dice.int(0, setup.users.length - 1);
const nodeOf = ({ dice, setup }: Draw) => dice.int(0, setup.nodes - 1);
const roomOf = ({ dice, setup }: Draw) => dice.pick(setup.rooms);
const bytesOf = ({ dice }: Draw) => (dice.chance(0.1) ? dice.int(500, 3_000) : dice.int(0, 60));
/** From the blink of an eye to a long absence. */
const someTime = ({ dice }: Draw) => dice.pick([20, 300, 2_000, 9_000]);

function behaviour({ dice }: Draw): Behaviour {
  return {
    takesMs: dice.chance(0.4) ? 0 : dice.pick([1, 30, 400, 4_000]),
    ends: dice.chance(0.8) ? "ok" : dice.pick(["throw", "reject"]),
    publishes: dice.chance(0.3) ? dice.int(1, 3) : 0,
    heeds: dice.chance(0.5),
  };
}

function send(draw: Draw): ClientStep {
  const { dice, key } = draw;
  const kind = dice.pick(["send", "send", "request", "publish"] as const);
  return {
    ...{ do: "send", client: clientOf(draw), key, kind, behaviour: behaviour(draw), bytes: bytesOf(draw) },
    room: kind === "publish" || dice.chance(0.5) ? roomOf(draw) : undefined,
    idempotent: kind !== "publish" && dice.chance(0.25),
    timeoutMs: dice.pick([300, 5_000, 30_000, 30_000]),
    abortAfterMs: dice.chance(0.1) ? dice.pick([0, 20, 500]) : undefined,
  };
}

/** Each kind of step that belongs to ordinary life, with how often it comes. */
export const ordinary: readonly (readonly [weight: number, draw: Artist<ClientStep | NodeStep>])[] = [
  [10, send],
  [2, (draw) => ({ do: "whisper", client: clientOf(draw), key: draw.key, room: roomOf(draw) })],
  [
    3,
    (draw) => ({
      ...{ do: "join", client: clientOf(draw), key: draw.key, room: roomOf(draw) },
      last: draw.dice.chance(0.3) ? draw.dice.int(0, 10) : undefined,
      from: draw.dice.chance(0.1) ? { epoch: "elsewhere", offset: draw.dice.int(0, 5) } : undefined,
      timeoutMs: draw.dice.pick([500, 30_000, 30_000]),
    }),
  ],
  [
    1,
    (draw) => ({
      ...{ do: "load", client: clientOf(draw), key: draw.key, room: roomOf(draw) },
      ...{ takesMs: draw.dice.pick([0, 30, 400, 4_000]), heeds: draw.dice.chance(0.5) },
      ends: draw.dice.chance(0.9) ? ("ok" as const) : ("throw" as const),
      timeoutMs: draw.dice.pick([500, 30_000, 30_000]),
    }),
  ],
  [2, (draw) => ({ do: "leave", client: clientOf(draw), key: draw.key, room: roomOf(draw) })],
  [1, (draw) => ({ do: "present", client: clientOf(draw), room: roomOf(draw), state: draw.key })],
  [0.3, (draw) => ({ do: "close", client: clientOf(draw) })],
  [1, (draw) => ({ do: "connect", client: clientOf(draw) })],
  [
    9,
    (draw) => ({
      ...{ do: "publish", node: nodeOf(draw), key: draw.key, room: roomOf(draw), bytes: bytesOf(draw) },
      volatile: draw.dice.chance(0.3),
      count: draw.dice.chance(0.2) ? draw.dice.int(2, 12) : 1,
    }),
  ],
  [2, (draw) => ({ do: "tell", node: nodeOf(draw), key: draw.key, user: draw.dice.pick(draw.setup.users) })],
  [0.5, (draw) => ({ do: "broadcast", node: nodeOf(draw), key: draw.key })],
  [0.2, (draw) => ({ do: "banish", node: nodeOf(draw), user: draw.dice.pick(draw.setup.users) })],
  [0.3, (draw) => ({ do: "expel", client: clientOf(draw), room: roomOf(draw) })],
  [
    0.3,
    (draw) => ({ do: "dismiss", client: clientOf(draw), code: draw.dice.pick([1001, 1011, 1012, 1013]) }),
  ],
];

/** Each kind of fault, with how often it comes where a schedule has it. */
export const faults: readonly (readonly [weight: number, draw: Artist<FaultStep>])[] = [
  [4, (draw) => ({ do: "cut", client: clientOf(draw) })],
  [2, (draw) => ({ do: "fin", client: clientOf(draw) })],
  [1, (draw) => ({ do: "cut-for-client", client: clientOf(draw) })],
  [1, (draw) => ({ do: "cut-for-server", client: clientOf(draw) })],
  [2, (draw) => ({ do: "half-open", client: clientOf(draw), way: draw.dice.pick(["up", "down", "both"]) })],
  [3, (draw) => ({ do: "stall", client: clientOf(draw), ms: someTime(draw) })],
  [3, (draw) => ({ do: "read-late", client: clientOf(draw), ms: someTime(draw) })],
  [2, (draw) => ({ do: "sleep", client: clientOf(draw), ms: draw.dice.pick([300, 4_000, 40_000]) })],
  [1, (draw) => ({ do: "wake-up", client: clientOf(draw) })],
  [0.5, (draw) => ({ do: "forget-token", client: clientOf(draw), ms: someTime(draw) })],
  [0.5, (draw) => ({ do: "change-user", client: clientOf(draw), user: draw.dice.pick(draw.setup.users) })],
  [1, (draw) => ({ do: "refuse", node: nodeOf(draw), ms: someTime(draw) })],
  [1, (draw) => ({ do: "sicken", node: nodeOf(draw), ms: someTime(draw) })],
  [1, (draw) => ({ do: "puzzle", node: nodeOf(draw), ms: someTime(draw) })],
  [1, (draw) => ({ do: "freeze", node: nodeOf(draw), ms: someTime(draw) })],
  [
    1,
    (draw) => ({
      ...{ do: "crash", node: nodeOf(draw), downMs: draw.dice.pick([0, 100, 3_000]) },
      memory: draw.dice.pick(["kept", "lost"] as const),
    }),
  ],
  [
    1,
    (draw) => ({
      ...{ do: "drain", node: nodeOf(draw), downMs: draw.dice.pick([0, 500]) },
      withinMs: draw.dice.pick([0, 200, 3_000]),
    }),
  ],
  [0.6, () => ({ do: "amnesia" })],
  [1, (draw) => ({ do: "deafen", node: nodeOf(draw), ms: someTime(draw) })],
  [1, (draw) => ({ do: "echo", node: nodeOf(draw), ms: someTime(draw) })],
];
