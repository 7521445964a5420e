import si from "systeminformation";
import type { Kind, Sample } from "./contract.js";

/** What was measured, without when and for whom. */
export type Figures = Sample extends infer S
  ? S extends Sample
    ? Omit<S, "at" | "since" | "viewers">
    : never
  : never;

/** Reads one kind of figures. Rates are those since the kind was last read, half a second ago or more. */
export async function readFigures(kind: Kind): Promise<Figures> {
  switch (kind) {
    case "cpu": {
      const { currentLoad, currentLoadSystem, cpus } = await si.currentLoad();
      const cores = cpus.map(({ load }) => percent(load));
      return { kind, load: percent(currentLoad), system: percent(currentLoadSystem), cores };
    }
    case "memory": {
      // `used` counts the caches too, which the system gives back when it needs them.
      const { total, available, cached } = await si.mem();
      return { kind, total, used: Math.max(0, total - available), cached };
    }
    case "network": {
      const cards = (await si.networkStats("*")).filter(({ iface }) => !/^lo\d*$/.test(iface));
      return { kind, received: sum(cards, (card) => card.rx_sec), sent: sum(cards, (card) => card.tx_sec) };
    }
    case "disk": {
      // Null where the system does not tell (fsStats on Windows).
      const [flow, systems] = await Promise.all([si.fsStats(), si.fsSize()]);
      return {
        kind,
        read: positive(flow?.rx_sec),
        written: positive(flow?.wx_sec),
        size: sum(systems, ({ size }) => size),
        used: sum(systems, ({ used }) => used),
      };
    }
  }
}

function sum<T>(items: readonly T[], figure: (item: T) => number | null): number {
  return items.reduce((total, item) => total + positive(figure(item)), 0);
}

/** A first reading has no rate yet, and a counter that was set back has a negative one. */
function positive(value: number | null | undefined): number {
  return typeof value === "number" && value > 0 ? value : 0;
}

function percent(value: number): number {
  return Math.min(100, positive(value));
}
