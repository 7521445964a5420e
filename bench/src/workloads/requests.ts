import { connectAll, specsOf } from "../load/crowd.js";
import { Conversation } from "./conversation.js";
import { cpuPerUnit } from "./pump.js";
import type { Figure, Workload } from "./workload.js";

const clientCount = 200;
const text = "x".repeat(80);

const figure: Figure = {
  id: "requests",
  title: "request → validated reply, 200 clients: CPU per request",
  unit: "µs",
};

/** Each client asks as soon as its last question was answered. */
export const requests: Workload = {
  name: "requests",
  figures: [figure],
  sides: ["tautline", "ws", "socket-io"],
  async measure(target, scale) {
    const { dialect } = target.side;
    const conversation = new Conversation((_client, id) => dialect.ask({ id, text }));
    const specs = specsOf(Math.min(clientCount, scale.clients), () => []);
    const clients = await connectAll({ port: target.port, dialect }, specs, conversation.onMessage);
    const step = (until: number) => conversation.run(clients, 0, until);
    const cost = await cpuPerUnit(target, scale, step);
    for (const client of clients) client.destroy();
    return new Map([[figure.id, cost]]);
  },
};
