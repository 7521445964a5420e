export type { ObservedServer } from "../observation/observed-server.js";
export { collectMetrics, type MetricsOptions } from "./collect-metrics.js";
