import { specsOf } from "../load/crowd.js";
import { LoadClient } from "../load/load-client.js";
import type { Figure, Workload } from "./workload.js";

const returning = 2_000;
const missed = { count: 100, bytes: 140 };
const room = "room/0";
const lanes = 200;

const figure: Figure = {
  id: "recovery",
  title: "2,000 clients come back, each gets 100 missed publications: CPU per client",
  unit: "µs",
};

/** Clients connect, say where they were, and get what they missed. The bare server writes it as soon as they are connected. */
export const recovery: Workload = {
  name: "recovery",
  figures: [figure],
  sides: ["tautline", "ws-ready"],
  async measure(target, scale) {
    const { name, dialect } = target.side;
    const count = Math.min(returning, scale.clients);
    const isOurs = name === "tautline";
    const position = isOurs ? await positionBefore(target) : undefined;
    const specs = specsOf(2 * count, () => [room], isOurs ? { position } : { missed });
    const peer = { port: target.port, dialect };
    const warm = await comeBack(peer, specs.slice(0, count));
    const before = await target.cpuMicros();
    const clients = await comeBack(peer, specs.slice(count));
    const cost = ((await target.cpuMicros()) - before) / count;
    for (const client of [...warm, ...clients]) client.destroy();
    return new Map([[figure.id, cost]]);
  },
};

/** Publishes while nobody is there. Gives where the clients had been before. */
async function positionBefore(target: Parameters<Workload["measure"]>[0]) {
  const { epoch, offset } = await target.publish({ room, ...missed });
  return { epoch, offset: offset - missed.count };
}

/** Resolves when each has got everything. */
async function comeBack(
  peer: Parameters<typeof LoadClient.connect>[0],
  specs: ReturnType<typeof specsOf>,
): Promise<LoadClient[]> {
  const clients: LoadClient[] = [];
  let begun = 0;
  const lane = async () => {
    for (let spec = specs[begun++]; spec; spec = specs[begun++]) {
      let missing = missed.count;
      let complete = () => {};
      const all = new Promise<void>((resolve) => {
        complete = resolve;
      });
      clients.push(await LoadClient.connect(peer, spec, () => --missing === 0 && complete()));
      await all;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return clients;
}
