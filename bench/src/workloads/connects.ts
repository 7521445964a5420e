import { connectAll, specsOf } from "../load/crowd.js";
import type { ClientSpec } from "../load/dialect.js";
import type { Figure, Workload } from "./workload.js";

const connections = 4_000;
const rooms = 100;

const figure: Figure = {
  id: "connects",
  title: "upgrade, $hello, authentication and one join: CPU per connection",
  unit: "µs",
};

/** Clients come, and stay. Ours says who it is and joins a room; the others are only connected. */
export const connects: Workload = {
  name: "connects",
  figures: [figure],
  sides: ["tautline", "ws", "socket-io"],
  async measure(target, { clients: most }) {
    const { dialect, name } = target.side;
    const peer = { port: target.port, dialect };
    const count = Math.min(connections, most);
    const specs: ClientSpec[] = specsOf(2 * count, (number) =>
      name === "tautline" ? [`room/${number % rooms}`] : [],
    );
    const warm = await connectAll(peer, specs.slice(0, count));
    const before = await target.cpuMicros();
    const clients = await connectAll(peer, specs.slice(count));
    const cost = ((await target.cpuMicros()) - before) / count;
    for (const client of [...warm, ...clients]) client.destroy();
    return new Map([[figure.id, cost]]);
  },
};
