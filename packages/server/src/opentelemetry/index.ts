export type { ObservedServer } from "../observation/observed-server.js";
export { instrument, type TelemetryOptions } from "./instrument.js";
