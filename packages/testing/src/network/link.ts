import type { Clock, Random, TimerHandle } from "@tautline/protocol";
import { conditionsOf, drawn, type NetworkConditions } from "./conditions.js";
import type { Direction, NetworkRecord } from "./network-record.js";
import type { Packet } from "./packet.js";
import { Pipe } from "./pipe.js";

/** How a connection is cut. */
export interface CutOptions {
  /** When the client's end hears of it, in milliseconds from now; Infinity: never. @default by chance, as conditions say */
  readonly clientAfterMs?: number | undefined;
  /** When the server's end hears of it. */
  readonly serverAfterMs?: number | undefined;
}

/** What an end of a connection is told. */
export interface LinkEnd {
  received(packet: Packet): void;
  /** Bytes that waited have left. */
  drained(): void;
  /** The connection was cut: nothing more comes or goes. */
  reset(): void;
}

/** What a connection gets from its network. */
export interface LinkContext {
  readonly id: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: () => NetworkConditions;
  /** Which it belongs to while it lives. */
  readonly groups: LinkGroup[];
  readonly trace: (record: NetworkRecord) => void;
  /** Who answers the request, at the server's end. */
  readonly doorman: (link: Link) => LinkEnd;
}

/** Connections to which things are done together. */
export interface LinkGroup {
  isStalled(direction: Direction): boolean;
  add(link: Link): void;
  delete(link: Link): void;
}

/** One connection of a virtual network, from the client's attempt to the end of both its ends. */
export class Link {
  /** Counts the connections of a network: the first is 1. */
  readonly id: number;
  /** The address that the client asked for. */
  readonly url: string;
  /** @internal */
  readonly toServer: Pipe;
  /** @internal */
  readonly toClient: Pipe;
  readonly #context: LinkContext;
  readonly #stalled: Set<Direction> = new Set();
  readonly #dead: Set<Direction> = new Set();
  #client: LinkEnd | undefined;
  #server: LinkEnd | undefined;
  #isOver = false;
  #own: Partial<NetworkConditions> | undefined;
  #passedAt: number;
  #watch: TimerHandle;

  /** @internal */
  constructor(context: LinkContext, url: string, client: LinkEnd) {
    this.#context = context;
    this.id = context.id;
    this.url = url;
    this.#client = client;
    this.#server = context.doorman(this);
    for (const group of context.groups) group.add(this);
    this.toServer = this.#pipe(
      "toServer",
      () => this.#client,
      () => this.#server,
    );
    this.toClient = this.#pipe(
      "toClient",
      () => this.#server,
      () => this.#client,
    );
    this.#passedAt = context.clock.monotonic();
    this.#watchIdle();
  }

  /** @internal */
  get clock(): Clock {
    return this.#context.clock;
  }

  /** How this connection behaves: the network's conditions, where it has none of its own. */
  get conditions(): NetworkConditions {
    const all = this.#context.conditions();
    return this.#own ? { ...all, ...this.#own } : all;
  }

  /** Gives it conditions of its own, from now on. */
  set conditions(own: Partial<NetworkConditions>) {
    conditionsOf(own);
    this.#own = own;
  }

  /** Whether nothing more can happen on it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Cuts the connection (a TCP reset): what is under way arrives only where it comes before the news, what is sent from now
   * on is lost. Both ends see 1006, each at its own moment.
   */
  cut({ clientAfterMs = this.#lag(), serverAfterMs = this.#lag() }: CutOptions = {}): void {
    if (this.#isOver) return;
    this.#trace("both", "cut");
    this.toServer.close();
    this.toClient.close();
    const { clock } = this.#context;
    clock.setTimeout(() => this.#reset("client"), clientAfterMs);
    clock.setTimeout(() => this.#reset("server"), serverAfterMs);
  }

  /** Ends the stream in both directions without a goodbye (a proxy that restarts): what is under way arrives before it. */
  fin(): void {
    if (this.#isOver) return;
    this.#trace("both", "fin");
    const { random } = this.#context;
    this.toServer.abort(drawn(this.conditions.lossLagMs, random));
    this.toClient.abort(drawn(this.conditions.lossLagMs, random));
  }

  /** Holds everything up, in one direction or both, until {@link resume}. Nothing is lost. */
  stall(direction?: Direction): void {
    this.#trace(sideOf(direction), "stall");
    for (const way of waysOf(direction)) this.#stalled.add(way);
  }

  /** Lets everything go on after {@link stall}. */
  resume(direction?: Direction): void {
    this.#trace(sideOf(direction), "resume");
    for (const way of waysOf(direction)) this.#stalled.delete(way);
    this.kick();
  }

  /** Holds everything up for some milliseconds. */
  blackout(ms: number): void {
    this.stall();
    this.#context.clock.setTimeout(() => this.resume(), ms);
  }

  /** From now on nothing arrives, in one direction or both, and no end is told: what a vanished peer looks like. */
  halfOpen(direction?: Direction): void {
    this.#trace(sideOf(direction), "half-open");
    for (const way of waysOf(direction)) this.#dead.add(way);
  }

  /** Looks again whether its directions may move. @internal */
  kick(): void {
    this.toServer.kick();
    this.toClient.kick();
  }

  /** Gives it its server's end, in place of the doorman. @internal */
  serveBy(end: LinkEnd, group: LinkGroup): void {
    this.#server = end;
    this.#context.groups.push(group);
    group.add(this);
  }

  /** An end is done with it. When both are, what is held is freed. @internal */
  ended(side: "client" | "server"): void {
    if (side === "client") this.#client = undefined;
    else this.#server = undefined;
    if (this.#isOver || this.#client || this.#server) return;
    this.#isOver = true;
    this.toServer.kill();
    this.toClient.kill();
    this.#context.clock.clearTimeout(this.#watch);
    for (const group of this.#context.groups) group.delete(this);
  }

  #pipe(direction: Direction, near: () => LinkEnd | undefined, far: () => LinkEnd | undefined): Pipe {
    const { clock, random, groups } = this.#context;
    const side = direction === "toServer" ? "server" : "client";
    return new Pipe({
      clock,
      random,
      conditions: () => this.conditions,
      isStalled: () =>
        this.#dead.has(direction) ||
        this.#stalled.has(direction) ||
        groups.some((group) => group.isStalled(direction)),
      deliver: (packet) => {
        this.#passedAt = clock.monotonic();
        this.#trace(side, packet.kind, packet.kind === "message" ? packet.data : undefined);
        far()?.received(packet);
      },
      drained: () => near()?.drained(),
    });
  }

  #reset(side: "client" | "server"): void {
    if (this.#isOver) return;
    this.#trace(side, "reset");
    const isClient = side === "client";
    (isClient ? this.toClient : this.toServer).kill();
    (isClient ? this.#client : this.#server)?.reset();
  }

  #lag(): number {
    const { latencyMs, lossLagMs } = this.conditions;
    const { random } = this.#context;
    return drawn(latencyMs, random) + drawn(lossLagMs, random);
  }

  #watchIdle(): void {
    const { clock } = this.#context;
    const overAt = this.#passedAt + this.conditions.idleMs;
    const watch = (): void => {
      if (this.#passedAt + this.conditions.idleMs > clock.monotonic()) return this.#watchIdle();
      this.#trace("both", "idle");
      this.fin();
    };
    this.#watch = clock.setTimeout(watch, overAt - clock.monotonic());
  }

  #trace(to: NetworkRecord["to"], what: NetworkRecord["what"], data?: string | Uint8Array): void {
    const { clock, trace } = this.#context;
    trace({ at: clock.monotonic(), link: this.id, to, what, data });
  }
}

function waysOf(direction: Direction | undefined): readonly Direction[] {
  return direction ? [direction] : ["toServer", "toClient"];
}

function sideOf(direction: Direction | undefined): NetworkRecord["to"] {
  if (!direction) return "both";
  return direction === "toServer" ? "server" : "client";
}
