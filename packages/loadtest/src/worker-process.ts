import { realClock } from "./clock.js";
import { findScenario } from "./find-scenario.js";
import { obey } from "./obey.js";
import type { Order, Report } from "./worker-messages.js";

// One of several processes of a load test: takes orders from the process that forked it, and ends with it.

const report = (message: Report): void => {
  process.send?.(message);
};
const carryOut = obey({ clock: realClock, report, findScenario });

process.on("message", (order) => carryOut(order as Order));
process.on("disconnect", () => process.exit(0));
// A Ctrl-C reaches every process of a terminal: what becomes of it is up to the first one.
process.on("SIGINT", () => {});
process.on("unhandledRejection", (error) => report({ kind: "failed", message: String(error) }));
