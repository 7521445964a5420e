import { connectAll, specsOf } from "../load/crowd.js";
import { Conversation } from "./conversation.js";
import { cpuPerUnit } from "./pump.js";
import type { Figure, Workload } from "./workload.js";

const roomSize = 10;
const rooms = 100;
const bytes = 140;

const figure: Figure = {
  id: "talking-rooms",
  title: "100 rooms of 10 members, every client talking: CPU per acknowledged message and its 10 deliveries",
  unit: "µs",
};

/** Small rooms in which all talk at once, each as soon as its last message was acknowledged. */
export const talkingRooms: Workload = {
  name: "talking-rooms",
  figures: [figure],
  sides: ["tautline", "socket-io"],
  async measure(target, scale) {
    const { dialect } = target.side;
    const roomCount = Math.max(1, Math.min(rooms, Math.floor(scale.clients / roomSize)));
    const conversation = new Conversation(({ spec }, id) =>
      dialect.say({ room: spec.rooms[0] as string, bytes, id }),
    );
    const specs = specsOf(roomCount * roomSize, (number) => [`room/${number % roomCount}`]);
    const clients = await connectAll({ port: target.port, dialect }, specs, conversation.onMessage);
    const step = (until: number) => conversation.run(clients, roomSize, until);
    const cost = await cpuPerUnit(target, scale, step);
    for (const client of clients) client.destroy();
    return new Map([[figure.id, cost]]);
  },
};
