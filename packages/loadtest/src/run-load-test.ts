import { lookup } from "node:dns/promises";
import { availableParallelism } from "node:os";
import { TautlineError } from "@tautline/protocol";
import { realClock } from "./clock.js";
import { Coordinator } from "./coordinator.js";
import { findScenario, scenarioPath } from "./find-scenario.js";
import type { LoadTestOptions } from "./options.js";
import { planOf, scenarioNameOf } from "./plan.js";
import { newRunName } from "./random.js";
import type { Summary } from "./summary.js";
import { checkTarget, targetOf } from "./target.js";
import { startHere, startProcess } from "./worker-links.js";

/**
 * Runs a load test, and ends as soon as its work is done. What goes wrong on the way (refused connections, errors, deliveries that
 * do not come) is part of the summary.
 *
 * @example
 * ```ts
 * const { latency } = await runLoadTest({ url: "ws://localhost:8080/live", room: "chat/load", type: "say" });
 * ```
 * @throws `INVALID_OPTION` for options that make no sense, a scenario that cannot be loaded, and a server that is neither near
 * nor declared to be one's own
 */
export async function runLoadTest(options: LoadTestOptions): Promise<Summary> {
  const url = targetOf(options.url);
  const scenario = await findScenario(scenarioNameOf(options));
  const objection = scenario.objection?.(options);
  if (objection !== undefined) {
    throw new TautlineError("INVALID_OPTION", `scenario: ${scenario.name} ${objection}`);
  }
  const plan = planOf(
    { ...options, url: url.href, scenario: scenarioPath(scenarioNameOf(options)) },
    scenario,
    {
      cores: availableParallelism(),
      run: newRunName(),
    },
  );
  await checkTarget(url, options.ownServer ?? false, addressesOf);
  const startWorker = plan.processes === 1 ? startHere(realClock, scenario) : startProcess;
  const { thresholds = {}, onProgress = () => {}, signal } = options;
  return new Coordinator({ plan, scenario, thresholds, clock: realClock, startWorker, onProgress }).run(
    signal,
  );
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
