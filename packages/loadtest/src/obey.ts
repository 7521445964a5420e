import type { LoadClock } from "./clock.js";
import { failureOf } from "./failure.js";
import type { Scenario } from "./scenario.js";
import { Worker } from "./worker.js";
import type { Order, Report } from "./worker-messages.js";

/** What carries out orders. */
export interface ObeySurroundings {
  readonly clock: LoadClock;
  readonly report: (report: Report) => void;
  readonly findScenario: (name: string) => Promise<Scenario>;
}

/** Carries out the orders that one worker gets. What goes wrong is reported, never thrown. */
export function obey({ clock, report, findScenario }: ObeySurroundings): (order: Order) => void {
  let worker: Worker | undefined;
  let isStopped = false;
  const carryOut = async (order: Order): Promise<void> => {
    switch (order.kind) {
      case "connect": {
        const scenario = await findScenario(order.plan.scenario);
        if (isStopped) return report({ kind: "done" });
        worker = new Worker({ ...order, scenario, clock, report });
        return worker.connect();
      }
      case "work":
        return worker?.work(order.atMicros);
      case "settle":
        return worker?.settle(order.answered);
      case "stop":
        isStopped = true;
        return worker?.stop();
    }
  };
  return (order) => {
    carryOut(order).catch((error: unknown) => report({ kind: "failed", message: failureOf(error).message }));
  };
}
