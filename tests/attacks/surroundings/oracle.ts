import { expect } from "vitest";
import type { Report } from "../target/orders.js";
import { credentialCanary, dataCanary, internalCanary } from "./canaries.js";
import type { HonestClients } from "./honest-clients.js";
import type { Scene } from "./scene.js";
import type { Target } from "./target.js";

/** What was measured of a scene, and can be out of bounds because the machine was busy with something else. */
export interface Measured {
  /** The 99th percentile of honest clients' answers, in milliseconds: before the attack, and during it. */
  readonly calmMs: number;
  readonly attackedMs: number;
  /** Bytes in use: before the attack, and after the attackers have left. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** An attack may make honest clients wait so many times as long. */
const slowdown = 3;
/** Below it, whatever made them wait is as likely the doing of a machine on which the attackers, and other tests, run as well. */
const negligibleMs = 400;
/** So much of the memory may be more than before… */
const heapShare = 0.05;
/** …and so much always: compiled code, and the inline caches of paths that were never taken before. */
const negligibleBytes = 1_048_576;

/** What is kept of a user for a day, by the broker's own bounds: the name, epoch and head of an empty stream. */
export const bytesOfUser = 700;

/** What is out of bounds; undefined: nothing is. */
export function outOfBounds({ calmMs, attackedMs, heapBefore, heapAfter }: Measured): string | undefined {
  if (attackedMs > Math.max(slowdown * calmMs, negligibleMs))
    return `honest clients waited ${attackedMs.toFixed(1)} ms, and ${calmMs.toFixed(1)} before the attack`;
  if (heapAfter > heapLimit(heapBefore))
    return `${heapBefore} bytes before the attack, ${heapAfter} after it`;
  return undefined;
}

/** More than that may not be in use after an attack. */
function heapLimit(before: number): number {
  return before + Math.max(heapShare * before, negligibleBytes);
}

export function percentile99(sorted: readonly number[]): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

/** Weighs the memory until it is back, but for what so many new users leave, or has been given time enough. */
export async function settledHeap(target: Target, before: number, users: number): Promise<number> {
  const limit = heapLimit(before) + users * bytesOfUser;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 40 && least > limit; i++) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    least = Math.min(least, (await target.ask("memory")).heapBytes);
  }
  return least;
}

/** What holds after every attack, however busy the machine is. */
export async function expectUnharmed(
  scene: Scene,
  honest: HonestClients,
  {
    before,
    after,
    counted,
  }: { readonly before: Report; readonly after: Report; readonly counted: readonly string[] },
): Promise<void> {
  expect(scene.target.isAlive).toBe(true);
  expect(after.uncaught).toEqual([]);
  expect(await honest.complaints()).toEqual([]);
  for (const count of counted)
    expect(after.counts[count] ?? 0, count).toBeGreaterThan(before.counts[count] ?? 0);
  expect(after.leaks).toEqual([]);
  for (const canary of [credentialCanary, internalCanary]) {
    expect(scene.received).not.toContain(canary);
    expect(honest.received).not.toContain(canary);
  }
  expect(scene.received).not.toContain(dataCanary);
}
