import { defineContract } from "@tautline/protocol";
import * as z from "zod";

// What the guides' code blocks may take for granted, so that each shows what it is about and no more.

/** The contract that most pages use: the one that "Getting started" writes. */
export const chat = defineContract({
  messages: {
    rename: {
      data: z.object({ name: z.string().min(1).max(40) }),
      reply: z.object({ name: z.string() }),
      errors: { NAME_TAKEN: z.object({ by: z.string() }) },
    },
  },
  events: {
    notice: { data: z.object({ text: z.string() }) },
  },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string().min(1).max(500) }) } },
      events: {
        message: { data: z.object({ name: z.string(), text: z.string() }) },
        typing: { data: z.object({ name: z.string() }), volatile: true },
      },
      clientEvents: ["typing"],
      presence: z.object({ name: z.string() }),
    },
  },
});

/** A user of the reader's own application. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly isAdmin: boolean;
}

/** What the reader's own application does, and no page needs to show. */
export declare function userOfSession(cookie: string | undefined): Promise<User | null>;
export declare function mayEnter(user: User, room: string): Promise<boolean>;
export declare function fetchToken(): Promise<string>;
