import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
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
