import type { Place } from "../history/record.js";
import type { SimRoom } from "./client-room.js";
import { perform } from "./perform.js";
import type { Machine, World } from "./world.js";

/** How long everything may take to converge once all faults have ended, in milliseconds. */
const convergenceMs = 60_000;
/** How often it is looked at meanwhile. */
const lookMs = 2_000;
/** How long what was said last may take to everyone. */
const lastWordMs = 4_000;
/** How long sockets and timers may take to go when all is closed: the longest is a presence lease, or a closing handshake. */
const partingMs = 60_000;

/** Lets a world come to rest, says a last word in each room, writes down where everyone stands, and ends everything. */
export async function goQuiet(world: World): Promise<void> {
  world.recorder.record("world", { op: "quiet" });
  for (const node of world.nodes) node.start();
  for (const { program } of world.machines) program.perform({ do: "connect", client: 0 });
  await world.clock.advance(silenceMs(world));
  await settleDown(world);
  sayLastWords(world);
  await world.clock.advance(lastWordMs);
  await settleDown(world, hasHeardTheLast);
  for (const { program } of world.machines) program.writeDownStandings(world.setup.rooms);
  await part(world);
}

/** Faults of which an end is not told. */
const unheard: ReadonlySet<string> = new Set(["half-open", "cut-for-client", "cut-for-server"]);

/** How long one end may not have noticed that a connection is over: both look at their clocks, and ask. */
function silenceMs({ setup: { server, client }, recorder }: World): number {
  const wasUnheard = recorder.history.some((record) => record.op === "fault" && unheard.has(record.kind));
  return wasUnheard ? server.heartbeatMs + 2 * server.graceMs + client.graceMs + 5_000 : 0;
}

/** Whether a program was given the last event to its user. */
function hasHeardTheLast({ program: { client, heard } }: Machine): boolean {
  return client.state.kind !== "connected" || heard.has(lastWordTo(client.state.user));
}

const lastWordTo = (user: string) => `last-${user}`;

/** Waits until all is calm, and each machine is ready. */
async function settleDown(world: World, isReady: (machine: Machine) => boolean = () => true): Promise<void> {
  const end = world.clock.monotonic() + convergenceMs;
  do await world.clock.advance(lookMs);
  while (!(isCalm(world) && world.machines.every(isReady)) && world.clock.monotonic() < end);
}

/** Whether nothing is left that time alone would bring about. */
function isCalm({ machines, nodes, setup, heads }: World): boolean {
  const isSettled = ({ program }: Machine) =>
    program.pending === 0 &&
    program.client.state.kind === "connected" &&
    setup.rooms.every((room) => hasArrived(program.room(room), heads.get(room)));
  return (
    nodes.every(({ server }) => server) &&
    machines.every(isSettled) &&
    setup.rooms.every((room) => seesEveryone(room, machines))
  );
}

/** Whether a room is left, or joined and read to its end. */
function hasArrived({ state, position }: SimRoom, head: Place | undefined): boolean {
  if (state.kind !== "joined") return state.kind === "left";
  return !position || !head || (position.epoch === head.epoch && position.offset === head.offset);
}

/** Whether the members of a room see as many as there are: those of a node that has crashed go with its lease. */
function seesEveryone(room: string, machines: readonly Machine[]): boolean {
  const views = machines
    .map(({ program }) => program.room(room))
    .filter(({ state }) => state.kind === "joined");
  return views.every(({ presence }) => presence.length === views.length);
}

/** What comes last shows who still listens. */
function sayLastWords(world: World): void {
  const { nodes, setup, recorder } = world;
  for (const user of new Set(setup.users))
    perform(world, { at: 0, do: "tell", node: 0, key: lastWordTo(user), user });
  setup.rooms.forEach((room, i) => {
    const [pattern, id] = [
      room.startsWith("kept") ? "kept/:id" : "loose/:id",
      room.split("/")[1] ?? "",
    ] as const;
    const key = `last-${i}`;
    const publish = () => nodes[0]?.server?.room(pattern, { id }).publish("said", { key });
    Promise.resolve(publish()).catch(() =>
      recorder.record("world", { op: "fault", kind: "last-word-refused" }),
    );
  });
}

async function part(world: World): Promise<void> {
  const { machines, nodes, clock, recorder } = world;
  const leftOver = (what: string, count: number) =>
    recorder.record("world", { op: "left-over", what, count });
  for (const { program } of machines) program.perform({ do: "close", client: 0 });
  await clock.advance(partingMs);
  for (const { name, server } of nodes) {
    const stats = server?.stats();
    leftOver(`connections of ${name}`, (stats?.connections ?? 0) + (stats?.pending ?? 0));
    leftOver(`memberships of ${name}`, stats?.memberships ?? 0);
    leftOver(`handlers of ${name}`, stats?.handling ?? 0);
  }
  for (const { program, clock: own } of machines) leftOver(`timers of ${program.name}`, own.pending);
  const closing = nodes.map(async (node) => leftOver(`timers of ${node.name}`, await node.close()));
  await clock.advance(partingMs);
  await Promise.all(closing);
}
