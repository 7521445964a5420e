import { describe, expect, it } from "vitest";
import { brokerCases, type MakeHarness } from "../../../src/broker/cases/index.js";
import type { MemoryBroker } from "../../../src/broker/memory-broker.js";
import { forwarding } from "../../support/forwarding.js";
import { engineOverLine, memoryEngine } from "../engines.js";
import { carryingFaults, namingFaults } from "./carrying-faults.js";
import { claimsFaults } from "./claims-faults.js";
import type { Fault } from "./fault.js";
import { historyFaults, streamFaults } from "./keeping-faults.js";
import { lineFaults } from "./line-faults.js";
import { presenceFaults } from "./presence-faults.js";

const faults = [
  ...[carryingFaults, namingFaults, historyFaults, streamFaults],
  ...[presenceFaults, lineFaults, claimsFaults],
].flat();

/** Makes engines with one mistake in them. */
function faulty({ plant, plantInLine, limits: fixed }: Fault): MakeHarness {
  const engine = memoryEngine((memory, clock) => {
    const broker = forwarding(memory);
    plant?.(broker, memory as MemoryBroker, clock);
    return broker;
  });
  const make = plantInLine ? engineOverLine(engine, plantInLine) : engine;
  // Timers that are left over at the end are not what the cases look for.
  return async (limits) => ({ ...(await make({ ...limits, ...fixed })), dispose: async () => undefined });
}

/** The names of the cases that refuse a broker: what else goes wrong in them is not counted. */
async function refusals(make: MakeHarness): Promise<string[]> {
  const refusing: string[] = [];
  for (const { name, run } of brokerCases.flatMap(({ cases }) => cases)) {
    const failure = await run(make).then(
      () => undefined,
      (error: unknown) => error,
    );
    if ((failure as { code?: unknown } | undefined)?.code === "ERR_ASSERTION") refusing.push(name);
  }
  return refusing;
}

describe("the cases for brokers", () => {
  const caught = new Map<string, string[]>();

  it.each(faults)("refuse one that $name", async (fault) => {
    const refusing = await refusals(faulty(fault));
    caught.set(fault.name, refusing);
    expect(refusing).not.toEqual([]);
  });

  it("refuse each mistake by the cases that faults.md names", async () => {
    const rows = [...caught].map(
      ([fault, names]) => `- ${fault}\n${names.map((name) => `  - ${name}\n`).join("")}`,
    );
    const text = `# Which cases refuse which mistake\n\nMade by faults.test.ts. A broker that …\n\n${rows.join("")}`;
    await expect(text).toMatchFileSnapshot("faults.md");
  });

  it("are each needed: every one refuses a mistake", () => {
    const names = brokerCases.flatMap(({ cases }) => cases.map(({ name }) => name));
    const refusing = new Set([...caught.values()].flat());
    expect(names.filter((name) => !refusing.has(name))).toEqual([]);
  });
});
