import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadClock } from "./clock.js";
import { obey } from "./obey.js";
import type { Scenario } from "./scenario.js";
import type { Order, Report, StartWorker } from "./worker-messages.js";

/** A worker in this very process. */
export function startHere(clock: LoadClock, scenario: Scenario): StartWorker {
  return (_index, report) => ({
    tell: obey({ clock, report, findScenario: async () => scenario }),
    // Told to stop, it ends by itself.
    kill: () => {},
  });
}

/** A worker in a process of its own. */
export const startProcess: StartWorker = (_index, report) => {
  const path = fileURLToPath(new URL("./worker-process.js", import.meta.url));
  const child = fork(path, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-500);
  });
  child.on("message", (message) => report(message as Report));
  child.on("error", (error) =>
    report({ kind: "failed", message: `a process of the load: ${error.message}` }),
  );
  // After `done` nobody listens any more.
  child.on("exit", (code, signal) => {
    const end = `a process of the load ended by itself (${signal ?? `exit code ${code}`})`;
    report({ kind: "failed", message: said.trim() === "" ? end : `${end}: ${said.trim()}` });
  });
  return {
    tell: (order: Order) => {
      // Its end is told by `exit`.
      if (child.connected) child.send(order, () => {});
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
};
