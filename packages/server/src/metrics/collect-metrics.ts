import { Counter, register as defaultRegistry, Gauge, Histogram, type Registry } from "prom-client";
import { messageName, observeMessages } from "../observation/handled-messages.js";
import { durationMetric, type Metric, metricCatalogue } from "../observation/metric-catalogue.js";
import type { ObservedServer } from "../observation/observed-server.js";

/** Where the figures go. */
export interface MetricsOptions {
  /** @default the global one of `prom-client` */
  readonly registry?: Registry | undefined;
  /** Put before each name. Two servers in one registry need two. @default "tautline_" */
  readonly prefix?: string | undefined;
}

/**
 * Puts a server's figures into a registry of [prom-client](https://github.com/siimon/prom-client), which makes Prometheus text of them. They are read
 * when they are asked for; only how long messages take is measured all the time, until the end.
 *
 * ```ts
 * const end = collectMetrics(server);
 * http.on("request", async (request, response) => response.end(await register.metrics()));
 * ```
 *
 * @returns its end: takes all of it out of the registry.
 */
export function collectMetrics(server: ObservedServer, options: MetricsOptions = {}): () => void {
  const { registry = defaultRegistry, prefix = "tautline_" } = options;
  const names = Object.entries(metricCatalogue).map(([name, metric]) =>
    metric.kind === "gauge"
      ? collectGauge(server, { name: `${prefix}${name}`, metric, registry })
      : collectCounter(server, { name: `${prefix}${name}_total`, metric, registry }),
  );
  const duration = new Histogram({
    name: `${prefix}${durationMetric.name}_seconds`,
    help: durationMetric.help,
    labelNames: ["message", "outcome"],
    buckets: [...durationMetric.buckets],
    registers: [registry],
  });
  const endOfMessages = observeMessages(server.stats().node, {
    started: (message) => duration.startTimer({ message: messageName(message) }),
    settled: (stop, _message, code) => stop({ outcome: code ?? "ok" }),
  });
  return () => {
    endOfMessages();
    for (const name of [...names, `${prefix}${durationMetric.name}_seconds`])
      registry.removeSingleMetric(name);
  };
}

interface Collected {
  readonly name: string;
  readonly metric: Metric;
  readonly registry: Registry;
}

function collectGauge(server: ObservedServer, { name, metric, registry }: Collected): string {
  const { help } = metric;
  new Gauge({
    ...{ name, help, registers: [registry] },
    collect() {
      const reading = metric.read(server.stats());
      if (typeof reading === "number") this.set(reading);
    },
  });
  return name;
}

/** The server counts; the registry is told the sums. */
function collectCounter(server: ObservedServer, { name, metric, registry }: Collected): string {
  const { help, label } = metric;
  new Counter({
    ...{ name, help, registers: [registry], labelNames: label === undefined ? [] : [label] },
    collect() {
      this.reset();
      const reading = metric.read(server.stats());
      if (typeof reading === "number") this.inc(reading);
      else for (const [value, sum] of Object.entries(reading)) this.inc({ [label ?? ""]: value }, sum);
    },
  });
  return name;
}
