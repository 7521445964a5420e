import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { Row, Section } from "../catalogue/row.js";
import type { Mount, Report, TargetOptions } from "../target/orders.js";
import { close } from "./frames.js";
import { HonestClients } from "./honest-clients.js";
import {
  bytesOfUser,
  expectUnharmed,
  type Measured,
  outOfBounds,
  percentile99,
  settledHeap,
} from "./oracle.js";
import { Scene } from "./scene.js";
import { Target } from "./target.js";

/** Whether the numbers of `pnpm attacks` are wanted, which take minutes. */
const isLong = process.env.TAUTLINE_ATTACKS === "long";

/** Others are served meanwhile: so many. */
export const honestClients = 3;

/** A scene whose measurements are out of bounds is played again: a machine that was busy once is not busy thrice. */
const takes = 3;

const warmUpPeers = 100;

/** What is special about the server that is attacked. */
export interface Setting {
  readonly options?: TargetOptions;
  /** Several servers on one HTTP server, in place of one; honest clients are those of the first. */
  readonly mounts?: readonly [Mount, ...Mount[]];
}

/**
 * What the server has where a row does not say otherwise: honest clients ask more often than real ones, attackers answer no goodbye,
 * and those that are to stay answer no ping.
 */
const ordinary = {
  rateLimit: { messages: 100_000 },
  deadlines: { closeMs: 100 },
  heartbeat: { intervalMs: 600_000 },
} satisfies TargetOptions;

function servedBy({ deadlines, ...options }: TargetOptions = {}): TargetOptions {
  return { ...ordinary, ...options, deadlines: { ...ordinary.deadlines, ...deadlines } };
}

/** Puts a server to the attacks of one section: one process for all of them, a new server for each. */
export function attacksOf<S extends Section>({ rows }: S) {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start(inject("targetProgram"));
    await warmUp(target);
  });
  afterAll(() => target.end());

  /** Defines the test of a row. */
  return (id: keyof S["rows"] & string, setting: Setting, play: (scene: Scene) => Promise<void>): void => {
    const row = rows[id] as Row;
    it(`${id} ${row.attack}`, async () => {
      let complaint: string | undefined;
      for (let take = 0; take < takes; take++) {
        complaint = outOfBounds(await perform(target, row, setting, play));
        if (complaint === undefined) return;
      }
      expect.fail(complaint);
    });
  };
}

/** Plays a scene once. What must hold on any machine is expected here; what was measured is for the caller to judge. */
async function perform(
  target: Target,
  row: Row,
  { options, mounts }: Setting,
  play: (scene: Scene) => Promise<void>,
): Promise<Measured> {
  const { port } = await (mounts ? target.ask("mount", mounts) : target.ask("serve", servedBy(options)));
  const honest = await HonestClients.connect(port, honestClients, mounts?.[0].path);
  const scene = new Scene(target, port, row.volume?.[isLong ? "long" : "ordinary"] ?? 0);
  try {
    honest.start();
    const calm = await honest.rest();
    // Where they are attacked for seconds, hundreds of answers are kept of them.
    if (isLong) await honest.fillRecords();
    const before = await scene.report();
    const heapBefore = (await target.ask("memory")).heapBytes;
    const own = monitorEventLoopDelay({ resolution: 5 });
    own.enable();
    honest.start();
    await play(scene);
    const attacked = await honest.rest();
    own.disable();
    expect(scene.tried).toBe(row.vectors?.length ?? 0);
    scene.leave();
    const after = await left(scene);
    const users = (after.counts["totals.accepted"] ?? 0) - (before.counts["totals.accepted"] ?? 0);
    const heapAfter = (await settledHeap(target, heapBefore, users)) - users * bytesOfUser;
    await expectUnharmed(scene, honest, { before, after, counted: row.counted });
    // Attackers and honest clients share this process: what held it up is not the server's doing.
    const attackedMs = percentile99(attacked) - own.max / 1e6;
    return { calmMs: percentile99(calm), attackedMs, heapBefore, heapAfter };
  } finally {
    scene.leave();
    await honest.close();
    if (target.isAlive) await target.ask("close");
  }
}

/** The attackers have gone, and the server knows it. */
function left(scene: Scene): Promise<Report> {
  return scene.until(
    ({ stats }) => stats.connections === honestClients && stats.pending === 0,
    "the attackers to be gone",
  );
}

/** What is done for the first time makes code and tables, which stay: it is done before anything is weighed. */
async function warmUp(target: Target): Promise<void> {
  const { port } = await target.ask("serve", servedBy());
  const honest = await HonestClients.connect(port, honestClients);
  honest.start();
  const scene = new Scene(target, port, warmUpPeers);
  await scene.times(async (i) => {
    const peer = await (i % 2 === 0 ? scene.plain() : scene.full());
    peer.send(
      "no JSON",
      { type: "$join", id: 1, data: { room: `open/${i}`, presence: {} } },
      { type: "nope" },
    );
    peer.send({ type: "echo", id: 2, data: { text: "warm" } });
    await peer.next("$reply");
    peer.write(close());
    await peer.ended();
  });
  await honest.rest();
  await honest.close();
  await target.ask("close");
}
