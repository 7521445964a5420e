import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { bundled } from "./bundled.js";
import { startServer } from "./setup.js";

/** Runs a program that uses the client in a process of its own, to its end. */
async function run(program: string): Promise<{ code: number | null; output: string }> {
  const header = `import { createClient } from "@tautline/client"; import { chat } from "./setup.js";`;
  const file = await bundled(`${header}\n(async () => {${program}})();`);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

it("lets a process end by itself once the client is closed", async () => {
  const { server, url } = await startServer();
  const { code, output } = await run(`
    const client = createClient(chat, { url: ${JSON.stringify(url)} });
    await client.room("chat/lobby").join();
    const { name } = await client.request("rename", { name: "Ada" });
    await client.close();
    console.log(name, process.getActiveResourcesInfo().filter((name) => name === "Timeout").length);
  `);
  expect({ code, output }).toEqual({ code: 0, output: "Ada 0\n" });
  await server.close();
});

it("never ends a process by a promise that nobody awaited, nor by a server that is not there", async () => {
  const { server, url } = await startServer();
  await server.close();
  const { code, output } = await run(`
    const client = createClient(chat, { url: ${JSON.stringify(url)}, backoff: { minMs: 1, maxMs: 1 } });
    let waits = 0;
    client.on("error", ({ code }) => console.log(code));
    client.on("state", ({ kind }) => {
      if (kind === "waiting" && ++waits === 3) void client.close();
    });
    void client.send("count");
    void client.request("rename", { name: "" });
    void client.room("chat/lobby").join();
    void client.connect();
  `);
  expect(code).toBe(0);
  expect(output.trim().split("\n").sort()).toEqual(["BAD_DATA", "CLOSED", "CLOSED", "CLOSED"]);
});
