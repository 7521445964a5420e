import { connectAll, specsOf } from "../load/crowd.js";
import type { LoadClient } from "../load/load-client.js";
import { maskedFrame } from "../load/masked-frame.js";
import { Bursts } from "./bursts.js";
import { cpuPerUnit } from "./pump.js";
import { sampleText } from "./sample-text.js";
import type { Figure, Workload } from "./workload.js";

const members = 1_000;
const bytes = 2_048;
const room = "room/0";

const figure: Figure = {
  id: "compressed-broadcast",
  title: "compressed broadcast, 2 KB, 1,000 members: CPU per delivery",
  unit: "µs",
};

/** As a broadcast with one in flight, to members that all have agreed to compression. */
export const compressedBroadcast: Workload = {
  name: "compressed-broadcast",
  figures: [figure],
  sides: ["tautline", "ws", "socket-io"],
  compression: true,
  async measure(target, scale) {
    const bursts = new Bursts();
    const count = Math.min(members, scale.clients);
    const peer = { port: target.port, dialect: target.side.dialect };
    const clients = await connectAll(
      peer,
      specsOf(count, () => [room], { deflate: true }),
      bursts.count,
    );
    try {
      if (!clients.every(({ isCompressed }) => isCompressed)) return new Map();
      const said = maskedFrame(peer.dialect.say({ room, bytes, text: sampleText(bytes) }));
      const step = (until: number) => bursts.run(clients[0] as LoadClient, () => said, count, until);
      return new Map([[figure.id, await cpuPerUnit(target, scale, step)]]);
    } finally {
      for (const client of clients) client.destroy();
    }
  },
};
