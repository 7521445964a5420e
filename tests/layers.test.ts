import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

// A rule that cannot fail keeps nothing. Each rule here meets the mistake it was written against.

describe("the rules about who imports whom", () => {
  /** A small copy of the workspace in which every rule is broken once: [rule, file that breaks it, its text]. */
  const mistakes: readonly (readonly [rule: string, file: string, text: string])[] = [
    ["no-cycles", "packages/server/src/a.ts", 'import { b } from "./b.js"; export const a = () => b;'],
    ["no-unresolved", "packages/server/src/lost.ts", 'import "./nowhere.js";'],
    ["protocol-imports-nothing", "packages/protocol/src/reads-files.ts", 'import "node:fs";'],
    ["standard-schema-is-types-only", "packages/protocol/src/schema.ts", 'import "@standard-schema/spec";'],
    ["msgpack-in-its-subpath-only", "packages/protocol/src/packs.ts", 'import "@msgpack/msgpack";'],
    [
      "msgpack-stands-apart",
      "packages/protocol/src/speaks.ts",
      'import { packed } from "./msgpack/packed.js"; export const p = packed;',
    ],
    ["client-imports-protocol-only", "packages/client/src/serves.ts", 'import "@tautline/server";'],
    ["client-imports-protocol-only", "packages/client/src/node-only.ts", 'import "node:crypto";'],
    ["client-imports-protocol-only", "packages/client/src/bare-ws.ts", 'import "ws";'],
    ["isomorphic-ws-in-platform-only", "packages/client/src/dials.ts", 'import "isomorphic-ws";'],
    ["idb-in-persistent-outbox-only", "packages/client/src/keeps.ts", 'import "idb";'],
    [
      "persistent-outbox-stands-apart",
      "packages/client/src/requests.ts",
      'import { kept } from "./persistent-outbox/kept.js"; export const k = kept;',
    ],
    ["server-imports-protocol-only", "packages/server/src/calls.ts", 'import "@tautline/client";'],
    ["server-imports-protocol-only", "packages/server/src/other.ts", 'import "isomorphic-ws";'],
    ["ws-in-transport-only", "packages/server/src/room/room.ts", 'import "ws";'],
    ["prom-client-in-metrics-only", "packages/server/src/collects.ts", 'import "prom-client";'],
    ["opentelemetry-in-its-subpath-only", "packages/server/src/traces.ts", 'import "@opentelemetry/api";'],
    ["telemetry-stands-apart", "packages/server/src/counts.ts", 'import "./metrics/collect-metrics.js";'],
    ["testing-imports-protocol-only", "packages/testing/src/peer.ts", 'import "@tautline/client";'],
    [
      "loadtest-imports-client-and-protocol-only",
      "packages/loadtest/src/serves.ts",
      'import "@tautline/server";',
    ],
    ["nothing-imports-loadtest", "packages/server/src/loads.ts", 'import "@tautline/loadtest";'],
    ["pure-files-stay-pure", "packages/client/src/connection/state.ts", 'import "../platform.js";'],
    ["pure-files-stay-pure", "packages/server/src/throttler/rate-limit.ts", 'import "node:timers";'],
    ["library-never-imports-tests", "packages/server/src/peeks.ts", 'import "../test/peeked.js";'],
    ["only-tests-use-testing", "packages/client/src/clock.ts", 'import "@tautline/testing";'],
    ["names-that-say-something", "packages/server/src/vague.ts", 'import "./utils.js";'],
  ];

  /** What is allowed, and must not be refused. */
  const allowed: readonly (readonly [file: string, text: string])[] = [
    ["packages/client/src/platform.ts", 'import "isomorphic-ws"; import "@tautline/protocol";'],
    ["packages/client/src/persistent-outbox/kept.ts", 'import "idb"; export const kept = 1;'],
    ["packages/protocol/src/msgpack/packed.ts", 'import "@msgpack/msgpack"; export const packed = 1;'],
    ["packages/server/src/transport/ws-transport.ts", 'import "ws"; import "node:http";'],
    ["packages/server/src/metrics/collect-metrics.ts", 'import "prom-client";'],
    ["packages/server/src/opentelemetry/instrument.ts", 'import "@opentelemetry/api";'],
    [
      "packages/server/src/room/state.ts",
      'import "@tautline/protocol"; import type { Room } from "./room.js";',
    ],
    ["packages/client/test/client.test.ts", 'import "@tautline/testing"; import "node:http";'],
    [
      "packages/loadtest/src/worker.ts",
      'import "@tautline/client"; import "@tautline/protocol"; import "ws"; import "node:dns";',
    ],
    ["packages/loadtest/test/worker.test.ts", 'import "@tautline/server";'],
    ["packages/protocol/src/schema-types.ts", 'import type { S } from "@standard-schema/spec";'],
    ["tests/both.ts", 'import "@tautline/client"; import "@tautline/server";'],
  ];

  const scenery: readonly (readonly [file: string, text: string])[] = [
    ["packages/server/src/b.ts", 'import { a } from "./a.js"; export const b = () => a;'],
    ["packages/server/src/utils.ts", "export const anything = 1;"],
    ["packages/server/test/peeked.ts", "export const peeked = 1;"],
    ...["protocol", "client", "server", "testing", "loadtest"].flatMap((name) => [
      [`packages/${name}/src/index.ts`, "export {};"] as const,
      [`packages/${name}/package.json`, manifest(name)] as const,
    ]),
    ...[
      "ws",
      "isomorphic-ws",
      "idb",
      "@msgpack/msgpack",
      "prom-client",
      "@opentelemetry/api",
      "@standard-schema/spec",
    ].flatMap((name) => [
      [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
      ] as const,
      [`node_modules/${name}/index.js`, "module.exports = {};"] as const,
    ]),
    ["tsconfig.json", '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler" } }'],
    ["package.json", '{ "name": "mistakes", "type": "module" }'],
  ];

  let folder: string;
  let violations: { rule: string; file: string }[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tautline-layers-"));
    const files = [...scenery, ...allowed, ...mistakes.map(([, file, text]) => [file, text] as const)];
    for (const [file, text] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    await mkdir(join(folder, "node_modules/@tautline"), { recursive: true });
    for (const name of ["protocol", "client", "server", "testing", "loadtest"]) {
      await symlink(join(folder, "packages", name), join(folder, "node_modules/@tautline", name), "junction");
    }
    violations = await cruise(folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(mistakes)("%s refuses %s", (rule, file) => {
    expect(violations).toContainEqual({ rule, file });
  });

  it.each(allowed)("allows %s", (file) => {
    expect(violations.filter((violation) => violation.file === file)).toEqual([]);
  });

  it("has a mistake for each rule", async () => {
    const config = pathToFileURL(join(repository, ".dependency-cruiser.js")).href;
    const { default: layers } = (await import(config)) as { default: { forbidden: { name: string }[] } };
    expect(new Set(mistakes.map(([rule]) => rule))).toEqual(
      new Set(layers.forbidden.map(({ name }) => name)),
    );
  });
});

/** A workspace package as dependency-cruiser finds it: its name leads to its source. */
function manifest(name: string): string {
  return JSON.stringify({ name: `@tautline/${name}`, version: "1.0.0", exports: "./src/index.ts" });
}

async function cruise(folder: string): Promise<{ rule: string; file: string }[]> {
  const cli = join(repository, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = join(repository, ".dependency-cruiser.js");
  const args = [cli, "--config", config, "--output-type", "json", "packages", "tests"];
  // Violations make the exit code other than 0; the JSON is there all the same.
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      if (!error.stdout) throw new Error(`dependency-cruiser did not run: ${error.stderr}`);
      return { stdout: error.stdout };
    },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string }[] };
  };
  return summary.violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}
