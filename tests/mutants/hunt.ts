// Looks for a planted bug: runs seeds until one breaks a promise. `node hunt.mjs FIRST MOST`; prints what it found as JSON.
import { run } from "../simulation/run.js";
import { generate } from "../simulation/schedule/generate.js";

const [first = 1, most = 300] = process.argv.slice(2).map(Number);
let found: { readonly seeds: number; readonly invariant: string } | undefined;
let seeds = 0;

// What no promise of the record would show: the process is about to end.
process.on("unhandledRejection", (error) => tell(`rejection: ${String(error)}`));
process.on("uncaughtException", (error) => tell(`exception: ${String(error)}`));

while (!found && seeds < most) {
  const { violations } = await run(generate(first + seeds++));
  const [violation] = violations;
  if (violation) found = { seeds, invariant: violation.invariant };
}
tell(found?.invariant);

function tell(invariant: string | undefined): never {
  process.stdout.write(JSON.stringify({ seeds, invariant }));
  process.exit();
}
