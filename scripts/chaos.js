// `pnpm chaos`: real processes, a proxy between them that goes wrong, and the simulation's checker. `pnpm chaos --help` says more.
import { runProgram } from "./run-program.js";

await runProgram("tests/processes/chaos.ts");
