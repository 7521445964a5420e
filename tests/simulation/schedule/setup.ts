import type { Dice } from "./dice.js";
import type { Setup } from "./schedule.js";

/** A small limit or a large one: small ones are met, large ones are not. Each schedule has some of both. */
function limit(dice: Dice, small: readonly number[], large: number): number {
  return dice.chance(0.4) ? dice.pick(small) : large;
}

/** Draws what a run has. */
export function drawSetup(dice: Dice): Setup {
  const clients = dice.chance(0.3) ? dice.int(1, 2) : dice.int(2, 8);
  const users = Array.from({ length: clients }, () => dice.pick(["ada", "bob", "cyd", "dan"]));
  const highWaterBytes = limit(dice, [600, 2_000], 262_144);
  const server = drawServer(dice, highWaterBytes);
  return {
    users,
    nodes: dice.chance(0.4) ? 2 : 1,
    rooms: ["kept/1", ...dice.some(["kept/2", "kept/3", "loose/1"], 0.5)],
    history: {
      size: limit(dice, [1, 3, 8], 1_000),
      last: dice.pick([0, 0, 2, 20]),
      maxRecovered: limit(dice, [1, 4], 10_000),
      ttlMs: dice.chance(0.15) ? dice.pick([1_000, 8_000]) : undefined,
    },
    server,
    client: drawClient(dice),
    network: drawNetwork(dice, server.heartbeatMs),
    broker: drawBroker(dice),
    quietAt: dice.pick([6_000, 12_000, 30_000]),
  };
}

function drawServer(dice: Dice, highWaterBytes: number): Setup["server"] {
  return {
    unanswered: limit(dice, [1, 2, 5], 256),
    highWaterBytes,
    // More than the largest publication: one that could never leave would close the connection for ever.
    limitBytes: limit(dice, [Math.max(highWaterBytes * 4, 16_000)], Math.max(highWaterBytes * 8, 65_536)),
    ...dice.pick([
      { heartbeatMs: 1_500, graceMs: 1_000 },
      { heartbeatMs: 5_000, graceMs: 1_000 },
      { heartbeatMs: 20_000, graceMs: 5_000 },
    ]),
    handlerMs: dice.pick([2_000, 30_000]),
    rate: dice.chance(0.25) ? dice.int(4, 20) : null,
    thinkMs: dice.pick([0, 0, 5, 60]),
    tokenMs: dice.chance(0.25) ? dice.pick([3_000, 10_000]) : null,
    presenceGraceMs: limit(dice, [1, 400], 5_000),
    answersTtlMs: 600_000,
    userEvents: limit(dice, [1, 3], 100),
  };
}

function drawClient(dice: Dice): Setup["client"] {
  return {
    outbox: limit(dice, [1, 3, 10], 1_000),
    minBackoffMs: dice.pick([100, 500]),
    maxBackoffMs: dice.pick([2_000, 8_000]),
    connectMs: dice.pick([2_000, 10_000]),
    stableMs: dice.pick([1_000, 5_000]),
    graceMs: dice.pick([1_000, 5_000]),
  };
}

function drawNetwork(dice: Dice, heartbeatMs: number): Setup["network"] {
  const latency = dice.pick([1, 10, 80]);
  return {
    latencyMs: [latency, dice.chance(0.5) ? latency : latency * 4],
    lossLagMs: dice.chance(0.5) ? [0, 0] : [0, dice.pick([50, 3_000])],
    splitting: dice.pick([0, 0.3]),
    windowBytes: limit(dice, [500, 4_000], 65_536),
    // Slow, but no message takes longer than a silence may last.
    bytesPerMs: dice.chance(0.15) ? dice.int(5, 20) : Number.MAX_SAFE_INTEGER,
    // More than the heartbeat leaves between two messages: what is alive is not idle.
    idleMs: dice.chance(0.15) ? heartbeatMs + dice.pick([800, 3_000]) : Number.MAX_SAFE_INTEGER,
  };
}

/** One in memory answers in the same turn; an engine on another machine takes its time, for deliveries another. */
function drawBroker(dice: Dice): Setup["broker"] {
  if (dice.chance(0.5)) return { applyMs: 0, replyMs: 0, deliverMs: 0 };
  return { applyMs: dice.int(1, 20), replyMs: dice.int(1, 20), deliverMs: dice.int(1, 40) };
}
