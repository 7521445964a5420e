import type { ScriptedConnection } from "@tautline/testing";
import type { World } from "../setup.js";

/** Far more sockets than any bound here: whoever makes so many is in a loop, and a test is to fail, not to hang. */
const enough = 500;

/** Calls `treat` with each connection as soon as the client takes it for welcomed. */
export function onWelcome({ client, server }: World, treat: (connection: ScriptedConnection) => void): void {
  client.on("state", ({ kind }) => {
    if (kind === "connected")
      queueMicrotask(() => unlessTooMany(server.connections.length, () => treat(server.last)));
  });
}

/** Calls `treat` with each connection in place of an answer to its hello. */
export function onHello({ server }: World, treat: (connection: ScriptedConnection) => void): void {
  server.on("$hello", (_, connection) => {
    unlessTooMany(server.connections.length, () => treat(connection));
    return undefined;
  });
}

/** How many sockets the client makes in each of these minutes, from when it is told to connect. */
export async function socketsPerMinute({ client, clock, server }: World, minutes: number): Promise<number[]> {
  // How it ends is told by the state.
  client.connect().catch(() => undefined);
  const made: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const before = server.connections.length;
    await clock.advance(60_000);
    made.push(server.connections.length - before);
  }
  return made;
}

function unlessTooMany(sockets: number, act: () => void): void {
  if (sockets < enough) act();
}
