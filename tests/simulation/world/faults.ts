import type { FaultStep } from "../schedule/schedule.js";
import type { SimNode } from "./node.js";
import type { Machine, World } from "./world.js";

type ClientFault = Extract<FaultStep, { readonly client: number }>;
type NodeFault = Extract<FaultStep, { readonly node: number }>;

/** Lets something go wrong. What lasts a while ends by itself, or when the quiet end begins. */
export function inflict(world: World, fault: FaultStep): void {
  const of =
    "client" in fault ? `client-${fault.client}` : "node" in fault ? `node-${fault.node}` : undefined;
  world.recorder.record("world", { op: "fault", kind: fault.do, of });
  if ("client" in fault) inflictOnClient(world, fault, world.machines[fault.client] as Machine);
  else if ("node" in fault) inflictOnNode(world, fault, world.nodes[fault.node] as SimNode);
  else world.forget();
}

function inflictOnClient(world: World, fault: ClientFault, machine: Machine): void {
  const { links } = machine.device;
  switch (fault.do) {
    case "cut":
      return links.cut();
    case "fin":
      return links.fin();
    case "cut-for-client":
      return links.cut({ serverAfterMs: Infinity });
    case "cut-for-server":
      return links.cut({ clientAfterMs: Infinity });
    case "half-open":
      return links.halfOpen(fault.way === "both" ? undefined : fault.way === "up" ? "toServer" : "toClient");
    case "stall":
      links.stall();
      return forAWhile(world, fault.ms, () => links.resume());
    case "read-late":
      links.stall("toClient");
      return forAWhile(world, fault.ms, () => links.resume("toClient"));
    case "sleep":
      return sleep(world, machine, fault.ms);
    case "wake-up":
      return machine.gate.pass("event", () => machine.program.wakeUp());
    case "change-user":
      machine.user = fault.user;
      return;
    case "forget-token":
      machine.forgetful = true;
      return forAWhile(world, fault.ms, () => {
        machine.forgetful = false;
      });
  }
}

function sleep(world: World, { gate, program }: Machine, ms: number): void {
  if (!gate.isOpen) return;
  world.recorder.record(program.name, { op: "asleep" });
  gate.close();
  forAWhile(world, ms, () => {
    world.recorder.record(program.name, { op: "awake" });
    gate.open();
  });
}

function inflictOnNode(world: World, fault: NodeFault, node: SimNode): void {
  const { gate, line, listener } = node;
  switch (fault.do) {
    case "refuse":
      if (listener) listener.admission = "refused";
      return forAWhile(world, fault.ms, () => {
        if (listener) listener.admission = "served";
      });
    case "sicken":
      node.isSick = true;
      return forAWhile(world, fault.ms, () => {
        node.isSick = false;
      });
    case "puzzle":
      node.isPuzzled = true;
      return forAWhile(world, fault.ms, () => {
        node.isPuzzled = false;
      });
    case "freeze":
      gate?.close();
      return forAWhile(world, fault.ms, () => gate?.open());
    case "crash":
      node.crash();
      // The memory of all nodes is one: it goes when the last of them has gone.
      if (fault.memory === "lost" && world.nodes.every(({ server }) => !server)) world.replaceBroker();
      return forAWhile(world, fault.downMs, () => node.start());
    case "drain":
      void node.drain(fault.withinMs).then(() => forAWhile(world, fault.downMs, () => node.start()));
      return;
    case "deafen":
      if (line) line.isDeaf = true;
      return forAWhile(world, fault.ms, () => {
        if (line) line.isDeaf = false;
        line?.interrupt();
      });
    case "echo":
      if (line) line.echoes = true;
      return forAWhile(world, fault.ms, () => {
        if (line) line.echoes = false;
      });
  }
}

/** Ends something after its time, at the latest when all faults end. */
function forAWhile(world: World, ms: number, end: () => void): void {
  const left = Math.max(0, world.setup.quietAt - world.clock.monotonic());
  world.clock.setTimeout(end, Math.min(ms, left));
}
