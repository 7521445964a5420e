import {
  type Clock,
  type ContractDefinition,
  type MaybePromise,
  type Result,
  TautlineError,
  toolsOf,
  type Welcome,
} from "@tautline/protocol";
import { type Check, checkBy } from "./check.js";
import { Connection } from "./connection/connection.js";
import type { ClientState } from "./connection/state.js";
import { invoke } from "./emitter.js";
import { InOrder } from "./in-order.js";
import { Inbox } from "./inbox.js";
import type { ClientSettings, LogRecord } from "./options.js";
import { type Identity, type Keeper, nobody, type Persistence } from "./persistence.js";
import { asTold, backoff } from "./reconnecting-websocket/backoff.js";
import { invalid } from "./reconnecting-websocket/options.js";
import { Requests } from "./requests.js";
import { Registry } from "./room/registry.js";
import { type Executor, watched } from "./watched-promise.js";

/**
 * What lives on over the connections of one client: each part knows the others through this alone. No program gets hold of
 * it, since it knows the token. The methods that have the names of effects in connection/state.ts carry them out, and never throw.
 */
export class Core {
  readonly contract: ContractDefinition | undefined;
  readonly settings: ClientSettings;
  readonly clock: Clock;
  readonly check: Check;
  readonly identity: Identity = { ...nobody };
  readonly inbox: Inbox;
  readonly connection: Connection;
  readonly requests: Requests;
  readonly rooms: Registry;
  readonly keeper: Keeper | undefined;
  /** What the program says waits here while it is checked. */
  readonly #outgoing: InOrder;

  constructor(contract: ContractDefinition | undefined, settings: ClientSettings) {
    const tools = contract && toolsOf(contract);
    if (contract && !tools) throw invalid("contract", "one of defineContract", contract);
    this.contract = contract;
    this.settings = settings;
    this.clock = settings.clock;
    this.check = checkBy(tools);
    this.inbox = new Inbox(contract, this);
    this.#outgoing = new InOrder(this.report);
    this.connection = new Connection(this);
    this.requests = new Requests(this);
    this.rooms = new Registry(tools, this);
    this.keeper = settings.persistence?.attach(this);
  }

  /** A client of the same server with another identity. What is left of another life was checked then. */
  again(persistence: Persistence): Core {
    return new Core(undefined, { ...this.settings, persistence });
  }

  /** The first use opens the connection, unless that is left to `connect()`. @throws where the client is closed */
  open(): void {
    const { state } = this.connection;
    if (state.kind === "closed") throw state.error ?? closedByProgram();
    if (state.kind === "idle" && this.settings.autoConnect !== false) this.connection.connect();
  }

  /** Goes on with what was found to be as the contract says, in the order of the program's calls. */
  pass(result: MaybePromise<Result<unknown>>, then: () => void, reject: (error: unknown) => void): void {
    const taken = this.#outgoing.pass(result, (checked) => {
      if (!checked.ok) return reject(checked.error);
      try {
        then();
      } catch (error) {
        reject(error);
      }
    });
    if (!taken) reject(new TautlineError("BUSY", "too many checks wait"));
  }

  /** When to try again what the server refused for now, `times` times one after another. */
  retryDelay({ retryAfterMs }: TautlineError, times: number): number {
    const { random, backoff: limits } = this.settings;
    // Where the server does not say when, those who were put off together do not come back together.
    return asTold(retryAfterMs ?? backoff(times, () => random.float(), limits), times, limits);
  }

  /** A promise for the program. Its rejection is reported where nobody awaits it. */
  promise<T>(executor: Executor<T>): Promise<T> {
    return watched(this.clock, this.report, executor);
  }

  resume({ resumed, limits }: Welcome["data"]): void {
    this.identity.welcomed = this.identity.attempt;
    this.requests.restore(resumed, limits);
  }

  restore({ user, rooms }: Welcome["data"]): void {
    this.identity.user = user;
    this.rooms.restore(rooms);
  }

  stay(): void {
    this.rooms.ask();
    this.requests.flush();
  }

  suspend(): void {
    this.rooms.suspend();
  }

  "become-another"(_: unknown, error: TautlineError = closedByProgram()): void {
    this.requests.becomeAnother(error);
    Object.assign(this.identity, nobody);
    this.rooms.forget(error);
  }

  "give-up"(_: unknown, error: TautlineError = closedByProgram()): void {
    this.requests.giveUp(error);
    this.rooms.giveUp(error);
  }

  changed(state: ClientState): void {
    const connection = state.kind === "connected" ? state.connection : undefined;
    this.#log({ level: "info", event: "state", state: state.kind, connection });
    this.keeper?.changed(state);
    this.inbox.emit("state", state);
  }

  /** What no promise tells goes to `on("error")`. */
  readonly report = (cause: unknown): void => {
    const error = TautlineError.is(cause)
      ? cause
      : new TautlineError("HANDLER_FAILED", "a callback threw", { cause });
    this.#log({ level: "error", event: "error", error });
    this.inbox.emit("error", error);
  };

  #log(record: LogRecord): void {
    const { log } = this.settings;
    // Whatever a program's logger does, it does not concern the connection.
    if (log) invoke(log, record, () => {});
  }
}

/** The error of what a closed client cannot do. */
export function closedByProgram(): TautlineError {
  return new TautlineError("CLOSED", "closed by the program");
}
