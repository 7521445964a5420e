import type { MaybePromise } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import {
  type AuthenticateInput,
  type AuthorizeInput,
  createServer,
  type Server,
  type UserIdentity,
  withExpiry,
} from "@tautline/server";
import { contract } from "./contract.js";
import { failures } from "./failures.js";
import { farewells } from "./farewells.js";
import type { Observations } from "./observations.js";
import type { TargetOptions } from "./orders.js";
import { reentries } from "./reentries.js";

export type TargetServer = Server<typeof contract, UserIdentity>;

/** What short-lived credentials are good for, in milliseconds. */
const briefMs = 300;

/** The attacked application: a server, and what it is told by the other process. */
export class Application {
  readonly server: TargetServer;
  /** How often each handler ran. */
  readonly handled: Record<string, number> = {};
  /** Users who are let in no more. */
  readonly #sentAway = new Set<string>();
  /** Users who may do nothing more. */
  readonly #withoutRights = new Set<string>();
  #held: (() => void)[] = [];

  constructor({ msgpack = false, ...options }: TargetOptions, observations: Observations) {
    this.server = createServer(contract, {
      ...options,
      codecs: msgpack ? [msgpackCodec] : [],
      log: observations.log,
      authenticate: (input) => this.#authenticate(input),
      authorize: (input) => this.#authorize(input),
      // What a scene leaves behind must be gone before its memory is weighed.
      answers: { ttlMs: 1, ...options.answers },
      rooms: {
        "open/:id": { history: { size: 200, ttlMs: 1_000 }, graceMs: 1, ...options.rooms?.["open/:id"] },
        "private/:user": { history: { size: 200, ttlMs: 1_000 }, graceMs: 1 },
        "slow/:id": { graceMs: 1 },
      },
    });
    this.#handle();
  }

  /** Lets go of whatever waits. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const resolve of held) resolve();
  }

  revoke(user: string, by: "disconnect" | "reauthorize"): void {
    (by === "disconnect" ? this.#sentAway : this.#withoutRights).add(user);
    this.server.user(user)[by]();
  }

  /** A token is `<kind>:<user>:<secret>`; who has none is a guest. */
  /** Counts it, and says how often it has been. */
  #ran(what: string): number {
    this.handled[what] = (this.handled[what] ?? 0) + 1;
    return this.handled[what];
  }

  async #authenticate({ token, request, guestKey }: AuthenticateInput) {
    this.#ran("authenticate");
    const bearer = request.headers.authorization?.replace("Bearer ", "");
    const [kind, id = "", secret] = (token ?? bearer ?? `user:${guestKey}:none`).split(":");
    const user = { id };
    switch (kind) {
      case "user":
        return id && secret && !this.#sentAway.has(id) ? user : null;
      case "brief":
        return withExpiry(user, { expiresAtMs: Date.now() + briefMs });
      case "held":
        await this.#hold();
        return user;
      case "broken":
        throw failures.error?.();
      default:
        return null;
    }
  }

  #authorize({ user, action }: AuthorizeInput<typeof contract, UserIdentity>): MaybePromise<boolean> {
    const may = !this.#withoutRights.has(user.id);
    // What it says then is what held when it was asked.
    if (action.kind === "join" && action.pattern === "slow/:id") return this.#hold().then(() => may);
    if (!may || (action.kind === "message" && action.type === "forbidden")) return false;
    if (action.pattern === "private/:user") return action.params.user === user.id;
    return action.kind !== "publish" || user.id !== "reader";
  }

  #hold(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }

  #handle(): void {
    const ran = (type: string) => this.#ran(type);
    const { server } = this;
    server.handle("echo", ({ data }) => {
      ran("echo");
      return data;
    });
    server.handle("take", () => void ran("take"));
    server.handle("count", () => ({ count: ran("count") }));
    server.handle("hold", async () => {
      ran("hold");
      await this.#hold();
    });
    server.handle("fail", ({ data }) => {
      ran("fail");
      return failures[data.how]?.() as undefined;
    });
    server.handle("reenter", async ({ data, connection }) => {
      ran("reenter");
      await reentries[data.how]?.(server, connection);
    });
    server.handle("farewell", ({ data, connection }) => {
      ran("farewell");
      farewells[data.how]?.(connection);
    });
    server.handle("forbidden", () => void ran("forbidden"));
    for (const pattern of ["open/:id", "private/:user"] as const)
      server.handle(pattern, "say", async ({ room, data }) => {
        ran("say");
        await room.publish("said", data);
      });
  }
}
