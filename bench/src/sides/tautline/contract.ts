import { defineContract } from "@tautline/protocol";
import * as z from "zod";

const text = z.object({ text: z.string().max(4_096) });

/** What the clients of the benchmarks may say, and what they are told. */
export const contract = defineContract({
  messages: {
    ask: { data: text, reply: text },
    /** Says something in a room, by its id, without being in it. */
    post: { data: z.object({ id: z.string(), text: z.string() }) },
  },
  rooms: {
    "room/:id": {
      messages: { say: { data: text } },
      events: { message: { data: text } },
    },
  },
});
