import { createClient, type LoadFrom, type Membership } from "@tautline/client";
import { type Clock, type Random, TautlineError, type WebSocketConstructor } from "@tautline/protocol";
import type { Recorder } from "../history/recorder.js";
import type { ClientStep, Setup } from "../schedule/schedule.js";
import { roomIn, type SimClient, type SimRoom } from "./client-room.js";
import { contract, messageFor, type Wish } from "./contract.js";
import { listen } from "./listen.js";

/** What surrounds a program. */
export interface ProgramSurroundings {
  /** Its name in the record. */
  readonly name: string;
  readonly setup: Setup;
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly WebSocket: WebSocketConstructor;
  /** The address of a node that is there, if any is. */
  readonly url: () => string;
  readonly token: () => string;
}

/** A program with a client: it does what its steps say, and writes down all that it is told. */
export class Program {
  readonly client: SimClient;
  readonly name: string;
  /** What it tells about itself in each room. */
  readonly told = new Map<string, string>();
  /** The names of the events to its user that it was given. */
  readonly heard = new Set<string>();
  readonly #surroundings: ProgramSurroundings;
  readonly #memberships = new Map<string, Membership[]>();
  readonly #wakers = new Set<(change: "online" | "visible") => void>();
  #pending = 0;

  constructor(surroundings: ProgramSurroundings) {
    const { setup, clock, random, WebSocket, url, token } = surroundings;
    const { outbox, minBackoffMs, maxBackoffMs, connectMs, stableMs, graceMs } = setup.client;
    this.name = surroundings.name;
    this.#surroundings = surroundings;
    this.client = createClient(contract, {
      ...{ url, token, clock, random, WebSocket },
      network: { online: true, subscribe: (listener) => this.#subscribe(listener) },
      outbox: { maxCount: outbox },
      backoff: { minMs: minBackoffMs, maxMs: maxBackoffMs },
      connectTimeoutMs: connectMs,
      stableAfterMs: stableMs,
      heartbeatGraceMs: graceMs,
    });
    listen(this.client, setup.rooms, (fact) => {
      if (fact.op === "event") this.heard.add(fact.key);
      surroundings.recorder.record(this.name, fact);
    });
  }

  /** Calls whose promises have not settled. */
  get pending(): number {
    return this.#pending;
  }

  /** The device is online again, or looked at again. */
  wakeUp(): void {
    for (const waker of [...this.#wakers]) waker("visible");
  }

  /** Does one thing. Nothing that it does throws. */
  perform(step: ClientStep): void {
    switch (step.do) {
      case "send":
        return this.#send(step);
      case "whisper":
        return this.#call(step.key, () => this.room(step.room).publish("whispered", { key: step.key }), {
          ...{ kind: "whisper", room: step.room, idempotent: false, withinMs: 0 },
        });
      case "join":
        return this.#join(step);
      case "load":
        return this.#load(step);
      case "leave":
        this.#surroundings.recorder.record(this.name, { op: "leave", room: step.room, key: step.key });
        this.#memberships.get(step.room)?.pop()?.leave();
        return;
      case "present":
        this.told.set(step.room, step.state);
        this.room(step.room).setPresence(step.state).catch(ignore);
        return;
      case "connect":
        this.#surroundings.recorder.record(this.name, { op: "connect" });
        this.client.connect().catch(ignore);
        return;
      case "close":
        this.#surroundings.recorder.record(this.name, { op: "close" });
        this.client.close().catch(ignore);
        return;
    }
  }

  room(name: string): SimRoom {
    return roomIn(this.client, name);
  }

  /** Writes down whether it is connected, and where it stands with each of these rooms. */
  writeDownStandings(rooms: readonly string[]): void {
    const { name: client } = this;
    const { recorder } = this.#surroundings;
    if (this.client.state.kind === "connected") recorder.record("world", { op: "online", client });
    for (const name of rooms) {
      const room = this.room(name);
      const members = room.presence.map(({ member, state }) => [member, state] as const);
      recorder.record("world", {
        ...{ op: "standing", client, room: name, outcome: room.state.kind },
        ...{ members: Object.fromEntries(members), told: this.told.get(name) ?? "" },
      });
    }
  }

  #send(step: ClientStep & { readonly do: "send" }): void {
    const { key, kind, room, idempotent, behaviour, bytes, timeoutMs, abortAfterMs } = step;
    const abort = new AbortController();
    if (abortAfterMs !== undefined) this.#surroundings.clock.setTimeout(() => abort.abort(), abortAfterMs);
    const options = { timeoutMs, signal: abort.signal };
    const data: Wish = { key, ...behaviour, padding: "x".repeat(bytes) };
    const target = room === undefined ? this.client : this.room(room);
    const start = (): Promise<unknown> => {
      if (kind === "publish") return this.room(room ?? "").publish("moved", data, options);
      if (kind === "send") return target.send(messageFor(kind, idempotent) as "note", data, options);
      return target.request(messageFor(kind, idempotent) as "ask", data, options);
    };
    this.#call(key, start, { kind, room, idempotent, withinMs: timeoutMs });
  }

  #join({ room, key, last, from, timeoutMs }: ClientStep & { readonly do: "join" }): void {
    const { recorder } = this.#surroundings;
    recorder.record(this.name, { op: "join", room, key, withinMs: timeoutMs, from });
    const presence = this.#presenceIn(room, key);
    const joined = (outcome: string) => recorder.record(this.name, { op: "joined", room, key, outcome });
    this.#count(async () => {
      try {
        const membership = await this.room(room).join({ last, presence, timeoutMs, position: from });
        joined(membership.kind);
        this.#memberships.set(room, [...(this.#memberships.get(room) ?? []), membership]);
      } catch (error) {
        joined(codeOf(error));
      }
    });
  }

  #load({ room, key, takesMs, ends, heeds, timeoutMs }: ClientStep & { readonly do: "load" }): void {
    const { clock, recorder } = this.#surroundings;
    recorder.record(this.name, { op: "load", room, key, withinMs: null });
    const loaded = (outcome: string) => recorder.record(this.name, { op: "loaded", room, key, outcome });
    const load = async ({ position, signal }: LoadFrom): Promise<void> => {
      recorder.record(this.name, { op: "loading", room, key, place: position && { ...position } });
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, takesMs);
        if (heeds) signal.addEventListener("abort", () => resolve());
      });
      if (ends === "throw") throw new TautlineError("UNAVAILABLE", "the snapshot cannot be had");
    };
    const options = { presence: this.#presenceIn(room, key), timeoutMs };
    this.#count(async () => {
      try {
        await this.room(room).load(load, options);
        loaded("ok");
      } catch (error) {
        loaded(codeOf(error));
      }
    });
  }

  /** What it tells of itself where it is to be a member: the same as before, if it was one. */
  #presenceIn(room: string, key: string): string {
    const presence = this.told.get(room) ?? key;
    this.told.set(room, presence);
    return presence;
  }

  #call(
    key: string,
    start: () => Promise<unknown>,
    call: Pick<
      Extract<Parameters<Recorder["record"]>[1], { op: "call" }>,
      "kind" | "room" | "idempotent" | "withinMs"
    >,
  ): void {
    const { recorder } = this.#surroundings;
    recorder.record(this.name, { op: "call", key, ...call });
    this.#count(async () => {
      try {
        const run = (await start()) as { run?: number } | undefined;
        recorder.record(this.name, { op: "settled", key, outcome: "ok", run: run?.run });
      } catch (error) {
        recorder.record(this.name, { op: "settled", key, outcome: codeOf(error) });
      }
    });
  }

  #count(act: () => Promise<void>): void {
    this.#pending++;
    void act().finally(() => this.#pending--);
  }

  #subscribe(listener: (change: "online" | "visible") => void): () => void {
    this.#wakers.add(listener);
    return () => this.#wakers.delete(listener);
  }
}

/** What went wrong, as programs read it. */
function codeOf(error: unknown): string {
  return TautlineError.is(error) ? error.code : String(error);
}

/** The client's own records tell what became of it. */
function ignore(): void {}
