import type { PresenceLease } from "../../../src/broker/presence-store.js";
import type { Fault } from "./fault.js";

/** Mistakes in who is where. */
export const presenceFaults: readonly Fault[] = [
  {
    name: "never ends the leases of dead nodes",
    plant({ presence }, _, clock) {
      const pulse = () => {
        for (const node of ["dead", "alive", "n1"]) void presence.renew(node);
        clock.setTimeout(pulse, 100);
      };
      pulse();
    },
  },
  {
    name: "renews only what was there at the first renewal",
    plant({ presence }) {
      let renewed = false;
      const { renew } = presence;
      presence.renew = (node) => {
        if (renewed) return;
        renewed = true;
        return renew(node);
      };
    },
  },
  {
    name: "ends the leases of all nodes with those of one",
    plant({ presence }) {
      presence.renew = () => undefined;
    },
  },
  {
    name: "removes a member with its first connection that goes",
    plant({ presence }) {
      const { set, remove } = presence;
      const leases = new Map<string, PresenceLease>();
      presence.set = (lease) => {
        leases.set(`${lease.room} ${lease.connection}`, lease);
        return set(lease);
      };
      presence.remove = (room, connection) => {
        const gone = leases.get(`${room} ${connection}`);
        for (const lease of leases.values())
          if (lease.room === room && lease.entry.member === gone?.entry.member)
            void remove(room, lease.connection);
      };
    },
  },
  {
    name: "shows what an older connection of a member says late",
    plant({ presence }) {
      const { set } = presence;
      presence.set = (lease) => set({ ...lease, attempt: 0 });
    },
  },
  {
    name: "keeps the state of the oldest lease",
    plant({ presence }) {
      const { set } = presence;
      const entries = new Map<string, PresenceLease["entry"]>();
      presence.set = (lease) => {
        const key = `${lease.room} ${lease.entry.member}`;
        const entry = entries.get(key) ?? lease.entry;
        entries.set(key, entry);
        return set({ ...lease, entry });
      };
    },
  },
  {
    name: "lists a member for each of its connections",
    plant({ presence }) {
      const { list } = presence;
      presence.list = async (room) => (await list(room)).flatMap((entry) => [entry, entry]);
    },
  },
  {
    name: "tells that somebody left for each of its connections",
    plant({ presence }) {
      const { remove, watch } = presence;
      const watchers = new Set<(member: string) => void>();
      presence.watch = (room, changed) => {
        watchers.add((member) => changed({ kind: "left", member }));
        return watch(room, changed);
      };
      presence.remove = (room, connection) => {
        for (const tell of watchers) tell("m1");
        return remove(room, connection);
      };
    },
  },
  {
    name: "does not tell who left",
    plant({ presence }) {
      const { watch } = presence;
      presence.watch = (room, changed) => watch(room, (change) => change.kind === "set" && changed(change));
    },
  },
  {
    name: "tells of all rooms",
    plant({ presence }) {
      const { watch, set } = presence;
      const watchers = new Set<Parameters<typeof watch>[1]>();
      presence.watch = (room, changed) => {
        watchers.add(changed);
        return watch(room, changed);
      };
      presence.set = (lease) => {
        if (lease.room === "b") for (const tell of watchers) tell({ kind: "set", entry: lease.entry });
        return set(lease);
      };
    },
  },
  {
    name: "tells on after a watch has ended",
    plant({ presence }) {
      const { watch } = presence;
      presence.watch = async (...call) => {
        await watch(...call);
        return { unsubscribe: () => undefined };
      };
    },
  },
  {
    name: "takes rooms of any case for the same",
    plant({ presence }) {
      const { set, list } = presence;
      presence.set = (lease) => set({ ...lease, room: lease.room.toLowerCase() });
      presence.list = (room) => list(room.toLowerCase());
    },
  },
];
