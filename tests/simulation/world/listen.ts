import type { ClientFact, Place } from "../history/record.js";
import { roomIn, type SimClient } from "./client-room.js";

type Tell = (fact: ClientFact) => void;

/** Writes down everything a client and its rooms tell their program. */
export function listen(client: SimClient, rooms: readonly string[], tell: Tell): void {
  client.on("state", (state) => {
    const who =
      state.kind === "connected"
        ? { connection: state.connection, user: state.user, member: state.member }
        : {};
    const code = "error" in state ? state.error?.code : undefined;
    tell({ op: "client", outcome: state.kind, code, ...who });
  });
  client.on("error", ({ code }) => tell({ op: "error", code }));
  for (const event of ["told", "shouted"] as const) {
    client.on(event, ({ data }) => tell({ op: "event", key: data.key, to: data.to }));
  }
  // The stream of the user's own events is recovered like a room.
  client.on("gap", ({ reason, position }) => tell({ op: "missed", reason, place: copyOf(position) }));
  for (const room of rooms) listenToRoom(client, room, tell);
}

function listenToRoom(client: SimClient, name: string, tell: Tell): void {
  const room = roomIn(client, name);
  for (const event of ["said", "blinked", "moved", "whispered"] as const) {
    room.on(event, ({ data, offset }) => tell({ op: "publication", room: name, key: data.key, offset }));
  }
  room.on("state", (state) => {
    const code = state.kind === "left" ? state.error?.code : undefined;
    tell({ op: "membership", room: name, outcome: state.kind, place: copyOf(room.position), code });
  });
  room.on("gap", ({ reason, position, from, to }) =>
    tell({ op: "gap", room: name, reason, place: copyOf(position), from, to }),
  );
  room.on("presence", (members) => {
    const states = members.map(({ member, state }) => [member, state] as const);
    tell({ op: "presence", room: name, members: Object.fromEntries(states) });
  });
  room.on("joined", ({ member }) => tell({ op: "came", room: name, member }));
  room.on("left", ({ member }) => tell({ op: "went", room: name, member }));
}

function copyOf(position: Place | undefined): Place | undefined {
  return position && { epoch: position.epoch, offset: position.offset };
}
