import { type AddressInfo, createServer, type Server, type Socket, connect as tcpConnect } from "node:net";

/** In which direction nothing arrives any more. */
export type Way = "up" | "down" | "both";

/** One connection through the proxy. */
class Passage {
  readonly #client: Socket;
  readonly #server: Socket;
  #isStalled = false;
  /** Directions in which bytes, and ends, get lost. */
  readonly #lost = new Set<"up" | "down">();

  constructor(client: Socket, server: Socket, ended: () => void) {
    this.#client = client;
    this.#server = server;
    this.#lead(client, server, "up");
    this.#lead(server, client, "down");
    let open = 2;
    for (const socket of [client, server]) socket.on("close", () => --open === 0 && ended());
  }

  /** Ends as when a network forgets a connection: both sides are told at once. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  stall(): void {
    this.#isStalled = true;
    for (const socket of [this.#client, this.#server]) socket.pause();
  }

  resume(): void {
    this.#isStalled = false;
    for (const socket of [this.#client, this.#server]) socket.resume();
  }

  /** From now on nothing arrives, and neither side is told. */
  halfOpen(way: Way): void {
    if (way !== "down") this.#lost.add("up");
    if (way !== "up") this.#lost.add("down");
  }

  #lead(from: Socket, to: Socket, way: "up" | "down"): void {
    from.on("data", (chunk) => {
      if (!this.#lost.has(way) && to.writable && !to.write(chunk)) from.pause();
    });
    to.on("drain", () => this.#isStalled || from.resume());
    from.on("end", () => this.#lost.has(way) || to.end());
    // A reset is told by "close", which follows.
    from.on("error", () => undefined);
    from.on("close", () => this.#lost.has(way) || to.destroy());
  }
}

/** A TCP proxy between all clients and whatever server is there, which can be told to go wrong. */
export class TcpProxy {
  /** Where the server listens; undefined while none does. */
  target: number | undefined;
  isRefusing = false;
  readonly #server: Server;
  readonly #passages = new Set<Passage>();

  constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  get passages(): readonly Passage[] {
    return [...this.#passages];
  }

  close(): void {
    this.#server.close();
    for (const passage of this.#passages) passage.reset();
  }

  #accept(client: Socket): void {
    client.on("error", () => undefined);
    if (this.isRefusing || this.target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = tcpConnect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const passage: Passage = new Passage(client, server, () => this.#passages.delete(passage));
    this.#passages.add(passage);
  }
}

export type { Passage };
