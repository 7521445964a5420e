import { invalidOption, TautlineError } from "@tautline/protocol";
import { type LoadTestOptions, type Plan, workMs } from "./options.js";
import type { Scenario } from "./scenario.js";
import { unknownPlaceholder } from "./template.js";

const hour = 3_600_000;
const defaultDurationMs = 10_000;
const ping = '{"type":"ping"}';
const text = '{"text":"{{key}}"}';

/** The scenario that the options mean where they name none. */
export function scenarioNameOf({ scenario, room, type }: LoadTestOptions): string {
  if (scenario !== undefined) return scenario;
  if (room !== undefined) return "broadcast";
  return type === undefined ? "echo" : "request";
}

/** Where the test runs. */
export interface PlanSurroundings {
  readonly cores: number;
  readonly run: string;
}

/** Fills in the defaults. @throws `INVALID_OPTION` for what makes no sense, or would not end within its bounds */
export function planOf(options: LoadTestOptions, scenario: Scenario, { cores, run }: PlanSurroundings): Plan {
  const connections = whole("connections", options.connections ?? 10, 1, 100_000);
  const rooms = whole("rooms", options.rooms ?? 1, 1, connections);
  if (rooms > 1 && options.room === undefined) throw invalidOption("rooms", "a room too", rooms);
  const perRoom = whole("senders", options.senders ?? 1, 1, 100);
  const slowShare = within("slow", options.slowShare ?? 0.1, 0, 1);
  const senders = scenario.senders === "some" ? Math.min(connections, perRoom * rooms) : connections;
  const rate = rateOf(options, scenario, senders);
  const plan: Plan = {
    url: options.url,
    scenario: scenarioNameOf(options),
    connections,
    rampMs: within("ramp", options.rampMs ?? 1_000, 0, hour),
    rate,
    turns: turnsOf(options, scenario, rate),
    senders,
    room: options.room,
    rooms,
    type: options.type,
    plain: options.plain ?? false,
    token: options.token,
    headers: options.headers ?? {},
    data: dataOf(options),
    slow: Math.min(Math.ceil(connections * slowShare), connections - senders),
    timeoutMs: within("timeout", options.timeoutMs ?? 10_000, 1, 300_000),
    processes: processesOf(options, connections, cores),
    run,
  };
  if (workMs(plan) > hour) {
    const minutes = Math.round(workMs(plan) / 60_000).toLocaleString("en");
    throw new TautlineError(
      "INVALID_OPTION",
      `messages: expected what is sent within an hour, got ${plan.turns} at ${rate} a second, which takes ${minutes} minutes`,
    );
  }
  return plan;
}

function rateOf(options: LoadTestOptions, scenario: Scenario, senders: number): number {
  const rate = within("rate", options.rate ?? scenario.rate ?? 1, 0.001, 10_000);
  if (rate * senders <= 1_000_000) return rate;
  throw invalidOption("rate", `at most 1000000 messages a second of all ${senders} senders`, rate);
}

function turnsOf({ messages, durationMs }: LoadTestOptions, scenario: Scenario, rate: number): number {
  const inAll = whole("messages", messages ?? scenario.messages ?? 1, 1, 10_000_000);
  const duration = within("duration", durationMs ?? defaultDurationMs, 1, hour);
  const inDuration = Math.max(1, Math.floor((duration / 1_000) * rate));
  if (durationMs !== undefined) return messages === undefined ? inDuration : Math.min(inAll, inDuration);
  return messages === undefined && scenario.messages === undefined ? inDuration : inAll;
}

function dataOf(options: LoadTestOptions): string {
  const { data, plain, type } = options;
  if (data === undefined) return type === undefined && scenarioNameOf(options) === "echo" ? ping : text;
  const unknown = unknownPlaceholder(data);
  if (unknown !== undefined) throw invalidOption("data", "{{key}}, {{user}} or {{n}}", unknown);
  if (!plain && type !== undefined) checkJson(data);
  return data;
}

/** Placeholders stand for text and numbers, within quotes or without. */
function checkJson(data: string): void {
  try {
    JSON.parse(data.replace(/\{\{\w+\}\}/g, "0"));
  } catch (error) {
    throw new TautlineError(
      "INVALID_OPTION",
      `data: expected JSON, got ${JSON.stringify(data.slice(0, 60))}`,
      {
        cause: error,
      },
    );
  }
}

function processesOf({ processes }: LoadTestOptions, connections: number, cores: number): number {
  // One core is left to whatever runs beside it: often the server.
  const sensible = Math.min(Math.max(1, cores - 1), Math.ceil(connections / 500));
  return Math.min(connections, whole("processes", processes ?? sensible, 1, 64));
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidOption(option, `a whole number from ${least} to ${most}`, value);
}

function within(option: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw invalidOption(option, `a number from ${least} to ${most}`, value);
}
