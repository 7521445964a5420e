import { invalidOption, TautlineError } from "@tautline/protocol";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import ms from "ms";
import type { LoadTestOptions } from "../options.js";
import { scenarios } from "../scenarios/index.js";
import { version } from "./version.js";

/** What a command line asks for. */
export interface Invocation {
  readonly options: LoadTestOptions;
  /** Where the report page is to be written. */
  readonly report: string | undefined;
  readonly json: boolean;
}

/** A command line that was answered without a test: by help, or by a complaint. */
export class NoInvocation {
  readonly exitCode: 0 | 2;

  constructor(exitCode: 0 | 2) {
    this.exitCode = exitCode;
  }
}

/** Where help and complaints are written to. */
export interface ArgumentSurroundings {
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What commander makes of the flags below. */
interface Flags {
  readonly scenario?: string;
  readonly connections?: number;
  readonly ramp?: number;
  readonly rate?: number;
  readonly messages?: number;
  readonly duration?: number;
  readonly senders?: number;
  readonly room?: string;
  readonly rooms?: number;
  readonly type?: string;
  readonly data?: string;
  readonly plain?: boolean;
  readonly token?: string;
  readonly tokenEnv?: string;
  readonly header?: readonly string[];
  readonly slow?: number;
  readonly timeout?: number;
  readonly processes?: number;
  readonly maxP50?: number;
  readonly maxP95?: number;
  readonly maxP99?: number;
  readonly maxErrors?: number;
  readonly report?: string;
  readonly json?: boolean;
  readonly iOwnThisServer?: boolean;
}

/** Reads a command line. @throws `INVALID_OPTION` for what commander cannot judge */
export function readArguments(
  argv: readonly string[],
  { write, complain, env }: ArgumentSurroundings,
): Invocation | NoInvocation {
  const command = commandLine().exitOverride().configureOutput({ writeOut: write, writeErr: complain });
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return new NoInvocation(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
  const flags = command.opts<Flags>();
  return {
    options: optionsOf(command.args[0] ?? "", flags, env),
    report: flags.report,
    json: flags.json ?? false,
  };
}

function commandLine(): Command {
  const command = new Command("tautline-loadtest")
    .description("Puts load on a WebSocket server, and tells how it took it.")
    .version(version())
    .argument("<url>", "the server, as ws://localhost:8080/live")
    .showHelpAfterError("(--help lists what there is)")
    .addHelpText("after", afterword);
  command
    .optionsGroup("What is done:")
    .option("-s, --scenario <name|file>", `${[...scenarios.keys()].join(", ")}, or a .ts or .js file`)
    .option("-c, --connections <n>", "users, each with a connection (10)", count)
    .option("--ramp <duration>", "over which they connect (1s)", duration)
    .option("-r, --rate <n>", "messages a second of each sender (1)", decimal)
    .option("-m, --messages <n>", "messages of each sender", count)
    .option(
      "-d, --duration <duration>",
      "how long messages are sent (10s, where --messages is not given)",
      duration,
    )
    .option("--senders <n>", "senders in each room, where not everyone sends (1)", count)
    .option("--slow <percent>", "of the members, in slow-readers (10%)", percent)
    .option("--timeout <duration>", "for a connection, an answer, the last deliveries (10s)", duration)
    .option("--processes <n>", "that make the load (as many as are needed)", count);
  command
    .optionsGroup("What is said:")
    .option("--room <name>", "the room that the users join")
    .option("--rooms <n>", "spread them over <name>-1, <name>-2, … (1)", count)
    .option("--type <name>", "the type of the messages")
    .option("--data <json>", 'what they hold, with {{key}}, {{user}}, {{n}} filled in ({"text":"{{key}}"})')
    .option("--plain", "the server speaks no protocol of tautline: data is sent as it is")
    .option("--token <token>", "for the server's authentication, {{user}} filled in; never printed")
    .option("--token-env <name>", "the environment variable that holds the token")
    .option("--header <name:value>", "of the upgrade request; can be repeated", gather)
    .option("--i-own-this-server", "needed for a server beyond this machine and private networks");
  command
    .optionsGroup("What comes of it:")
    .option("--max-p50 <duration>", "exit code 1 where half of the latencies are not below", duration)
    .option("--max-p95 <duration>", "… where 95 % are not", duration)
    .option("--max-p99 <duration>", "… where 99 % are not", duration)
    .option("--max-errors <n>", "… where there are more errors, lost or repeated messages", count)
    .option("--report <file.html>", "write a page with charts")
    .option("--json", "print the results as JSON");
  return command;
}

const afterword = `
Without --scenario: broadcast where there is a --room, request where there is a --type, otherwise echo.

  tautline-loadtest ws://localhost:8080/live -c 1000 --ramp 10s --rate 5 --messages 100
  tautline-loadtest ws://localhost:8080/live -c 500 --room chat/load --type say --report load.html
  tautline-loadtest ws://localhost:9000 --plain --scenario broadcast --max-p99 50ms --max-errors 0

Exit codes: 0 fine, 1 a threshold is missed or nobody could connect, 2 bad arguments, 130 stopped by Ctrl-C.`;

function optionsOf(url: string, flags: Flags, env: ArgumentSurroundings["env"]): LoadTestOptions {
  const { scenario, connections, rate, messages, senders, room, rooms, type, data, plain, processes } = flags;
  const { maxP50, maxP95, maxP99, maxErrors } = flags;
  return {
    ...{ url, scenario, connections, rate, messages, senders, room, rooms, type, data, plain, processes },
    rampMs: flags.ramp,
    durationMs: flags.duration,
    timeoutMs: flags.timeout,
    slowShare: flags.slow,
    token: tokenOf(flags, env),
    headers: headersOf(flags.header ?? []),
    ownServer: flags.iOwnThisServer,
    thresholds: { maxP50Ms: maxP50, maxP95Ms: maxP95, maxP99Ms: maxP99, maxErrors },
  };
}

function tokenOf({ token, tokenEnv }: Flags, env: ArgumentSurroundings["env"]): string | undefined {
  if (tokenEnv === undefined) return token;
  if (token !== undefined) {
    throw new TautlineError("INVALID_OPTION", "token: expected --token or --token-env, got both");
  }
  const found = env[tokenEnv];
  if (!found) throw invalidOption("token-env", "the name of an environment variable that is set", tokenEnv);
  return found;
}

/** A value is a secret as often as not, and is never quoted. */
function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw new TautlineError("INVALID_OPTION", 'header: expected "Name: value", got something else');
      }
      return [name, value];
    }),
  );
}

const gather = (line: string, before: readonly string[] = []): string[] => [...before, line];

function count(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function decimal(text: string): number {
  if (!/^\d{1,12}(\.\d+)?$/.test(text)) throw new InvalidArgumentError("Expected a number.");
  return Number(text);
}

function percent(text: string): number {
  return decimal(text.replace(/%$/, "")) / 100;
}

/** `ms` would also take "-5 years" and "10", which nobody means. */
function duration(text: string): number {
  const value = /^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(text) ? ms(text as ms.StringValue) : undefined;
  if (value === undefined) throw new InvalidArgumentError("Expected a duration as 500ms, 10s or 2m.");
  return value;
}
