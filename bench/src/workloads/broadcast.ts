import { connectAll, specsOf } from "../load/crowd.js";
import type { LoadClient } from "../load/load-client.js";
import { maskedFrame } from "../load/masked-frame.js";
import { Bursts } from "./bursts.js";
import { cpuPerUnit } from "./pump.js";
import type { Figure, Workload } from "./workload.js";

const members = 1_000;
/** Header and payload of each delivery. */
const frameBytes = 144;
const headerBytes = 4;
const room = "room/0";

const inFlight = [1, 4, 32] as const;

const figureOf = (count: number): Figure => ({
  id: `broadcast-${count}`,
  title: `room broadcast, 1,000 members, ${count} in flight: CPU per delivery`,
  unit: "µs",
});

/** One member talks, all receive: so many publications are under way at any time. */
export const broadcast: Workload = {
  name: "broadcast",
  figures: inFlight.map(figureOf),
  sides: ["tautline", "ws-ready", "ws", "socket-io", "bun"],
  async measure(target, scale) {
    const bursts = new Bursts();
    const count = Math.min(members, scale.clients);
    const peer = { port: target.port, dialect: target.side.dialect };
    const clients = await connectAll(
      peer,
      specsOf(count, () => [room]),
      bursts.count,
    );
    const said = maskedFrame(peer.dialect.say({ room, bytes: frameBytes - headerBytes }));
    const costs = new Map<string, number>();
    for (const many of inFlight) {
      const burst = Buffer.concat(Array.from({ length: many }, () => said));
      const step = (until: number) => bursts.run(clients[0] as LoadClient, () => burst, many * count, until);
      costs.set(figureOf(many).id, await cpuPerUnit(target, scale, step));
    }
    for (const client of clients) client.destroy();
    return costs;
  },
};
