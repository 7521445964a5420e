import { connectAll, specsOf } from "../load/crowd.js";
import type { Figure, Workload } from "./workload.js";

const connections = 10_000;
/** Each room has a hundred members. */
const roomsPerHundred = 3;
const warmUp = 500;

const figure: Figure = {
  id: "idle-memory",
  title: "10,000 idle connections, each with a user and 3 rooms: resident memory per connection",
  unit: "KiB",
};

/** Clients come, and do nothing. What the first ones leave behind when they go again is not counted. */
export const idleMemory: Workload = {
  name: "idle-memory",
  figures: [figure],
  sides: ["tautline", "ws", "socket-io"],
  async measure(target, scale) {
    const peer = { port: target.port, dialect: target.side.dialect };
    const count = Math.min(connections, scale.clients);
    const groups = Math.max(1, Math.round(count / 100));
    const roomsOf = (number: number) =>
      Array.from({ length: roomsPerHundred }, (_, i) => `room/${i * groups + (number % groups)}`);
    const specs = specsOf(warmUp + count, roomsOf);
    for (const client of await connectAll(peer, specs.slice(0, warmUp))) client.destroy();
    const before = await target.residentBytes();
    const clients = await connectAll(peer, specs.slice(warmUp));
    const grown = (await target.residentBytes()) - before;
    for (const client of clients) client.destroy();
    return new Map([[figure.id, grown / count / 1_024]]);
  },
};
