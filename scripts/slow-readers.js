// What stalled readers cost a server and the other members of a room: `pnpm slow-readers`, or `pnpm slow-readers 500 10` for
// 500 readers that are offered 10 MB each. The server is this process, all clients are another. Ends with 1 where a bound is broken.
import { fork } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { root } from "./pack.js";

const [readers, offered] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 20)];
const others = 20;
/** So much may wait for one reader: the server's default. */
const limitBytes = 2_097_152;
/** A burst of publications each tick: 2,000 a second. */
const [burst, tickMs] = [20, 10];
const text = "x".repeat(1_000);
const count = Math.round((offered * 1_048_576) / text.length);

const load = (name) => import(pathToFileURL(`${root}/packages/${name}/dist/index.js`).href);
const { unchecked } = await load("protocol");
const { allowAll, createServer, guests } = await load("server");

const contract = { rooms: { feed: { events: { message: { data: unchecked() } } } } };
const history = { size: 1_000_000, bytes: 1_073_741_824 };
const server = createServer(contract, {
  authenticate: guests(),
  authorize: allowAll,
  // Who stalls answers no pings either, and would be gone before it reads again.
  heartbeat: { intervalMs: 600_000 },
  rooms: { feed: { history, maxRecovered: 1_000_000 } },
});
const room = server.room("feed");
const { port } = await server.listen();
const clients = fork(new URL("slow-readers-clients.js", import.meta.url), [String(port)]);

const ask = async (message) => {
  clients.send(message);
  return (await once(clients, "message"))[0];
};

await ask({ connect: others, stalled: false });
await publish(5_000);
await ask({ latencies: true });
await publish(5_000);
const alone = await ask({ latencies: true });

await ask({ connect: readers, stalled: true });
const before = process.memoryUsage.rss();
// The systems' own buffers take some megabytes of each before anything waits in the server's.
let published = 0;
let peak = 0;
while (server.stats().lagging < readers && published < count) {
  peak = Math.max(peak, await publish(500));
  published += 500;
}
const { lagging } = server.stats();
const filling = await ask({ latencies: true });
peak = Math.max(peak, await publish(count - published));
const beside = await ask({ latencies: true });
const growth = peak - before;

const begun = performance.now();
const { complete } = await ask({ resume: true });
const seconds = (performance.now() - begun) / 1_000;
const { tooSlow } = server.stats().totals;
clients.kill();
await server.close();

const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(1)} MB`;
const ratio = beside.p99 / alone.p99;
const told = ({ p50, p99 }) => `median ${p50} ms, p99 ${p99} ms`;
console.log(`${readers} stalled readers, offered ${offered} MB each: ${lagging} fell behind`);
console.log(
  `memory grew by ${megabytes(growth)}, of which ${megabytes(count * text.length)} is the room's history`,
);
console.log(`latency of the others, alone:        ${told(alone)}`);
console.log(`  while the systems' buffers filled: ${told(filling)}`);
console.log(`  beside the stalled ones:           ${told(beside)} (${ratio.toFixed(1)} times)`);
console.log(
  `when they read again, ${complete} got everything in order, within ${seconds.toFixed(1)} s; ${tooSlow} were cut`,
);
const holds = growth <= 1.5 * limitBytes * readers && ratio <= 3 && complete === readers && tooSlow === 0;
process.exitCode = holds ? 0 : 1;

/** Publishes at an even pace. Gives the most memory that the process had meanwhile. */
async function publish(publications) {
  let peak = 0;
  const begin = performance.now();
  for (let sent = 0; sent < publications; sent += burst) {
    for (let i = 0; i < burst; i++)
      await room.publish("message", { text, at: Number(process.hrtime.bigint()) });
    peak = Math.max(peak, process.memoryUsage.rss());
    const due = begin + (sent / burst + 1) * tickMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
  return peak;
}
