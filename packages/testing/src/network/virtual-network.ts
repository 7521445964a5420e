import { type Clock, invalidOption, type Random, type WebSocketConstructor } from "@tautline/protocol";
import { conditionsOf, type NetworkConditions } from "./conditions.js";
import { type DeviceOptions, type VirtualDevice, webSocketClass } from "./device.js";
import { Link, type LinkEnd } from "./link.js";
import { Links } from "./links.js";
import {
  type Accept,
  type Admission,
  Listener,
  type VirtualListenOptions,
  type VirtualRequest,
} from "./listener.js";
import type { NetworkRecord } from "./network-record.js";
import { ServerEnd } from "./server-end.js";
import type { Connect } from "./virtual-web-socket.js";

/** What a virtual network is made of. */
export interface VirtualNetworkOptions {
  /** Nothing moves but by this clock. */
  readonly clock: Clock;
  /** Whence latencies and moments are drawn. */
  readonly random: Random;
  /** How it behaves while nothing is broken. */
  readonly conditions?: Partial<NetworkConditions> | undefined;
  /** Gets a record of all that arrives and of each fault. */
  readonly trace?: ((record: NetworkRecord) => void) | undefined;
}

/**
 * A network in memory: clients get its {@link WebSocket}, servers get its connections by {@link listen}. It is slow, late and
 * broken on demand, and the same for the same clock and seed.
 */
export class VirtualNetwork {
  /** All living connections. */
  readonly links: Links;
  /** What becomes of new connections anywhere; `served` leaves it to each listener. */
  admission: Admission = "served";
  readonly #options: VirtualNetworkOptions;
  readonly #listeners: Map<string, Listener> = new Map();
  readonly #trace: (record: NetworkRecord) => void;
  #conditions: NetworkConditions;
  #first: VirtualDevice | undefined;
  #devices = 0;
  #made = 0;

  constructor(options: VirtualNetworkOptions) {
    this.#options = options;
    this.#conditions = conditionsOf(options.conditions ?? {});
    this.#trace = options.trace ?? (() => undefined);
    this.links = new Links(options.clock);
  }

  /** Hand this to a client in place of `WebSocket`. */
  get WebSocket(): WebSocketConstructor {
    this.#first ??= this.device();
    return this.#first.WebSocket;
  }

  /** How it behaves while nothing is broken. What is set goes over what was. */
  get conditions(): NetworkConditions {
    return this.#conditions;
  }

  set conditions(changes: Partial<NetworkConditions>) {
    this.#conditions = conditionsOf(changes, this.#conditions);
  }

  /** A machine of its own for clients: its own address, headers, and faults. */
  device(options: DeviceOptions = {}): VirtualDevice {
    const links = new Links(this.#options.clock);
    const remoteAddress = options.remoteAddress ?? `10.0.0.${++this.#devices}`;
    const connect: Connect = ({ url, protocols, end }) => {
      const { host, pathname, search } = new URL(url);
      const offered = protocols.length > 0 ? { "sec-websocket-protocol": protocols.join(", ") } : {};
      const headers = { ...options.headers, ...offered, host };
      const request = { url: pathname + search, headers, remoteAddress };
      const link = this.#connect(url, end, links, (made) => this.#doorman(made, protocols, request));
      link.toServer.write([{ kind: "request" }]);
      return link;
    };
    return { links, WebSocket: webSocketClass(connect, options.terminates ?? false) };
  }

  /**
   * Takes the connections to an address, whatever their query.
   *
   * @throws `INVALID_OPTION` where another listener has it.
   */
  listen(url: string, accept: Accept, options: VirtualListenOptions = {}): Listener {
    const place = placeOf(url);
    if (this.#listeners.has(place)) throw invalidOption("url", "an address where nobody listens", url);
    const listener: Listener = new Listener(this.#options.clock, accept, options, () => {
      if (this.#listeners.get(place) === listener) this.#listeners.delete(place);
    });
    this.#listeners.set(place, listener);
    return listener;
  }

  #connect(url: string, client: LinkEnd, device: Links, doorman: (link: Link) => LinkEnd): Link {
    const { clock, random } = this.#options;
    const conditions = (): NetworkConditions => this.#conditions;
    const groups = [this.links, device];
    const context = { id: ++this.#made, clock, random, conditions, groups, trace: this.#trace, doorman };
    return new Link(context, url, client);
  }

  /** Stands for the server until the request has arrived. */
  #doorman(link: Link, offered: readonly string[], request: VirtualRequest): LinkEnd {
    return {
      received: ({ kind }) => {
        if (kind === "request") this.#admit(link, offered, request);
        else if (kind === "fin") link.ended("server");
      },
      drained: () => undefined,
      reset: () => link.ended("server"),
    };
  }

  #admit(link: Link, offered: readonly string[], request: VirtualRequest): void {
    const listener = this.#listeners.get(placeOf(link.url));
    const protocol = listener?.protocolFor(offered);
    const admission = this.admission === "served" ? listener?.admission : this.admission;
    if (!listener || protocol === undefined || admission === "refused") {
      link.toClient.write([{ kind: "refused" }]);
      return link.ended("server");
    }
    if (admission === "ignored") return;
    link.toClient.write([{ kind: "accepted", protocol }]);
    if (admission === "muted") return;
    const end = new ServerEnd(link, protocol, listener.messageBytes);
    link.serveBy(end, listener.links);
    listener.accept(end, request);
  }
}

function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
