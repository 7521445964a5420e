import type { Progress } from "./progress.js";
import type { Scenario } from "./scenario.js";
import type { Thresholds } from "./thresholds.js";

/** What a load test does. All durations are milliseconds. A value that makes no sense is refused (`INVALID_OPTION`). */
export interface LoadTestOptions {
  /** The server, as `ws://localhost:8080/live`. */
  readonly url: string;
  /**
   * The name of a built-in scenario, or a file whose default export is a {@link Scenario}, in TypeScript or JavaScript.
   * @default "broadcast" with a room, "request" with a type and no room, otherwise "echo"
   */
  readonly scenario?: string | undefined;
  /** Users, each with a connection: at most 100,000. @default 10 */
  readonly connections?: number | undefined;
  /** Over which the users connect, evenly. @default 1000 */
  readonly rampMs?: number | undefined;
  /** Messages a second of each sender: at most 10,000, and 1,000,000 of all. @default 1, or what the scenario says */
  readonly rate?: number | undefined;
  /** Messages of each sender. With `durationMs` too, what is reached first ends the work. @default what fits into the duration */
  readonly messages?: number | undefined;
  /** How long messages are sent: an hour at most. @default 10000, or as long as `messages` take */
  readonly durationMs?: number | undefined;
  /** Senders in each room, in scenarios in which not everyone sends: at most 100. @default 1 */
  readonly senders?: number | undefined;
  /** The room that the users join. @default none */
  readonly room?: string | undefined;
  /** Over how many rooms the users are spread: with more than one, `-1`, `-2`, … are put behind `room`. @default 1 */
  readonly rooms?: number | undefined;
  /** The type of the messages. @default none */
  readonly type?: string | undefined;
  /**
   * What a message holds: JSON, or with `plain` any text. `{{key}}` becomes what marks the message, `{{user}}` and `{{n}}` the
   * numbers of its user and turn.
   * @default '{"text":"{{key}}"}'; for `echo` without a type '{"type":"ping"}'
   */
  readonly data?: string | undefined;
  /** The server speaks no protocol of tautline: messages are sent as they are. @default false */
  readonly plain?: boolean | undefined;
  /** Given to the server as the client's token, `{{user}}` filled in; to plain servers as `Authorization: Bearer`. Never printed. @default none */
  readonly token?: string | undefined;
  /** Headers of the upgrade request. Their values are never printed. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The share of slow readers in `slow-readers`, 0 to 1. @default 0.1 */
  readonly slowShare?: number | undefined;
  /** How long a connection, an answer, or at the end the last deliveries may take: at most 5 minutes. @default 10000 */
  readonly timeoutMs?: number | undefined;
  /** Processes that make the load: at most 64. @default one for each 500 connections, as many as the machine has cores less one */
  readonly processes?: number | undefined;
  /** What must be reached for {@link Summary.passed}. @default nothing but that one user connects */
  readonly thresholds?: Thresholds | undefined;
  /** Needed where the server is neither on this machine nor in a private network: a load test of somebody else's is an attack. @default false */
  readonly ownServer?: boolean | undefined;
  /** Aborting it ends the test at once; the summary tells what there is so far. */
  readonly signal?: AbortSignal | undefined;
  /** Called about twice a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What every process is told to do: the options with their defaults. Plain data. */
export interface Plan {
  readonly url: string;
  /** The name of a built-in scenario, or an absolute path. */
  readonly scenario: string;
  readonly connections: number;
  readonly rampMs: number;
  readonly rate: number;
  /** Turns of each sender. */
  readonly turns: number;
  /** Senders in all: the users with the lowest numbers. */
  readonly senders: number;
  readonly room: string | undefined;
  readonly rooms: number;
  readonly type: string | undefined;
  readonly data: string;
  readonly plain: boolean;
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Users with the highest numbers that read nothing. */
  readonly slow: number;
  readonly timeoutMs: number;
  readonly processes: number;
  /** In the keys of this test's messages. */
  readonly run: string;
}

/** How long the work of a plan takes by its schedule, in milliseconds. */
export const workMs = ({ turns, rate }: Pick<Plan, "turns" | "rate">): number => (turns / rate) * 1_000;

/** The room of a user; undefined where the test has none. */
export function roomOf({ room, rooms }: Pick<Plan, "room" | "rooms">, user: number): string | undefined {
  return room === undefined || rooms === 1 ? room : `${room}-${(user % rooms) + 1}`;
}
