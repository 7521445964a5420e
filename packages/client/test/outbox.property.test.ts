import { type Envelope, TautlineError } from "@tautline/protocol";
import type { ScriptedConnection } from "@tautline/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connected, type World } from "./setup.js";

/** A server that does as PROTOCOL.md says: it handles each message once, answers when told to, and refuses some for now. */
class Handling {
  readonly handled: number[] = [];
  refuses = false;
  /** What is known of the client's messages: undefined while they are being handled. */
  #record = new Map<number, Envelope | undefined>();
  #gate = Infinity;

  take({ id = 0, type, data }: Envelope): Envelope | undefined {
    if (this.#record.has(id)) return this.#record.get(id);
    if (id > this.#gate || this.refuses) {
      if (id < this.#gate) this.#gate = id;
      return { type: "$error", id, error: { code: "RATE_LIMITED", message: "later", retryAfterMs: 300 } };
    }
    this.#gate = Infinity;
    this.handled.push(numberOf(type, data));
    this.#record.set(id, undefined);
    return undefined;
  }

  cancel(id: number): void {
    if (id === this.#gate) this.#gate = Infinity;
  }

  /** Answers the oldest that has no answer. */
  answer(to: ScriptedConnection): void {
    const [id] = [...this.#record].find(([, answer]) => !answer) ?? [];
    if (id === undefined) return;
    const answer: Envelope = { type: "$ack", id };
    this.#record.set(id, answer);
    to.send(answer);
  }

  connected(resumed: boolean): void {
    this.#gate = Infinity;
    if (!resumed) this.#record = new Map();
  }
}

/** Each message of a test is a number. */
function numberOf(type: string, data: unknown): number {
  if (type === "order") return data as number;
  return type === "feedback" ? (data as { stars: number }).stars : Number((data as { text: string }).text);
}

const kinds = fc.constantFrom("order" as const, "feedback" as const, "say" as const);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      kind: kinds,
      timeoutMs: fc.constantFrom(null, 500, 5_000),
      key: fc.constantFrom(undefined, undefined, "a"),
      retry: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("answer" as const, "wait" as const, "admit" as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("abort" as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("refuse" as const), refuses: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const), resumed: fc.boolean() }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** One life of a client: what was sent, and what became of it. */
class Life {
  readonly handling = new Handling();
  readonly sent: { readonly n: number; readonly kind: string; outcomes: string[] }[] = [];
  readonly #aborts: AbortController[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    const { server } = world;
    for (const type of ["order", "feedback", "say"])
      server.on(type, (envelope) => this.handling.take(envelope));
    server.on("$cancel", ({ data }) => void this.handling.cancel((data as { id: number }).id));
    // Rooms are joined when the test says so.
    server.on("$join", () => undefined);
    server.welcome = { rooms: [], limits: { messageBytes: 65_536, rooms: 128, unanswered: 4 } };
  }

  async act(action: Action): Promise<void> {
    const { server, clock, client } = this.#world;
    if (action.do === "send") this.#send(action);
    else if (action.do === "abort") this.#aborts[action.nth % (this.#aborts.length || 1)]?.abort();
    else if (action.do === "refuse") this.handling.refuses = action.refuses;
    else if (action.do === "answer") this.handling.answer(server.last);
    else if (action.do === "admit") this.#admit();
    else if (action.do === "cut") {
      // What was forgotten stays forgotten until the client has been told.
      const resumed =
        action.resumed && (client.state.kind === "connected" || server.welcome.resumed === true);
      server.last.cut();
      server.welcome = { ...server.welcome, resumed };
      this.handling.connected(action.resumed);
    }
    await clock.advance(action.do === "wait" ? 700 : 0);
  }

  /** No more faults: everything must settle. */
  async end(): Promise<void> {
    const { client, clock } = this.#world;
    this.handling.refuses = false;
    for (let i = 0; i < 200 && client.pending.length > 0; i++) {
      await this.act({ do: "wait" });
      await this.act({ do: "admit" });
      await this.act({ do: "answer" });
    }
    expect(client.pending).toEqual([]);
    await client.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  }

  #admit(): void {
    const { client, server } = this.#world;
    if (client.state.kind !== "connected") return;
    const data = { room: "chat/lobby", recovered: false, epoch: "e", offset: 0, head: 0 };
    server.last.send({ type: "$joined", data });
  }

  #send({ kind, timeoutMs, key, retry }: Extract<Action, { do: "send" }>): void {
    const { client } = this.#world;
    const message = { n: this.sent.length + 1, kind, outcomes: [] as string[] };
    const abort = new AbortController();
    this.#aborts.push(abort);
    this.sent.push(message);
    const options = { timeoutMs, key, retry, signal: abort.signal };
    const promise =
      kind === "order"
        ? client.send("order", message.n, options)
        : kind === "feedback"
          ? client.send("feedback", { stars: message.n }, options)
          : client.room("chat/lobby").send("say", { text: `${message.n}` }, options);
    promise.then(
      () => message.outcomes.push("acknowledged"),
      (error: unknown) => message.outcomes.push(TautlineError.is(error) ? error.code : "?"),
    );
  }
}

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

it("settles each message once and handles it at most once, in order, whatever is sent, aborted, refused, cut or forgotten (I6, I7, P13, U2, U4, F-35, F-43)", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 50 }),
      fc.constantFrom("reject" as const, "drop-oldest" as const, "latest-by-key" as const),
      async (actions, policy) => {
        const world = await connected({ outbox: { maxCount: 8, policy } });
        const life = new Life(world);
        world.server.last.cut();
        void world.client.room("chat/lobby").join({ timeoutMs: null });
        for (const one of actions) await life.act(one);
        await life.end();

        const { handled } = life.handling;
        for (const { n, kind, outcomes } of life.sent) {
          expect(outcomes).toHaveLength(1);
          const times = handled.filter((one) => one === n).length;
          if (kind !== "feedback") expect(times).toBeLessThanOrEqual(1);
          if (outcomes[0] === "acknowledged") expect(times).toBeGreaterThan(0);
          if (["DROPPED", "BUSY", "RATE_LIMITED"].includes(outcomes[0] as string)) expect(times).toBe(0);
        }
        const inRoom = (isIn: boolean): number[] => {
          const own = life.sent.filter(({ kind }) => (kind === "say") === isIn).map(({ n }) => n);
          return [...new Set(handled)].filter((n) => own.includes(n));
        };
        for (const stream of [inRoom(true), inRoom(false)]) expect(stream).toEqual(ascending(stream));
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
