import type { ClientStep, FaultStep, NodeStep, Step } from "../schedule/schedule.js";
import { roomOf } from "./contract.js";
import { inflict } from "./faults.js";
import type { World } from "./world.js";

const clientSteps = new Set<string>([
  "send",
  "whisper",
  "join",
  "load",
  "leave",
  "present",
  "close",
  "connect",
]);
const nodeSteps = new Set<string>(["publish", "tell", "broadcast", "banish", "expel", "dismiss"]);

/** Does one step of a schedule. */
export function perform(world: World, step: Step): void {
  if (isOneOf<ClientStep>(clientSteps, step)) {
    const machine = world.machines[step.client];
    // Who sleeps does it when it wakes up.
    machine?.gate.pass("timer", () => machine.program.perform(step));
  } else if (isOneOf<NodeStep>(nodeSteps, step)) serve(world, step);
  else inflict(world, step as Step & FaultStep);
}

function isOneOf<T extends { readonly do: string }>(
  kinds: ReadonlySet<string>,
  step: Step,
): step is Step & T {
  return kinds.has(step.do);
}

/** Does what the application of a node does. */
function serve(world: World, step: Step & NodeStep): void {
  switch (step.do) {
    case "publish": {
      const { node, key, room, volatile, count, bytes } = step;
      const { pattern, id } = roomOf(room);
      for (let i = 0; i < count; i++) {
        const data = { key: `${key}.${i}`, padding: "x".repeat(bytes) };
        onNode(world, node, ({ server }) =>
          server?.room(pattern, { id }).publish(volatile ? "blinked" : "said", data),
        );
      }
      return;
    }
    case "tell": {
      const { node, key, user } = step;
      onNode(world, node, ({ name, server }) => {
        world.recorder.record(name, { op: "told", key, to: user });
        return server?.user(user).send("told", { key, to: user });
      });
      return;
    }
    case "broadcast":
      onNode(world, step.node, ({ server }) =>
        server?.broadcast("shouted", { key: step.key, to: "everyone" }),
      );
      return;
    case "banish":
      return onNode(world, step.node, ({ server }) => server?.user(step.user).disconnect());
    case "expel":
      return eachConnection(world, step.client, (connection) => connection.leave(step.room));
    case "dismiss":
      return eachConnection(world, step.client, (connection) => connection.close(step.code, "dismissed"));
  }
}

function onNode(world: World, index: number, act: (node: World["nodes"][number]) => unknown): void {
  const node = world.nodes[index];
  node?.gate?.pass("event", () => {
    // What a broker of another machine refuses is nobody's surprise here: the record tells what was kept.
    Promise.resolve(act(node)).catch(() => undefined);
  });
}

interface Closable {
  leave(room: string): boolean;
  close(code: number, reason: string): void;
}

function eachConnection(world: World, client: number, act: (connection: Closable) => void): void {
  const state = world.machines[client]?.program.client.state;
  if (state?.kind !== "connected") return;
  world.nodes.forEach((_, index) => {
    onNode(world, index, ({ server }) => {
      for (const connection of server?.user(state.user).connections ?? [])
        if (connection.id === state.connection) act(connection);
    });
  });
}
