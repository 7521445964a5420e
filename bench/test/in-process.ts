import { cpuMicros, residentBytes } from "../src/sides/serve.js";
import type { StartServer } from "../src/sides/side.js";
import type { StartTarget } from "../src/target.js";

/** Starts servers in this process: what they cost is not told from what the load costs, but everything runs. */
export function inProcess(start: StartServer): StartTarget {
  return async (side, settings) => {
    const server = await start(settings);
    return {
      ...{ side, port: server.port },
      cpuMicros: async () => cpuMicros(),
      residentBytes,
      async publish(order) {
        if (!server.publish) throw new Error("expected a server that publishes by itself");
        return server.publish(order);
      },
      close: () => server.close(),
    };
  };
}
