import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  type ContractDefinition,
  closeCodes,
  invalidOption,
  type MaybePromise,
  roomName,
  TautlineError,
  type Transport,
} from "@tautline/protocol";
import { type Assembly, assemble, type ContextOptions } from "./assemble.js";
import { Broadcast, type Outgoing } from "./broadcast.js";
import { Arrivals, type Flooded } from "./connection/arrivals.js";
import { LiveConnection } from "./connection/connection.js";
import { drainConnections } from "./drain.js";
import type { Hooks } from "./hooks.js";
import type { RoomHandle } from "./room-handle.js";
import type { AnyRoomHooks } from "./room-hooks.js";
import type { AnyHandler, ServerContext } from "./server-context.js";
import type { ServerStats } from "./stats.js";
import { type AnyHttpServer, attachTo } from "./transport/attachments.js";
import { listen, type OwnHttpServer } from "./transport/listen.js";
import type { Listening, ListenOptions } from "./transport/listening.js";
import { originPolicy } from "./transport/origin.js";
import { peerAddressBy, type TrustProxy } from "./transport/trust-proxy.js";
import { Upgrades } from "./transport/upgrades.js";
import type { ConnectionRequest } from "./user.js";
import { UserConnections } from "./user-connections.js";

export interface TautlineServerOptions extends ContextOptions {
  readonly origins?: readonly string[] | "any" | undefined;
  readonly publicOrigin?: string | undefined;
  readonly trustProxy?: TrustProxy | undefined;
  /** Whether this is a production process: then pages of this machine are no better than others. */
  readonly isProduction: boolean;
}

/** A server, as it runs: what the contract makes of its types is said in `Server`. */
export class TautlineServer {
  readonly #assembly: Assembly;
  readonly #context: ServerContext;
  readonly #upgrades: Upgrades;
  readonly #arrivals: Arrivals;
  readonly #broadcast: Broadcast;
  readonly #detach = new Set<() => void>();
  readonly #listening = new Set<OwnHttpServer>();
  readonly #waitingForEmpty = new Set<() => void>();
  #closing: Promise<void> | undefined;
  #draining: Promise<void> | undefined;

  constructor(contract: ContractDefinition, options: TautlineServerOptions) {
    this.#assembly = assemble(contract, options, (connection) => this.#released(connection));
    this.#context = this.#assembly.context;
    this.#arrivals = new Arrivals(this.#context);
    this.#broadcast = new Broadcast(this.#context);
    const { settings, codecs, hooks, nodes, clock, diagnostics } = this.#context;
    nodes.on("close-user", ({ user, code, reason }) => this.user(user).closeHere(code, reason));
    nodes.on("reauthorize-user", ({ user }) => this.user(user).reauthorizeHere());
    this.#upgrades = new Upgrades({
      subprotocols: codecs.map(({ subprotocol }) => subprotocol),
      plain: settings.plain !== false,
      origin: originPolicy(options.origins, options.publicOrigin, !options.isProduction),
      compression: settings.compression,
      peerAddress: peerAddressBy(options.trustProxy),
      limits: settings.limits,
      deadlines: settings.deadlines,
      clock,
      diagnostics,
      log: (record) => hooks.log(record),
      whyClosed: (address) => this.#whyClosed() ?? this.#arrivals.whyFlooded(address),
      accept: (transport, request) => this.accept(transport, request),
    });
  }

  handle(...args: [string, AnyHandler] | [string, string, AnyHandler]): this {
    const { contract, handlers, roomHandlers } = this.#context;
    if (args.length === 2) {
      const [type, handler] = args;
      if (!contract.messages.has(type)) throw invalidOption("handle", "a message of the contract", type);
      register(handlers, type, handler);
      return this;
    }
    const [pattern, type, handler] = args;
    const room = contract.rooms.get(pattern);
    if (!room?.messages.has(type)) throw invalidOption("handle", `a message of the room ${pattern}`, type);
    const ofRoom = roomHandlers.get(room) ?? new Map<string, AnyHandler>();
    roomHandlers.set(room, ofRoom);
    register(ofRoom, type, handler);
    return this;
  }

  on(...args: Parameters<Hooks["on"]>): () => void {
    return this.#context.hooks.on(...args);
  }

  onRoom(pattern: string, hooks: AnyRoomHooks): () => void {
    if (!this.#context.contract.rooms.has(pattern)) {
      throw invalidOption("onRoom", "a room pattern of the contract", pattern);
    }
    return this.#assembly.roomHooks.add(pattern, hooks);
  }

  room(name: string, params?: Readonly<Record<string, string>>): RoomHandle {
    return this.#context.roomHandle(params === undefined ? name : roomName(name, params));
  }

  user(id: string): UserConnections {
    return new UserConnections(id, this.#context, this.#broadcast);
  }

  broadcast(type: string, data?: unknown, options: Pick<Outgoing, "except"> = {}): MaybePromise<number> {
    return this.#broadcast.sendToAll({ type, data, except: options.except });
  }

  stats(): ServerStats {
    const { node, pool, connections, rooms, totals, answers, sendQueues } = this.#context;
    let [handling, lagging] = [answers?.leftBehind.size ?? 0, 0];
    for (const { handlings, isBehind } of pool.all) {
      handling += handlings.size;
      if (isBehind) lagging++;
    }
    return {
      node,
      connections: pool.size,
      pending: connections.size - pool.size,
      users: pool.counts.users,
      ...rooms.counts,
      catchingUp: rooms.catchingUp,
      handling,
      records: answers?.records ?? 0,
      lagging,
      bufferedBytes: sendQueues.bytes,
      degraded: this.#context.brokerGuard?.isDegraded ?? false,
      totals: { ...totals, gaps: { ...totals.gaps }, limits: { ...totals.limits } },
    };
  }

  async listen(options?: ListenOptions): Promise<Listening> {
    const { settings, diagnostics } = this.#context;
    const upgrade = { handle: this.handleUpgrade.bind(this), diagnostics, ...settings };
    const own = await listen(upgrade, options);
    if (!this.#closing && !this.#context.drain) {
      this.#listening.add(own);
      return own.listening;
    }
    await own.close();
    throw new TautlineError("CLOSED", "listen: expected a server that was not closed");
  }

  attach(server: AnyHttpServer, { path = "/" }: { readonly path?: string | undefined } = {}): () => void {
    const detach = attachTo(server, path, (...upgrade) => this.handleUpgrade(...upgrade));
    this.#detach.add(detach);
    return () => {
      this.#detach.delete(detach);
      detach();
    };
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    this.#upgrades.handle(request, socket, head);
  }

  accept(transport: Transport, request: ConnectionRequest): void {
    const connection = new LiveConnection(this.#context, transport, request);
    connection.open();
    this.#arrivals.enter(connection);
    if (this.#whyClosed() !== undefined)
      connection.close(closeCodes.serviceRestart, "the server is about to leave");
    else if (connection.kind === "plain" && this.#context.settings.plain === false) {
      connection.close(closeCodes.protocolError, "expected a subprotocol of this server");
    }
  }

  async drain({ withinMs }: { readonly withinMs: number }): Promise<void> {
    if (!Number.isFinite(withinMs) || withinMs < 0) {
      throw invalidOption("withinMs", "a finite number of milliseconds, at least 0", withinMs);
    }
    // What is attached stays so until the end: whoever comes is told by 503 to go elsewhere.
    void this.#freePorts();
    this.#draining ??= drainConnections(this.#context, { withinMs, empty: this.#empty() });
    await this.#draining;
    await this.#context.answers?.leftBehind.none();
    await this.close();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { answers, connections, rooms, nodes } = this.#context;
    const freed = this.#freePorts();
    for (const detach of this.#detach) detach();
    this.#detach.clear();
    for (const connection of [...connections])
      connection.close(closeCodes.goingAway, "the server is closing");
    await this.#empty();
    await freed;
    answers?.leftBehind.end();
    rooms.close();
    nodes.close();
    await this.#assembly.ownBroker?.close();
  }

  /** Takes no new connections. Resolves when the ports are free and all their sockets have gone. */
  async #freePorts(): Promise<void> {
    await Promise.all([...this.#listening].map((own) => own.close()));
  }

  #whyClosed(): Flooded | undefined {
    if (this.#closing) return { reason: "the server is closed" };
    return this.#context.drain && { reason: "the server is about to leave" };
  }

  /** Resolves when there is no connection. */
  #empty(): Promise<void> {
    if (this.#context.connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForEmpty.add(resolve));
  }

  #released(connection: LiveConnection): void {
    this.#arrivals.left(connection);
    if (this.#context.connections.size > 0) return;
    for (const resolve of this.#waitingForEmpty) resolve();
    this.#waitingForEmpty.clear();
  }
}

function register(handlers: Map<string, AnyHandler>, type: string, handler: AnyHandler): void {
  if (typeof handler !== "function") throw invalidOption(`handle "${type}"`, "a function", handler);
  if (handlers.has(type))
    throw new TautlineError("INVALID_OPTION", `handle "${type}": expected one handler, got a second`);
  handlers.set(type, handler);
}
