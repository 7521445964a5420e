import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.js";

const root = fileURLToPath(new URL(".", import.meta.url));

// Tests run from source: the condition picks src/index.ts of each workspace package, so nothing is built first.
// tests/source.test.ts asserts that this holds in every project.
const source = "@tautline/source";
/** What stands under `module` is for bundlers: Node does not know the condition, and cannot always load it. */
const nodeConditions = defaultServerConditions.filter((condition) => condition !== "module");

interface Extras {
  readonly isolate?: boolean;
  readonly testTimeout?: number;
  readonly hookTimeout?: number;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly setupFiles?: string[];
  readonly globalSetup?: string[];
}

/** One project for each folder; `extends` is what hands the conditions down to it: without it, `dist` is tested. */
const project = (name: string, folder: string, extras: Extras = {}) => ({
  extends: true as const,
  test: { name, root: `${root}${folder}`, include: ["**/*.test.ts"], ...extras },
});

/** The folders in `parent` that have tests. */
const tested = (parent: string) =>
  existsSync(`${root}${parent}`)
    ? readdirSync(`${root}${parent}`).filter((name) => existsSync(`${root}${parent}/${name}/test`))
    : [];

/** Tests of one package leave nothing behind: they share one load of its modules, which costs more than to run them. */
const sharing = { isolate: false };

/** Tests with real sockets, browsers and processes: slower than a pure one, on a busy machine most of all. */
const patient = { testTimeout: 30_000, hookTimeout: 60_000 };

/** Tests of the server that run once more on a broker whose answers come by promise, and the test that they do. */
const byPromise = "broker/by-promise";
const alsoByPromise = [
  ...["bad-input", "connection/handshake", "handlers/join", "handlers/message", "hooks", "rate-limits"],
  ...["server", "slow-readers", "user-stream", byPromise],
].map((name) => `test/${name}.test.ts`);

/** Slower still. The demo is built once, before the first of these tests. */
const withDemo = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  globalSetup: [`${root}tests/browser/demo.setup.ts`],
};

/** Folders in `tests` with a project of their own. */
const ownProjects = [
  ...["package", "browser", "pages", "client-server", "simulation", "mutants", "attacks"],
].map((folder) => `${folder}/**`);

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...nodeConditions] } },
  test: {
    // Two more than by default: the slow tests mostly wait for browsers and processes.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // The default reporter for people; .ci/run adds a JSON report, from which it counts.
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**"],
      reporter: ["text-summary", "html"],
    },
    projects: [
      ...tested("packages").map((name) =>
        project(name, `packages/${name}`, {
          ...sharing,
          testTimeout: 20_000,
          exclude: [`test/${byPromise}.test.ts`, "**/node_modules/**"],
        }),
      ),
      // Not those that count the timers of a broker which ends with its server, or let months pass.
      project("server-by-promise", "packages/server", {
        ...sharing,
        testTimeout: 20_000,
        include: alsoByPromise,
        setupFiles: [`${root}packages/server/test/support/answer-by-promise.ts`],
      }),
      project("examples", "examples", { ...patient, ...sharing }),
      project("tests", "tests", { ...patient, exclude: [...ownProjects, "**/node_modules/**"] }),
      project("client-server", "tests/client-server", { ...patient, ...sharing }),
      project("bench", "bench", { ...patient, ...sharing }),
      // Thousands of runs of clients and servers on a virtual network; and the bugs that they must be able to find.
      project("simulation", "tests/simulation", { testTimeout: 600_000 }),
      project("mutants", "tests/mutants", { testTimeout: 600_000 }),
      // Raw sockets against a server in a process of its own, which is bundled once, before the first of these tests.
      project("apart-attacks", "tests/attacks", {
        ...patient,
        globalSetup: [`${root}tests/attacks/surroundings/bundle.setup.ts`],
      }),
      // The example pages in a real Chromium, and what they look like.
      project("browser", "tests/browser", withDemo),
      project("apart-pages", "tests/pages", withDemo),
      // The packed tarballs, installed into an empty project: built and packed once, before the first of these tests.
      project("apart-package", "tests/package", {
        testTimeout: 120_000,
        hookTimeout: 300_000,
        globalSetup: [`${root}tests/package/pack.setup.ts`],
      }),
      {
        // All type tests in one run of the compiler, instead of one for each package.
        extends: true as const,
        test: {
          name: "types",
          root,
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/*/test/**/*.test-d.ts", "tests/**/*.test-d.ts"],
            tsconfig: `${root}tsconfig.type-tests.json`,
          },
        },
      },
    ],
  },
});
