import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findScenario } from "../src/find-scenario.js";
import { runLoadTest } from "../src/run-load-test.js";
import { back, plainServer } from "./setup.js";

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tautline-scenario-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe("a scenario of one's own", () => {
  it("is TypeScript that imports TypeScript, and runs", async () => {
    await file("word.ts", "export const word: string = 'hello' satisfies string;");
    const scenario = await file(
      "own.load.ts",
      `import { word } from "./word.js";
       interface Turn { readonly key: string }
       export default {
         name: "own",
         async start(user: { socket(): Promise<{ send(text: string): Promise<void> }>, arrival(turn: Turn): Promise<void> }) {
           const socket = await user.socket();
           return { act: async (turn: Turn) => { await socket.send(word + turn.key); await user.arrival(turn); } };
         },
       };`,
    );
    await using server = await plainServer(back);
    const summary = await runLoadTest({
      url: server.url,
      scenario,
      connections: 2,
      rampMs: 0,
      rate: 50,
      messages: 3,
    });
    expect(summary).toMatchObject({ scenario: "own", errors: 0, counts: { answered: 6 } });
  });

  it("is JavaScript, too", async () => {
    const path = await file("own.mjs", 'export default { name: "plain", start: () => ({}) };');
    expect((await findScenario(path)).name).toBe("plain");
  });

  it.each([
    ["no default export", "export const name = 'x';"],
    ["no start", "export default { name: 'x' };"],
    ["no name", "export default { start() {} };"],
    ["nothing but a number", "export default 5;"],
  ])("is refused where it has %s", async (name, text) => {
    const path = await file(`${name.replaceAll(" ", "-")}.ts`, text);
    await expect(findScenario(path)).rejects.toThrow(/to export default \{ name, start \}/);
  });

  it("is refused in words where it cannot be loaded", async () => {
    await expect(findScenario(await file("broken.ts", "const = ;"))).rejects.toThrow(
      /broken\.ts cannot be loaded/,
    );
  });

  it.each(["brodcast", "./nowhere.ts"])(
    "that is %s is not found, and the built-in ones are named",
    async (name) => {
      await expect(findScenario(name)).rejects.toThrow(
        /broadcast, echo, request, churn, reconnect-storm, slow-readers/,
      );
    },
  );
});
