import { defineConfig } from "tsup";

export default defineConfig({
  entry: [
    "src/index.ts",
    "src/broker/index.ts",
    "src/broker/cases/index.ts",
    "src/metrics/index.ts",
    "src/opentelemetry/index.ts",
  ],
  format: ["esm", "cjs"],
  target: "es2022",
  dts: true,
  sourcemap: true,
  clean: true,
  // Without it the CJS build of a package that imports isomorphic-ws breaks in browser bundles.
  treeshake: true,
});
