// One life of the server's process: serves, publishes, and ends when it is told to, or when it is killed.
import { createServer } from "@tautline/server";
import { MemoryBroker } from "@tautline/server/broker";
import type { Recorder } from "../simulation/history/recorder.js";
import type { Setup } from "../simulation/schedule/schedule.js";
import { contract } from "../simulation/world/contract.js";
import { register } from "../simulation/world/handlers.js";
import { recordingBroker } from "../simulation/world/recording-broker.js";
import { serverOptions } from "../simulation/world/server-options.js";
import { journal } from "./journal.js";
import type { ServerOrder } from "./orders.js";
import { realClock, realRandom } from "./real-surroundings.js";
import { setupFor } from "./setup.js";

/** Something is published in every room so often. */
const publishMs = 1_000;

/** What the parent hands over. */
export interface ServerTask {
  readonly clients: number;
  readonly life: number;
  readonly journal: string;
  readonly startMs: number;
}

export async function serve({ clients, life, journal: path, startMs }: ServerTask): Promise<void> {
  const name = `server-${life}`;
  const setup = setupFor(clients);
  const recorder = journal(path, startMs);
  const server = start(name, life, setup, recorder);
  const publisher = new Publisher(name, setup, server, recorder);
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  process.send?.({ port });
  publisher.start();
  process.once("SIGTERM", async () => {
    publisher.stop();
    await server.drain({ withinMs: 2_000 });
    process.exit();
  });
  process.on("message", async (order: ServerOrder) => {
    if (order.do === "calm") publisher.stop();
    if (order.do === "last-words") publisher.sayLastWords();
    if (order.do === "end") {
      const { connections, pending, memberships, handling } = server.stats();
      const leftOver = { connections: connections + pending, memberships, handling };
      for (const [what, count] of Object.entries(leftOver))
        recorder.record("world", { op: "left-over", what: `${what} of ${name}`, count });
      await server.close();
      process.exit();
    }
  });
}

function start(name: string, life: number, setup: Setup, recorder: Recorder) {
  const memory = new MemoryBroker({ clock: realClock, random: realRandom });
  const broker = recordingBroker(memory, recorder);
  const surroundings = { broker, clock: realClock, random: realRandom, isPuzzled: () => false };
  const server = createServer(contract, serverOptions(setup, surroundings));
  // Runs are counted over all lives.
  let runs = life * 10_000_000;
  register(server, { node: name, clock: realClock, recorder, nextRun: () => ++runs });
  server.on("connect", ({ connection: { id, member }, user }) =>
    recorder.record(name, { op: "admitted", connection: id, user: user.id, member }),
  );
  server.on("disconnect", ({ connection: { id }, code }) =>
    recorder.record(name, { op: "departed", connection: id, code }),
  );
  return server;
}

/** What the application publishes by itself. */
class Publisher {
  readonly #name: string;
  readonly #setup: Setup;
  readonly #server: ReturnType<typeof start>;
  readonly #recorder: Recorder;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(name: string, setup: Setup, server: ReturnType<typeof start>, recorder: Recorder) {
    this.#name = name;
    this.#setup = setup;
    this.#server = server;
    this.#recorder = recorder;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), publishMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What comes last shows who still listens. */
  sayLastWords(): void {
    this.#publishEverywhere();
    for (const user of new Set(this.#setup.users)) this.#tell(user);
  }

  #tick(): void {
    const { users } = this.#setup;
    this.#publishEverywhere();
    this.#tell(users[this.#count % users.length] as string);
  }

  #publishEverywhere(): void {
    for (const name of this.#setup.rooms) {
      const room = this.#server.room("kept/:id", { id: name.slice("kept/".length) });
      void room.publish("said", { key: this.#key() });
      void room.publish("blinked", { key: this.#key() });
    }
  }

  #tell(to: string): void {
    const key = this.#key();
    this.#recorder.record(this.#name, { op: "told", key, to });
    void this.#server.user(to).send("told", { key, to });
  }

  #key(): string {
    return `${this.#name}/${++this.#count}`;
  }
}
