import { type Envelope, limits, type WebSocketConstructor } from "@tautline/protocol";
import { ScriptedClient } from "@tautline/testing";
import { WebSocket } from "ws";
import { credentialCanary } from "./canaries.js";

/** The room in which they all are. */
const room = "open/honest";

/**
 * Clients that do no harm, each on its own user: they ask the server for an answer again and again, and publish in a room that all
 * of them are in. What an attack does to others is what it does to them.
 */
export class HonestClients {
  readonly #clients: readonly ScriptedClient[];
  readonly #latencies: number[] = [];
  #isWorking = false;
  #work: Promise<unknown> | undefined;
  #published = 0;

  private constructor(clients: readonly ScriptedClient[]) {
    this.#clients = clients;
  }

  static async connect(port: number, count: number, path = "/"): Promise<HonestClients> {
    const url = `ws://127.0.0.1:${port}${path}?token=${credentialCanary}`;
    const clients = Array.from({ length: count }, () => new ScriptedClient({ url, WebSocket: withSecrets }));
    await Promise.all(
      clients.map((client, i) =>
        client.hello({
          client: `${credentialCanary}-client-${i}`,
          token: `user:honest-${i}:${credentialCanary}`,
          rooms: [{ room }],
        }),
      ),
    );
    return new HonestClients(clients);
  }

  get count(): number {
    return this.#clients.length;
  }

  /** All that they were sent; but for `$welcome`, which tells each who it is. */
  get received(): string {
    return JSON.stringify(
      this.#clients.map(({ received }) => received.filter(({ type }) => type !== "$welcome")),
    );
  }

  /** Asks until the server keeps as many answers of each as it ever will: from then on their work adds nothing to its memory. */
  async fillRecords(): Promise<void> {
    for (let i = 0; i < limits.unanswered; i++) await this.#echo(`answer ${i}`);
  }

  /** Goes to work, until {@link rest}. */
  start(): void {
    this.#isWorking = true;
    this.#latencies.length = 0;
    this.#work = Promise.all(this.#clients.map((client, i) => this.#askAgainAndAgain(client, i)));
  }

  /** Rests when each has asked often enough. Gives how long answers took, in milliseconds, the shortest first. */
  async rest(): Promise<readonly number[]> {
    this.#isWorking = false;
    await this.#work;
    return [...this.#latencies].sort((a, b) => a - b);
  }

  /** What is wrong with what they got: everything that was published, once, in order. */
  async complaints(): Promise<readonly string[]> {
    // Whatever was published before is there before this is answered.
    await this.#echo("the last");
    const faults: string[] = [];
    for (const [i, client] of this.#clients.entries()) {
      const offsets = client.of("said").map(({ offset }) => offset);
      if (offsets.length !== this.#published || offsets.some((offset, at) => offset !== at + 1))
        faults.push(
          `honest-${i} got ${offsets.length} of ${this.#published}: ${offsets.join(" ").slice(-200)}`,
        );
    }
    return faults;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async #echo(text: string): Promise<void> {
    for (const client of this.#clients)
      expectAnswer(await client.request({ type: "echo", data: { text } }), text);
  }

  async #askAgainAndAgain(client: ScriptedClient, i: number): Promise<void> {
    for (let round = 0; this.#isWorking || round < 12; round++) {
      const begun = performance.now();
      const answer = await client.request({ type: "echo", data: { text: `${i}/${round}` } });
      this.#latencies.push(performance.now() - begun);
      expectAnswer(answer, `${i}/${round}`);
      if (round % 4 === 0) {
        const said = await client.request({ type: "say", room, data: { text: `${i}/${round}` } });
        if (said.type !== "$ack") throw new Error(`an honest client got ${JSON.stringify(said)}`);
        this.#published++;
      }
      // An even pace: some hundred messages a second of each.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function expectAnswer({ type, data, error }: Envelope, text: string): void {
  if (type !== "$reply" || (data as { text?: string }).text !== text)
    throw new Error(`an honest client got ${JSON.stringify({ type, data, error })} for ${text}`);
}

/** Sockets that bring a cookie and a header, as a browser's and a proxy's would. */
const withSecrets = class extends WebSocket {
  constructor(url: string, protocols: string[]) {
    const headers = { Cookie: `session=${credentialCanary}`, "X-Api-Key": credentialCanary };
    super(url, protocols, { headers });
  }
} as unknown as WebSocketConstructor;
