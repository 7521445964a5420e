import { defineConfig } from "tsup";

export default defineConfig({
  // The command and the process that it forks are files of their own beside the library.
  entry: ["src/index.ts", "src/cli.ts", "src/worker-process.ts"],
  format: ["esm", "cjs"],
  target: "es2022",
  dts: { entry: "src/index.ts" },
  sourcemap: true,
  clean: true,
  treeshake: true,
  // `import.meta.url` in the CommonJS build.
  shims: true,
});
