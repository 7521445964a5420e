import { expect, it } from "vitest";
import { startProgram } from "../program.js";
import { bundled } from "./bundled.js";
import { clientOf, once } from "./setup.js";

/** A server as docs/guide/deployment.md shows it. */
const serverProgram = `
  import { createServer as createHttpServer } from "node:http";
  import { allowAll, createServer } from "@tautline/server";
  import { chat } from "./setup.js";
  const live = createServer(chat, { authenticate: ({ token }) => ({ id: token }), authorize: allowAll });
  live.handle("wait", async ({ data }) => {
    console.log("working");
    await new Promise((resolve) => setTimeout(resolve, data));
    return data;
  });
  const http = createHttpServer((request, response) => response.end("page"));
  live.attach(http, { path: "/live" });
  http.listen(0, "127.0.0.1", () => console.log("port " + http.address().port));
  process.once("SIGTERM", async () => {
    http.close();
    await live.drain({ withinMs: 1_000 });
    console.log("drained");
  });`;

it.skipIf(process.platform === "win32")(
  "[12.3] ends a process by itself on SIGTERM, after it has answered what it had begun (P12, F-16)",
  async () => {
    await using program = startProgram(process.execPath, [await bundled(serverProgram)]);
    const [, port] = await program.line(/^port (\d+)$/);
    const client = clientOf(`ws://127.0.0.1:${port}/live`);
    await client.connect();
    const answer = client.request("wait", 1_500);
    await program.line(/^working$/);
    program.process.kill("SIGTERM");
    expect(await answer).toBe(1_500);
    await program.line(/^drained$/);
    expect(await program.ended).toBe(0);
    if (client.state.kind !== "waiting")
      await once<{ kind: string }>(
        (listener) => client.on("state", listener),
        ({ kind }) => kind === "waiting",
      );
    await client.close();
  },
  30_000,
);
