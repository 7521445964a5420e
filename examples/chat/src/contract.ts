import { defineContract } from "@tautline/protocol";
import * as v from "valibot";

/** The longest message, in characters as people count them: an emoji is one. */
export const maxMessageLength = 500;
export const maxNameLength = 32;
export const maxRoomLength = 40;

/** How many people, whatever script they write in, would say that `text` has. */
export function lengthOf(text: string): number {
  return [...text].length;
}

const MessageText = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== "", "is empty"),
  v.check((text) => lengthOf(text) <= maxMessageLength, `is longer than ${maxMessageLength} characters`),
);

const Name = v.pipe(
  v.string(),
  v.check((name) => name.trim() !== "", "is empty"),
  v.check((name) => lengthOf(name) <= maxNameLength, `is longer than ${maxNameLength} characters`),
);

/** What a writer calls its own message, so that it knows it again when it comes back from the room. */
const Key = v.pipe(v.string(), v.maxLength(64));

/** The chat, as both sides know it. */
export const chat = defineContract({
  messages: {
    /** Said to the lobby without joining it: all that a bare `WebSocket` needs. */
    chat: { data: v.object({ text: MessageText }) },
  },
  rooms: {
    "chat/:room": {
      messages: {
        say: { data: v.object({ text: MessageText, key: v.optional(Key) }) },
      },
      events: {
        /** `by` is the member that said it; `key` is what it called the message itself. */
        chat_message: {
          data: v.object({ text: v.string(), name: v.string(), by: v.string(), key: v.optional(Key) }),
        },
        typing: { volatile: true },
      },
      clientEvents: ["typing"],
      presence: v.object({ name: Name }),
    },
    /** The rooms that have someone in them. One publication says it all, and history keeps the newest. */
    rooms: {
      events: {
        rooms: { data: v.array(v.object({ room: v.string(), members: v.number() })) },
      },
    },
  },
});

export type ChatContract = typeof chat;
