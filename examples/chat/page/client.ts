import { createClient, type Member } from "@tautline/client";
import { chat } from "../src/contract.js";

const url = new URL("/live", location.href);
url.protocol = url.protocol === "https:" ? "wss:" : "ws:";

/** One connection for the whole page, whatever rooms are open. */
export const client = createClient(chat, { url: url.href });

export type ChatRoom = ReturnType<typeof roomOf>;
export type Person = Member<{ name: string }>;

export function roomOf(title: string) {
  return client.room("chat/:room", { room: title });
}

let ownMember: string | undefined;
client.on("state", (state) => {
  if (state.kind === "connected") ownMember = state.member;
});

/** Whether this page is that member: also while it is cut off, as it was before. */
export function isMe(member: string | undefined): boolean {
  return member !== undefined && member === ownMember;
}
