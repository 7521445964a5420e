import { type ContractDefinition, type Envelope, roomName, TautlineError, toolsOf } from "@tautline/protocol";
import { checkBy } from "./check.js";
import { Connection } from "./connection/connection.js";
import { greeting } from "./connection/handshake.js";
import type { Session } from "./connection/session.js";
import type { ClientState } from "./connection/state.js";
import { invoke, type Listener, type ListenOptions } from "./emitter.js";
import type { Encoded } from "./frames.js";
import { receive } from "./inbound.js";
import { Inbox } from "./inbox.js";
import type { ClientSettings, LogRecord } from "./options.js";
import { type Identity, type Keeper, nobody } from "./persistence.js";
import { isServer } from "./platform.js";
import { invalid } from "./reconnecting-websocket/options.js";
import { type Delivery, Requests } from "./requests.js";
import { OwnStream } from "./room/own-stream.js";
import { Registry } from "./room/registry.js";
import type { ClientRoom } from "./room/room.js";
import { type Draft, Sending } from "./sending.js";
import type { PendingMessage, SendOptions } from "./types.js";
import { watched } from "./watched-promise.js";

/** A client behind the types of its contract: what lives on over connections is put together here. */
export class ClientCore {
  readonly #contract: ContractDefinition | undefined;
  readonly #settings: ClientSettings;
  readonly #inbox: Inbox;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #sending: Sending;
  readonly #rooms: Registry;
  readonly #identity: Identity = { ...nobody };
  readonly #keeper: Keeper | undefined;

  constructor(contract: ContractDefinition | undefined, settings: ClientSettings) {
    this.#contract = contract;
    this.#settings = settings;
    const tools = contract && toolsOf(contract);
    if (contract && !tools) throw invalid("contract", "one that defineContract made", contract);
    const check = checkBy(tools);
    this.#inbox = new Inbox(contract, check, this.#report);
    this.#connection = new Connection(settings, this.#session());
    this.#keeper = settings.persistence?.attach({
      ...settings,
      identity: this.#identity,
      flush: () => this.#requests.flush(),
      report: this.#report,
      // What is left of another life was checked then.
      again: (persistence) => new ClientCore(undefined, { ...settings, persistence }),
    });
    const wire = {
      identity: this.#identity,
      keeper: this.#keeper,
      speech: settings.speech,
      write: (frame: Encoded) => this.#connection.write(frame),
      tell: (envelope: Envelope) => this.#connection.tell(envelope),
      isHeld: (room: string | undefined) => this.#rooms.isHeld(room),
      check,
      clock: settings.clock,
      open: () => this.#open(),
      report: this.#report,
    };
    this.#requests = new Requests(settings, wire);
    this.#sending = new Sending(wire, this.#requests);
    const context = {
      ...wire,
      settings,
      requests: this.#requests,
      sending: this.#sending,
      onClose: (listener: () => void) =>
        this.#inbox.on("state", (state) => (state as ClientState).kind === "closed" && listener()),
    };
    this.#rooms = new Registry(tools, new OwnStream(this.#inbox, wire.tell, settings.clock), context);
  }

  get state(): ClientState {
    return this.#connection.state;
  }

  get pending(): readonly PendingMessage[] {
    return this.#requests.pending;
  }

  connect(): Promise<void> {
    return watched(this.#settings.clock, this.#report, (resolve, reject) => {
      const settle = (state: ClientState): void => {
        if (state.kind === "connected") resolve();
        else if (state.kind === "closed") reject(state.error ?? closedByProgram());
        else return;
        remove();
      };
      const remove = this.#inbox.on("state", settle as Listener<unknown>);
      this.#connection.connect();
      if (this.state.kind === "connected") settle(this.state);
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  send(type: string, data?: unknown, options?: SendOptions): Promise<void> {
    return this.#sending.send(this.#draft(type, data, options, this.#settings.sendTimeoutMs));
  }

  request(type: string, data?: unknown, options?: SendOptions): Promise<unknown> {
    return this.#sending.request(this.#draft(type, data, options, this.#settings.requestTimeoutMs));
  }

  deliver(envelope: Envelope, delivery: Delivery): void {
    this.#requests.send(envelope, delivery);
  }

  on(type: string, listener: Listener<never>, options?: ListenOptions): () => void {
    const remove = this.#inbox.on(type, listener as Listener<unknown>, options);
    const { autoConnect = !isServer() } = this.#settings;
    // On a server a page may merely be rendered: there it takes more than a listener.
    if (this.state.kind === "idle" && autoConnect) this.#connection.connect();
    return remove;
  }

  room(nameOrPattern: string, params?: Readonly<Record<string, string>>): ClientRoom {
    return this.#rooms.get(params ? roomName(nameOrPattern, params) : nameOrPattern);
  }

  /** The first use opens the connection, unless that is left to `connect()`. */
  #open(): void {
    const { state } = this;
    if (state.kind === "closed") throw state.error ?? closedByProgram();
    if (state.kind === "idle" && this.#settings.autoConnect !== false) this.#connection.connect();
  }

  #draft(type: string, data: unknown, options: SendOptions | undefined, timeoutMs: number): Draft {
    return { type, data, definition: this.#contract?.messages?.[type], options, timeoutMs };
  }

  #session(): Session {
    return {
      greet: (token) => greeting(this.#identity, this.#settings, token, this.#rooms.requests()),
      resume: ({ welcome: { resumed, limits } }) => {
        this.#identity.welcomed = this.#identity.attempt;
        this.#requests.restore(resumed, limits);
      },
      restore: ({ welcome: { user, rooms } }) => {
        this.#identity.user = user;
        this.#rooms.restore(rooms);
      },
      stay: () => {
        this.#rooms.ask();
        this.#requests.flush();
      },
      isIdle: () => this.#requests.isIdle,
      receive: (envelope) =>
        receive(envelope, {
          requests: this.#requests,
          rooms: this.#rooms,
          event: (event) => this.#inbox.deliver(event),
          report: this.#report,
        }),
      suspend: () => this.#rooms.suspend(),
      "become-another": ({ error = closedByProgram() }) => {
        this.#requests.becomeAnother(error);
        Object.assign(this.#identity, nobody);
        this.#rooms.forget(error);
      },
      "give-up": ({ error = closedByProgram() }) => {
        this.#requests.giveUp(error);
        this.#rooms.giveUp(error);
      },
      changed: (state) => {
        const connection = state.kind === "connected" ? state.connection : undefined;
        this.#log({ level: "info", event: "state", state: state.kind, connection });
        this.#keeper?.changed(state);
        this.#inbox.emit("state", state);
      },
      report: this.#report,
    };
  }

  #log(record: LogRecord): void {
    const { log } = this.#settings;
    // Whatever a program's logger does, it does not concern the connection.
    if (log) invoke(log, record, () => {});
  }

  /** What no promise tells goes to `on("error")`. */
  readonly #report = (cause: unknown): void => {
    const error = TautlineError.is(cause)
      ? cause
      : new TautlineError("HANDLER_FAILED", "a callback threw", { cause });
    this.#log({ level: "error", event: "error", error });
    this.#inbox.emit("error", error);
  };
}

function closedByProgram(): TautlineError {
  return new TautlineError("CLOSED", "closed by the program");
}
