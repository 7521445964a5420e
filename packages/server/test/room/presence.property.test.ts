import { type Envelope, jsonCodec, type Presence } from "@tautline/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { encoded } from "../../src/room/shared-frames.js";
import { Recorder } from "./recorder.js";
import { node } from "./set-up.js";

const room = "seen/a";

/** What a peer holds to be true, from what it was told, as PROTOCOL.md 10.2–10.7 says; and whatever breaks the rules on the way. */
class Reader {
  members = new Map<string, unknown>();
  count: number | undefined;
  readonly wrongs: string[] = [];
  #pages: Map<string, unknown> | undefined;
  #version: number | undefined;

  read({ type, data }: Envelope): void {
    // 10.2: what was under way when the room was joined again does not count.
    if (type === "$joined") this.#pages = this.#version = undefined;
    if (type !== "$presence") return;
    const { version, snapshot, count, joined = [], updated = [], left = [] } = data as Presence["data"];
    if (count !== undefined) return this.#counted(version, count);
    const isPage = snapshot !== undefined;
    if (!isPage && (this.#pages || this.count !== undefined)) this.wrongs.push("a change within a snapshot");
    if (!isPage && version !== (this.#version ?? Number.NaN) + 1)
      this.wrongs.push(`a hole before ${version}`);
    if (isPage) this.#pages ??= new Map();
    const view = this.#pages ?? this.members;
    for (const member of left)
      if (!view.delete(member)) this.wrongs.push(`${member} left without being there`);
    for (const { member, state } of joined) view.set(member, state);
    for (const { member, state } of updated) {
      if (!view.has(member)) this.wrongs.push(`${member} changed without being there`);
      view.set(member, state);
    }
    if (snapshot) return;
    this.members = view;
    this.#pages = this.count = undefined;
    this.#version = version;
  }

  #counted(version: number, count: number): void {
    this.members = new Map();
    this.#pages = undefined;
    this.#version = version;
    this.count = count;
  }
}

const who = fc.nat(7);
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom("join", "leave", "cut", "stall", "relieve"), who, value: fc.nat(3) }),
  fc.record({ kind: fc.constantFrom("state", "elsewhere"), who, value: fc.nat(3) }),
  fc.record({ kind: fc.constant("wait"), who, value: fc.constantFrom(1, 60, 150, 6_000) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A room with members of this node, `m0` to `m7`, each with one connection at a time, and of another, `o0` and so on. */
function lives(maxListed: number) {
  const world = node({ settings: { presence: { gatherMs: 100, maxListed }, graceMs: 5_000 } });
  const { rooms, clock, broker } = world;
  const current = new Map<number, Recorder>();
  let connections = 0;
  const elsewhere = (name: string, value: number) => {
    if (value === 3) return broker.presence.remove(room, name);
    const entry = { user: "u", member: name, state: value };
    return broker.presence.set({ room, node: "n2", connection: name, attempt: 1, entry });
  };
  const take = async ({ kind, who, value }: Step): Promise<unknown> => {
    const recorder = current.get(who);
    if (kind === "wait") return clock.advance(value);
    if (kind === "elsewhere") return elsewhere(`o${who}`, value);
    if (kind === "join") {
      const next = recorder ?? new Recorder(`m${who}.${connections++}`, { member: `m${who}` });
      current.set(who, next);
      const { result, start } = await rooms.join(next, { room, presence: value });
      next.push(encoded({ type: "$joined", data: result }, jsonCodec));
      return start();
    }
    if (!recorder) return;
    if (kind === "state") return rooms.setPresence(recorder, room, value);
    if (kind === "stall") recorder.takes = Math.min(recorder.takes, value);
    else if (kind === "relieve") recorder.relieve(value + 1);
    else {
      rooms.leaveAll(recorder, kind === "cut");
      current.delete(who);
    }
  };
  return { ...world, current, elsewhere, take };
}

async function check(steps: readonly Step[], maxListed: number, others: number): Promise<void> {
  const { rooms, clock, told, current, elsewhere, take } = lives(maxListed);
  // So many that a snapshot has pages.
  for (let i = 0; i < others; i++) await elsewhere(`o${i}`, 0);
  for (const each of steps) await take(each);
  for (const recorder of current.values()) recorder.relieve(Number.POSITIVE_INFINITY);
  await clock.advance(10_000);
  const truth = new Map((await rooms.members(room)).map(({ member, state }) => [member, state]));
  const here = [...truth.keys()].filter((member) => member.startsWith("m"));
  expect(here.sort()).toEqual([...current.keys()].map((i) => `m${i}`).sort());
  for (const recorder of current.values()) {
    const reader = new Reader();
    for (const envelope of recorder.envelopes) reader.read(envelope);
    expect(reader.wrongs).toEqual([]);
    if (reader.count === undefined) expect(reader.members).toEqual(truth);
    else expect(reader.count).toBe(truth.size);
  }
  for (let i = 0; i < 8; i++) {
    const hooks = told.filter((what) => what.includes(` m${i}.`)).map((what) => what.split(" ")[0]);
    expect(hooks).toEqual(hooks.map((_, k) => (k % 2 === 0 ? "joined" : "left")));
  }
  rooms.close();
  expect(clock.pending).toBe(0);
}

it("[10.3] shows everyone who is there in the end, whoever came, went, was cut, changed or read slowly, and breaks no rule on the way (I10)", async () => {
  const steps = fc.array(step, { minLength: 20, maxLength: 60, size: "max" });
  const limits = fc.constantFrom(3, 1_000);
  const others = fc.constantFrom(0, 250);
  await fc.assert(fc.asyncProperty(steps, limits, others, check), { numRuns: 300 });
}, 60_000);
