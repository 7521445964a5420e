import { defineContract } from "@tautline/protocol";
import * as z from "zod";

/** A contract with one of everything. */
export const chat = defineContract({
  messages: {
    rename: {
      data: z.object({ name: z.string().min(1) }),
      reply: z.object({ name: z.string() }),
      errors: { NAME_TAKEN: z.object({ by: z.string() }) },
    },
    feedback: { data: z.object({ stars: z.number() }) },
    logout: {},
  },
  events: { notice: { data: z.object({ text: z.string() }) }, tick: { volatile: true } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string().min(1) }) } },
      events: {
        message: { data: z.object({ text: z.string(), by: z.string() }) },
        typing: { data: z.object({ on: z.boolean() }), volatile: true },
      },
      clientEvents: ["typing"],
      presence: z.object({ name: z.string() }),
    },
  },
});
