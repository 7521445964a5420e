// `pnpm soak`: whether anything is left of thousands of connections and clients that are gone. `pnpm soak --help` says more.
import { runProgram } from "./run-program.js";

await runProgram("tests/soak/soak.ts", ["--expose-gc"]);
