import type { Scenario } from "../scenario.js";
import { broadcast } from "./broadcast.js";
import { churn } from "./churn.js";
import { echo } from "./echo.js";
import { reconnectStorm } from "./reconnect-storm.js";
import { request } from "./request.js";
import { slowReaders } from "./slow-readers.js";

/** The built-in scenarios, by name. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  [broadcast, echo, request, churn, reconnectStorm, slowReaders].map((scenario) => [scenario.name, scenario]),
);
