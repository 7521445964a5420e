import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Program, startProgram } from "../program.js";
import { bundled } from "./bundled.js";
import { clientOf } from "./setup.js";

// A machine that has run out of something: the server does without, and goes on when there is some again.

const server = `
  import { openSync, writeSync } from "node:fs";
  import { allowAll, createServer } from "@tautline/server";
  import { chat } from "./setup.js";
  const disk = process.argv[2] && openSync(process.argv[2], "w");
  const live = createServer(chat, {
    authenticate: ({ token }) => ({ id: token }),
    authorize: allowAll,
    log: (record) => {
      try {
        if (disk) writeSync(disk, JSON.stringify(record));
      } catch (error) {
        console.log(error.code + " for " + record.event);
        throw error;
      }
    },
  });
  live.handle("rename", ({ data }) => data);
  live.handle("fail", () => { throw new Error("something to log"); });
  live.listen({ port: 0, host: "127.0.0.1" }).then(({ port }) => console.log("port " + port));`;

async function started(program: Program): Promise<number> {
  const [, port] = await program.line(/^port (\d+)$/);
  return Number(port);
}

it.skipIf(!existsSync("/dev/full"))("goes on where the disk of its log is full (F-39)", async () => {
  await using program = startProgram(process.execPath, [await bundled(server), "/dev/full"]);
  const client = clientOf(`ws://127.0.0.1:${await started(program)}/`);
  const failed = await client.send("fail").catch(({ code }: { code: string }) => code);
  expect(failed).toBe("HANDLER_FAILED");
  await program.line(/^ENOSPC for error$/);
  expect(await client.request("rename", { name: "Ada" })).toEqual({ name: "Ada" });
  await client.close();
});

it.skipIf(process.platform === "win32")(
  "serves who is there while it has no file descriptors left, and newcomers when it has some again (F-40)",
  async () => {
    const most = 64;
    const limited = ["-c", `ulimit -n ${most}; exec "$0" "$1"`, process.execPath, await bundled(server)];
    await using program = startProgram("sh", limited);
    const port = await started(program);
    const early = clientOf(`ws://127.0.0.1:${port}/`);
    await early.connect();
    const crowd = Array.from({ length: 2 * most }, () => connect(port, "127.0.0.1"));
    const turnedAway = await Promise.race(
      crowd.map(
        (socket) =>
          new Promise<Socket>((resolve) => socket.on("error", () => {}).once("close", () => resolve(socket))),
      ),
    );
    expect(turnedAway.destroyed).toBe(true);
    expect(await early.request("rename", { name: "Ada" })).toEqual({ name: "Ada" });
    for (const socket of crowd) socket.destroy();
    const late = clientOf(`ws://127.0.0.1:${port}/`);
    expect(await late.request("rename", { name: "Bo" })).toEqual({ name: "Bo" });
    expect(early.state.kind).toBe("connected");
    await Promise.all([early.close(), late.close()]);
  },
);

const crowdedServer = `
  import { allowAll, createServer } from "@tautline/server";
  import { chat } from "./setup.js";
  const live = createServer(chat, {
    authenticate: ({ token }) => ({ id: token ?? "nobody" }),
    authorize: allowAll,
    backpressure: { totalBytes: 8 * 1_048_576 },
    limits: { connectionsPerUser: 1_000 },
  });
  const readers = new Set();
  live.on("connect", ({ connection, user }) => user.id === "nobody" && readers.add(connection));
  live.on("disconnect", ({ connection }) => readers.delete(connection));
  live.handle("rename", ({ data }) => data);
  const bytes = 65_536;
  const sendOn = (turn) => {
    // Each gets a text of its own: nothing is shared.
    for (const reader of readers) reader.send("notice", { text: String.fromCharCode(97 + turn % 26).repeat(bytes) });
    if (readers.size > 0) setImmediate(sendOn, turn + 1);
    else console.log("shed " + live.stats().totals.limits["backpressure.totalBytes"]);
  };
  live.handle("count", () => sendOn(0));
  live.listen({ port: 0, host: "127.0.0.1" }).then(({ port }) => console.log("port " + port));`;

it.skipIf(!existsSync("/proc/self/status"))(
  "gives up its slowest readers before the memory that it may use is full, and serves the others (F-41)",
  async () => {
    const readers = 100;
    const limited = ["--max-old-space-size=64", await bundled(crowdedServer)];
    await using program = startProgram(process.execPath, limited);
    const port = await started(program);
    const client = clientOf(`ws://127.0.0.1:${port}/`);
    await client.connect();
    const crowd = await Promise.all(Array.from({ length: readers }, () => readerOf(port)));
    for (const socket of crowd) socket.pause();
    const before = peakBytesOf(program.process.pid);
    await client.send("count");
    const [, shed] = await program.line(/^shed (\d+)$/);
    // Each of them alone may have 2 MiB waiting.
    expect(Number(shed)).toBeGreaterThan(readers / 2);
    expect(peakBytesOf(program.process.pid) - before).toBeLessThan(96 * 1_048_576);
    expect(await client.request("rename", { name: "Ada" })).toEqual({ name: "Ada" });
    for (const socket of crowd) socket.terminate();
    await client.close();
  },
);

/** A plain peer. */
async function readerOf(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", () => {});
  return socket;
}

/** The most that a process ever had in memory. */
function peakBytesOf(pid: number | undefined): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1_024;
}
