import { Dice } from "./dice.js";
import { faults, ordinary } from "./draw-steps.js";
import type { Schedule, Setup, Step } from "./schedule.js";
import { drawSetup } from "./setup.js";

/** The schedule of a seed: always the same one. */
export function generate(seed: number): Schedule {
  const dice = new Dice(seed, "schedule");
  const setup = drawSetup(dice);
  const steps = [...opening(dice, setup), ...life(dice, setup)];
  // Dice of its own: the other steps of a seed do not depend on it.
  return { seed, setup, steps: [...steps, ...chatter(new Dice(seed, "chatter"), setup, steps)] };
}

/** Everyone joins a few rooms at first: in an empty house nothing happens. */
function opening(dice: Dice, setup: Setup): readonly Step[] {
  return setup.users.flatMap((_, client) =>
    dice.some(setup.rooms, 0.7).map((room, i): Step => {
      const key = `j${client}.${i}`;
      return { at: dice.int(0, 200), do: "join", client, key, room, timeoutMs: 30_000 };
    }),
  );
}

/** A swarm: each schedule has some kinds of steps and of faults only, so that each kind is at times alone. */
function life(dice: Dice, setup: Setup): readonly Step[] {
  const doings = ordinary.filter(([weight]) => dice.chance(weight > 5 ? 0.95 : 0.7));
  const troubles = faults.filter(() => dice.chance(0.35));
  const troubled = dice.pick([0.05, 0.15, 0.3]);
  const count = dice.int(15, 110);
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) {
    const at = dice.int(10, setup.quietAt);
    const draw = { dice, setup, key: `k${i}` };
    const isTrouble = dice.chance(troubled) && troubles.length > 0;
    if (isTrouble) steps.push({ at, ...weighted(dice, troubles)(draw) });
    else if (doings.length > 0) steps.push(...burst(dice, { at, ...weighted(dice, doings)(draw) }));
  }
  return steps.sort((a, b) => a.at - b.at);
}

/** Much that is kept nowhere, while clients move away from a node: only then can it come over two connections. */
function chatter(dice: Dice, setup: Setup, steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step, i) => {
    if (step.do !== "drain" || dice.chance(0.3)) return [];
    return Array.from({ length: dice.int(5, 25) }, (_, n): Step => {
      const at = Math.min(step.at + dice.int(0, step.withinMs), setup.quietAt);
      const said = { at, node: dice.int(0, setup.nodes - 1), key: `c${i}.${n}` };
      if (dice.chance(0.5)) return { ...said, do: "broadcast" };
      return { ...said, do: "publish", room: dice.pick(setup.rooms), bytes: 0, volatile: true, count: 1 };
    });
  });
}

/** A message is at times the first of several: only those that wait together can overtake each other. */
function burst(dice: Dice, step: Step): readonly Step[] {
  if (step.do !== "send" || !dice.chance(0.2)) return [step];
  const more = Array.from({ length: dice.int(1, 6) }, (_, i): Step => {
    const idempotent = step.kind !== "publish" && dice.chance(0.5);
    return { ...step, key: `${step.key}+${i}`, at: step.at + dice.int(0, 3), idempotent };
  });
  return [step, ...more];
}

function weighted<T>(dice: Dice, list: readonly (readonly [number, T])[]): T {
  let left = dice.random.float() * list.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of list) {
    left -= weight;
    if (left < 0) return item;
  }
  return (list[0] as readonly [number, T])[1];
}
