// `pnpm sim`: real clients and servers on a virtual network, by thousands of seeds. `pnpm sim --help` says more.
import { runProgram } from "./run-program.js";

await runProgram("tests/simulation/cli.ts");
