// What a broadcast costs the server besides the writes themselves: `node scripts/hot-path.js`, or `node scripts/hot-path.js 5000` for
// 5,000 members. Transports without sockets make the bytes that real ones would write, and write nothing. Judges nothing.
import { pathToFileURL } from "node:url";
import { root } from "./pack.js";

const members = Number(process.argv[2] ?? 1_000);
const load = (name) => import(pathToFileURL(`${root}/packages/${name}/dist/index.js`).href);
const { unchecked } = await load("protocol");
const { allowAll, createServer, guests } = await load("server");

const contract = { rooms: { feed: { events: { message: { data: unchecked() } } } } };
const server = createServer(contract, {
  authenticate: guests(),
  authorize: allowAll,
  rooms: { feed: { history: { size: 100 } } },
});
let delivered = 0;

/** Keeps the bytes on frame and batch, as the transport over real sockets does. */
class SocketlessTransport {
  protocol = "tautline.v1.json";
  bufferedBytes = 0;
  start(events) {
    this.events = events;
  }
  write(frames) {
    delivered += frames.length;
    for (const frame of frames) frame.wire ??= Buffer.from(frame.payload);
    frames.wire ??= Buffer.concat(frames.map(({ wire }) => wire));
  }
  ping() {}
  pause() {}
  resume() {}
  close() {}
  terminate() {}
}

const immediate = () => new Promise((resolve) => setImmediate(resolve));
const connectionRequest = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
for (let i = 0; i < members; i++) {
  const transport = new SocketlessTransport();
  server.accept(transport, connectionRequest);
  const hello = { client: `client-${i}-0123456789`, attempt: 1, rooms: [{ room: "feed" }] };
  transport.events.message(JSON.stringify({ type: "$hello", data: hello }));
}
while (server.stats().memberships < members) await immediate();

const room = server.room("feed");
const data = { text: "x".repeat(60), by: "user-1" };

/** CPU of this process for each delivery, in nanoseconds. */
async function cost(inFlight) {
  const turns = Math.ceil(400_000 / members / inFlight);
  const [before, from] = [process.cpuUsage(), delivered];
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < inFlight; i++) room.publish("message", data);
    await immediate();
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / (delivered - from);
}

for (const inFlight of [1, 4, 32]) {
  await cost(inFlight);
  const costs = [];
  for (let round = 0; round < 7; round++) costs.push(await cost(inFlight));
  costs.sort((a, b) => a - b);
  const [least, , , median] = costs.map(Math.round);
  console.log(`${inFlight} publications a turn: ${least} ns a delivery at least, ${median} ns in the median`);
}
await Promise.race([server.close(), immediate()]);
process.exit(0);
