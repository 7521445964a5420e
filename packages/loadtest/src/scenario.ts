import type { Client, ClientOptions } from "@tautline/client";
import type { ContractDefinition } from "@tautline/protocol";
import type { LoadTestOptions } from "./options.js";

/**
 * What the users of a load test do. The built-in scenarios are written against this interface too.
 *
 * First every user is made ready by {@link Scenario.start}, spread over the ramp. Then those that send take their turns by
 * a schedule that waits for nobody: a turn that begins late, because the one before it hangs, counts from when it was due.
 *
 * @example
 * ```ts
 * export default {
 *   name: "rename",
 *   async start(user) {
 *     const client = user.client(chat);
 *     await client.connect();
 *     return { act: ({ number }) => client.request("rename", { name: `user ${user.number} ${number}` }) };
 *   },
 * } satisfies Scenario;
 * ```
 */
export interface Scenario {
  /** Stands in the results. */
  readonly name: string;
  /**
   * What the latencies are, from when a turn was due:
   *
   * - `answers`: until the promise of `act` is resolved;
   * - `deliveries`: until another user has received what holds the message's key, for each that does. Users are
   *   expected to receive what the others of their `group` send, and what is lost or repeated is counted.
   *
   * @default "answers"
   */
  readonly measures?: "answers" | "deliveries" | undefined;
  /** Who takes turns: every user, or as many as `--senders` says, one where it says nothing, in each group. @default "all" */
  readonly senders?: "all" | "some" | undefined;
  /** Whether all take their turns at the same moment, instead of evenly spread. @default false */
  readonly together?: boolean | undefined;
  /** Turns a second of each sender, where `--rate` is not given. @default 1 */
  readonly rate?: number | undefined;
  /** Turns of each sender, where neither `--messages` nor `--duration` is given. @default what fits into 10 seconds */
  readonly messages?: number | undefined;
  /** Why it cannot run with these options, in a sentence; undefined where it can. Asked before anything is opened. */
  readonly objection?: ((options: LoadTestOptions) => string | undefined) | undefined;
  /**
   * Makes one user ready. What it throws, and what takes longer than the test's timeout, counts as a failed connection:
   * the others go on.
   */
  start(user: VirtualUser): Session | Promise<Session>;
}

/** A user that is ready. Its sockets are closed at the end of the test: a session need not do that. */
export interface Session {
  /**
   * One turn. What it throws, and what takes longer than the test's timeout, counts as an error by its `code`.
   * Left out: this user only receives.
   */
  readonly act?: ((turn: Turn) => unknown) | undefined;
}

/** One turn of one user. */
export interface Turn {
  /** Counts the user's turns from 0. */
  readonly number: number;
  /** Marks the message: wherever a frame that holds it arrives, it is known as this one. */
  readonly key: string;
}

/** What a user is to do, from the command line or the options of `runLoadTest`. */
export interface UserSettings {
  /** The room of this user; undefined where none was given. */
  readonly room: string | undefined;
  /** The type of its messages; undefined where none was given. */
  readonly type: string | undefined;
  /** Whether the server speaks no protocol of tautline. */
  readonly plain: boolean;
  /** Whether this user reads nothing, in a scenario that has slow readers. */
  readonly slow: boolean;
  /** Milliseconds that a connection or an answer may take. */
  readonly timeoutMs: number;
}

/** One of the many. */
export interface VirtualUser {
  /** Counts all users of the test from 0, over all processes. */
  readonly number: number;
  readonly settings: UserSettings;
  /** Aborted when the test ends. */
  readonly signal: AbortSignal;
  /**
   * A client of this user: with the test's address, token and headers, not yet connected. It comes back by itself when it loses a
   * connection that it had; a first attempt that fails is not repeated.
   */
  client<C extends ContractDefinition = ContractDefinition>(
    contract?: C,
    options?: Omit<ClientOptions, "url">,
  ): Client<C>;
  /** Opens a bare WebSocket of this user. Rejected where that fails. */
  socket(): Promise<PlainSocket>;
  /** Cuts all its sockets without a goodbye, as a dead network would. */
  cut(): void;
  /** Stops reading from its sockets, so that what the server sends piles up. */
  stall(): void;
  /** The text that the settings give for one message, `{{key}}`, `{{user}}` and `{{n}}` filled in. */
  text(turn: Turn): string;
  /** The same as a value: what {@link VirtualUser.text} gives is JSON where the server is not a plain one. */
  data(turn: Turn): unknown;
  /** Resolves when a frame that holds the key has arrived at this user. */
  arrival(turn: Turn): Promise<void>;
  /** Counts an error that no promise tells of. */
  error(code: string, message: string): void;
}

/** A bare WebSocket of one user. */
export interface PlainSocket {
  /** Resolves when the frame was given to the operating system. Rejected where the socket has ended. */
  send(text: string): Promise<void>;
  /** Calls `listener` with each message as text. */
  onMessage(listener: (text: string) => void): void;
  /** Says goodbye; resolves when the socket has ended. */
  close(): Promise<void>;
}
