import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// Tests run from source: the condition picks src/index.ts of each workspace package, no build is needed first.
const conditions = ["@tautline/source", ...defaultServerConditions];

/** One project for each folder; `extends` is what hands the conditions down to it. */
const project = (name: string, root: string) => ({
  extends: true as const,
  test: {
    name,
    root,
    include: ["**/*.test.ts"],
    typecheck: { enabled: true, include: ["**/*.test-d.ts"], tsconfig: "../../tsconfig.json" },
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      project("protocol", "packages/protocol"),
      project("client", "packages/client"),
      project("server", "packages/server"),
      project("testing", "packages/testing"),
      {
        extends: true as const,
        test: { name: "tests", root: "tests", include: ["**/*.test.ts"], testTimeout: 30_000 },
      },
    ],
  },
});
