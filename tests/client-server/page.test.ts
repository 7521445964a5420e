import { build } from "esbuild";
import { JSDOM } from "jsdom";
import { expect, it } from "vitest";
import { startServer } from "./setup.js";

/** The client as a page's script, as a bundler makes it. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { createClient } from "@tautline/client";`, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "tautline",
    conditions: ["@tautline/source"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

it("runs in jsdom, as an app's own tests do: joins, says, hears and closes", async () => {
  const { server, url } = await startServer();
  const { window } = new JSDOM("", { runScripts: "outside-only", url: "http://localhost/" });
  const heard: unknown = await window.eval(`${await script()};
    const client = tautline.createClient({ url: ${JSON.stringify(url)} });
    const room = client.room("chat/lobby");
    (async () => {
      const message = new Promise((resolve) => room.on("message", resolve));
      await room.join();
      await room.send("say", { text: "from a page" });
      const { data, offset } = await message;
      await client.close();
      return JSON.stringify({ data, offset, state: client.state.kind });
    })()`);
  expect(JSON.parse(String(heard))).toEqual({ data: { text: "from a page" }, offset: 1, state: "closed" });
  window.close();
  await server.close();
});
