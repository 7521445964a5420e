// Measures on this machine: `pnpm measure drain|storm|stall [clients] [milliseconds]`.
import { runProgram } from "./run-program.js";

await runProgram("tests/measure/main.ts");
