import type { AuthorizeInput, Server, ServerOptions, UserIdentity } from "@tautline/server";
import { type ChatContract, lengthOf, maxRoomLength } from "./contract.js";

/** Where everyone meets, and where bare sockets speak. */
export const lobby = "chat/lobby";

/** What is kept: 100 messages a room, of which a newcomer reads the last 20. */
export const chatRooms: ServerOptions<ChatContract, UserIdentity>["rooms"] = {
  "chat/:room": { history: { size: 100 }, onJoin: { last: 20 } },
  rooms: { history: { size: 1 }, onJoin: { last: 1 } },
};

/** Anyone may open a room, as long as its name fits on the page. */
export function isRoomTitle(title: string): boolean {
  return title.trim() === title && title !== "" && lengthOf(title) <= maxRoomLength;
}

export function authorizeChat({ action }: AuthorizeInput<ChatContract, UserIdentity>): boolean {
  return action.kind !== "join" || action.pattern !== "chat/:room" || isRoomTitle(action.params.room);
}

/** Answers the chat's messages on a server whose contract has them. */
export function createChat(server: Server<ChatContract>): void {
  server.handle("chat/:room", "say", async ({ data, room, connection }) => {
    const members = await room.members();
    const me = members.find(({ member }) => member === connection.member);
    const name = nameIn(me?.state) ?? guestName(connection.member);
    await room.publish("chat_message", { ...data, name, by: connection.member });
  });

  server.handle("chat", async ({ data, connection }) => {
    const by = connection.member;
    await server.room(lobby).publish("chat_message", { ...data, name: guestName(by), by });
  });

  // A bare socket says nothing before it speaks: it hears the lobby from the start.
  server.on("connect", ({ connection }) =>
    connection.peer === "plain" ? connection.join(lobby) : undefined,
  );

  listRooms(server);
}

/** What a peer is called that has not said its name. */
function guestName(member: string): string {
  return `guest ${member.slice(0, 4)}`;
}

function nameIn(state: unknown): string | undefined {
  const name = typeof state === "object" && state !== null && "name" in state ? state.name : undefined;
  return typeof name === "string" ? name.trim() : undefined;
}

/** The list holds the fullest ones: it stays one small message, however many rooms are opened. */
const maxListed = 50;
/** A crowd that comes at once changes the list once. */
const listDelayMs = 250;

function listRooms(server: Server<ChatContract>): void {
  const counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const publish = async (): Promise<void> => {
    timer = undefined;
    const listed = [...counts].map(([room, members]) => ({ room, members }));
    listed.sort((a, b) => b.members - a.members || a.room.localeCompare(b.room));
    await server.room("rooms").publish("rooms", listed.slice(0, maxListed));
  };
  const count = (room: string, change: number): void => {
    const members = (counts.get(room) ?? 0) + change;
    if (members > 0) counts.set(room, members);
    else counts.delete(room);
    // Only a server that has closed meanwhile refuses it: then nobody is left to read the list.
    if (!timer) timer = setTimeout(() => publish().catch(() => {}), listDelayMs).unref();
  };

  server.onRoom("chat/:room", {
    joined: ({ params }) => count(params.room, +1),
    left: ({ params }) => count(params.room, -1),
  });
}
