import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as clientSource from "@tautline/client";
import * as outboxSource from "@tautline/client/persistent-outbox";
import * as loadtestSource from "@tautline/loadtest";
import * as protocolSource from "@tautline/protocol";
import * as msgpackSource from "@tautline/protocol/msgpack";
import * as serverSource from "@tautline/server";
import * as brokerSource from "@tautline/server/broker";
import * as casesSource from "@tautline/server/broker/cases";
import * as metricsSource from "@tautline/server/metrics";
import * as telemetrySource from "@tautline/server/opentelemetry";
import * as testingSource from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/pack.js";
import { consumerFolder } from "./consumer.js";

const run = promisify(execFile);
const consumer = consumerFolder();

/** Runs a script of the consumer in a process of its own, where nothing of this repository is at hand. */
async function node(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(consumer, script), ...args], { cwd: consumer });
  return stdout;
}

describe.each([
  ["@tautline/protocol", protocolSource],
  ["@tautline/protocol/msgpack", msgpackSource],
  ["@tautline/server", serverSource],
  ["@tautline/server/broker", brokerSource],
  ["@tautline/server/broker/cases", casesSource],
  ["@tautline/server/metrics", metricsSource],
  ["@tautline/server/opentelemetry", telemetrySource],
  ["@tautline/client", clientSource],
  ["@tautline/client/persistent-outbox", outboxSource],
  ["@tautline/testing", testingSource],
  ["@tautline/loadtest", loadtestSource],
])("%s, packed and installed", (name, source) => {
  const exported = Object.keys(source).sort();

  it("offers to import what its source exports", async () => {
    const file = "names.mjs";
    await writeFile(
      join(consumer, file),
      "console.log(JSON.stringify(Object.keys(await import(process.argv[2]))))",
    );
    expect(JSON.parse(await node(file, name)).sort()).toEqual(exported);
  });

  it("offers the same to require", async () => {
    const file = "names.cjs";
    await writeFile(
      join(consumer, file),
      "console.log(JSON.stringify(Object.keys(require(process.argv[2]))))",
    );
    expect(JSON.parse(await node(file, name)).sort()).toEqual(exported);
  });

  it("does not lead a user's tools to the source", async () => {
    const file = "resolve.cjs";
    await writeFile(join(consumer, file), "console.log(require.resolve(process.argv[2]))");
    expect(await node(file, name)).toMatch(/index\.cjs\n$/);
  });
});

describe("a small program against the packages", () => {
  // Without skipLibCheck: the packages' own declarations are checked too.
  const strict = [
    "--strict",
    "--target",
    "es2022",
    "--lib",
    "es2023,esnext.disposable,dom",
    "--types",
    "node",
  ];
  const bundler = ["--module", "esnext", "--moduleResolution", "bundler"];
  const node16 = ["--module", "node16", "--moduleResolution", "node16"];

  /** Runs a compiler on the program; gives what it complained about. */
  async function compile(
    typescript: "typescript" | "typescript-oldest",
    ...options: string[]
  ): Promise<string> {
    const tsc = join(root, "tests/node_modules", typescript, "bin/tsc");
    const args = [tsc, ...strict, ...options, "echo.ts", "reconnect.ts"];
    const { stdout } = await run(process.execPath, args, { cwd: consumer }).catch(
      (error: { stdout: string }) => error,
    );
    return stdout;
  }

  it("type-checks with the oldest TypeScript that is supported, as a bundler resolves it", async () => {
    expect(await compile("typescript-oldest", ...bundler, "--noEmit")).toBe("");
  });

  it("type-checks as Node resolves it, and runs: the echo in ten lines, over a real socket", async () => {
    expect(await compile("typescript", ...node16, "--outDir", "out")).toBe("");
    expect(await node("out/echo.js")).toBe("hello from a tarball\nBAD_DATA\n");
    expect(await node("out/reconnect.js")).toBe("hello over a virtual network\nand after a cut\n");
  });
});

describe("the load tester's command", () => {
  it("runs in several processes, and writes its page, from nothing but the tarball", async () => {
    const file = "load.mjs";
    await writeFile(
      join(consumer, file),
      `import { spawn } from "node:child_process";
       import { readFileSync } from "node:fs";
       import { allowAll, createServer, guests } from "@tautline/server";
       import { defineContract, unchecked } from "@tautline/protocol";
       const contract = defineContract({ messages: { rename: { data: unchecked(), reply: unchecked() } } });
       const server = createServer(contract, { authenticate: guests(), authorize: allowAll });
       server.handle("rename", ({ data }) => data);
       const { url } = await server.listen({ port: 0 });
       const bin = "node_modules/@tautline/loadtest/dist/cli.js";
       const args = [bin, url, "--type", "rename", "--processes", "2", "--messages", "2", "--rate", "20", "--json", "--report", "load.html"];
       const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
       let text = "";
       child.stdout.on("data", (chunk) => { text += chunk; });
       await new Promise((resolve) => child.once("close", resolve));
       const { counts, load, errors } = JSON.parse(text);
       console.log(JSON.stringify({ answered: counts.answered, processes: load.processes, errors, page: readFileSync("load.html", "utf8").length > 50_000 }));
       await server.close();`,
    );
    expect(JSON.parse(await node(file))).toEqual({ answered: 20, processes: 2, errors: 0, page: true });
  });
});
