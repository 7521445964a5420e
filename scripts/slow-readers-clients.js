// The clients of slow-readers.js: members of its room that read at once, or stall until they are told to go on.
import { once } from "node:events";
import { createRequire } from "node:module";
import { root } from "./pack.js";

const { WebSocket } = createRequire(`${root}/packages/server/package.json`)("ws");
const url = `ws://localhost:${process.argv[2]}`;

/** The newest offset of the room, as those who read know it. */
let head = 0;
let latencies = [];
const stalled = [];

process.on("message", async (task) => {
  if (task.connect) {
    for (let i = 0; i < task.connect; i++) await (task.stalled ? connectStalled() : connectReading());
    process.send({});
  } else if (task.latencies) {
    // What is on its way still counts.
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.send(percentiles(latencies));
    latencies = [];
  } else {
    const ends = stalled.map((member) => readAll(member));
    process.send({ complete: (await Promise.all(ends)).filter(Boolean).length });
  }
});

async function connect() {
  const socket = new WebSocket(url, "tautline.v1.json");
  await once(socket, "open");
  const client = `client-${process.hrtime.bigint()}-0123456789`;
  socket.send(JSON.stringify({ type: "$hello", data: { client, attempt: 1, rooms: [{ room: "feed" }] } }));
  await once(socket, "message");
  return socket;
}

async function connectReading() {
  const socket = await connect();
  socket.on("message", (message) => {
    const { offset, data } = JSON.parse(message);
    if (!offset) return;
    head = Math.max(head, offset);
    latencies.push((Number(process.hrtime.bigint()) - data.at) / 1e6);
  });
}

async function connectStalled() {
  const socket = await connect();
  socket.pause();
  stalled.push({ socket, joinedAt: head });
}

/** Whether everything since it joined comes, once and in order. */
function readAll({ socket, joinedAt }) {
  return new Promise((resolve) => {
    let reached = joinedAt;
    socket.on("message", (message) => {
      const { offset } = JSON.parse(message);
      if (offset !== undefined && offset !== ++reached) resolve(false);
      if (reached === head) resolve(true);
    });
    socket.on("close", () => resolve(false));
    socket.resume();
  });
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
  return { p50: at(0.5), p99: at(0.99) };
}
