import { connectAll, specsOf } from "../load/crowd.js";
import type { ClientSpec } from "../load/dialect.js";
import type { LoadClient } from "../load/load-client.js";
import { maskedFrame } from "../load/masked-frame.js";
import type { Target } from "../target.js";
import { Bursts } from "./bursts.js";
import { cpuPerUnit } from "./pump.js";
import type { Figure, Scale, Workload } from "./workload.js";

const text = "x".repeat(46);
const nobody = "room/nobody";

const memberCounts = [10, 100, 1_000, 10_000] as const;
const roomCounts = [1, 100, 1_000, 10_000] as const;
const roomSize = 10;
const roomClients = 1_000;
/** Far from the numbers of the members. */
const firstPublisher = 1_000_000_000;
const firstRehearsed = 2_000_000_000;

const figureOfMembers = (count: number): Figure => ({
  id: `members-${count}`,
  title: `a room of ${count.toLocaleString("en")} members: CPU that each adds to a publication`,
  unit: "µs",
});

const figureOfRooms = (count: number): Figure => ({
  id: `rooms-${count}`,
  title: `${count.toLocaleString("en")} ${count === 1 ? "room" : "rooms"} of 10 members: CPU that each member adds to a publication`,
  unit: "µs",
});

/** The same room with more and more members. */
export const manyMembers: Workload = {
  name: "many-members",
  figures: memberCounts.map(figureOfMembers),
  sides: ["tautline"],
  async measure(target, scale) {
    const costs = new Map<string, number>();
    await rehearse(target, scale);
    const stage = await Stage.open(target, scale, firstPublisher);
    let members: LoadClient[] = [];
    for (const count of memberCounts.filter((count) => count <= scale.clients)) {
      const specs = specsOf(count, () => ["room/0"]).slice(members.length);
      members = [...members, ...(await stage.join(specs))];
      costs.set(figureOfMembers(count).id, await stage.costPerDelivery(["room/0"], count));
    }
    stage.close();
    return costs;
  },
};

/** More and more rooms of the same size, in which something is said in turn. */
export const manyRooms: Workload = {
  name: "many-rooms",
  figures: roomCounts.map(figureOfRooms),
  sides: ["tautline"],
  async measure(target, scale) {
    const costs = new Map<string, number>();
    const most = scale.clients;
    await rehearse(target, scale);
    for (const count of roomCounts.filter((count) => count <= most)) {
      const stage = await Stage.open(target, scale, firstPublisher + count);
      const clients = Math.min(roomClients, count * roomSize, most);
      const specs = specsOf(clients, (number) => roomsOfMember(number, count, clients));
      // Clients of their own: the server may not have noticed yet that the last ones have gone.
      await stage.join(numberedFrom(count * roomClients, specs));
      const rooms = Array.from({ length: count }, (_, i) => `room/${count}-${i}`);
      costs.set(figureOfRooms(count).id, await stage.costPerDelivery(rooms, roomSize));
      stage.close();
    }
    return costs;
  },
};

/** The rooms of a member, such that each of `count` rooms has as many. */
function roomsOfMember(number: number, count: number, clients: number): string[] {
  const each = Math.max(1, Math.round((count * roomSize) / clients));
  return Array.from({ length: each }, (_, i) => `room/${count}-${(number * each + i) % count}`);
}

/** The same clients under other numbers, so that the server takes them for others. */
function numberedFrom(first: number, specs: readonly ClientSpec[]): ClientSpec[] {
  return specs.map((spec) => ({ ...spec, number: first + spec.number }));
}

/**
 * Measures once and forgets it. A server that has just been started becomes cheaper from second to second: what a publication to
 * nobody costs, which is measured first, would be too much, and the difference to it too little.
 */
async function rehearse(target: Target, scale: Scale): Promise<void> {
  const stage = await Stage.open(target, scale, firstRehearsed);
  const members = specsOf(Math.min(roomSize, scale.clients), () => ["room/rehearsal"]);
  await stage.join(numberedFrom(firstRehearsed + 1, members));
  await stage.costPerDelivery(["room/rehearsal"], members.length);
  stage.close();
}

/** Somebody who publishes without being a member, and the members. */
class Stage {
  /** @param number - of the publisher: a client of its own, whose messages are counted from 1. */
  static async open(target: Target, scale: Scale, number: number): Promise<Stage> {
    const stage = new Stage(target, scale);
    [stage.#publisher] = await stage.join([{ number, rooms: [] }]);
    return stage;
  }

  readonly #target: Target;
  readonly #scale: Scale;
  readonly #bursts = new Bursts();
  readonly #clients: LoadClient[] = [];
  #publisher: LoadClient | undefined;

  private constructor(target: Target, scale: Scale) {
    this.#target = target;
    this.#scale = scale;
  }

  async join(specs: ClientSpec[]): Promise<LoadClient[]> {
    const { port, side } = this.#target;
    const clients = await connectAll({ port, dialect: side.dialect }, specs, this.#bursts.count);
    this.#clients.push(...clients);
    return clients;
  }

  /** What a publication costs beyond what one to nobody costs, for each member. */
  async costPerDelivery(rooms: readonly string[], members: number): Promise<number> {
    const alone = await this.#costPerPublication([nobody], 0);
    return ((await this.#costPerPublication(rooms, members)) - alone) / members;
  }

  #costPerPublication(rooms: readonly string[], members: number): Promise<number> {
    const publisher = this.#publisher as LoadClient;
    let next = 0;
    const nextFrame = () => {
      const id = rooms[next++ % rooms.length]?.slice("room/".length);
      return maskedFrame(`{"type":"post","id":${++publisher.sent},"data":{"id":"${id}","text":"${text}"}}`);
    };
    const framesEach = members + 1;
    return cpuPerUnit(
      this.#target,
      this.#scale,
      async (until) => (await this.#bursts.run(publisher, nextFrame, framesEach, until)) / framesEach,
    );
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }
}
