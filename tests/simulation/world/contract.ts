import { defineContract, unchecked } from "@tautline/protocol";
import type { Behaviour } from "../schedule/schedule.js";

/** What every message and publication says: its name, and as many bytes as it was given. */
export interface Named {
  readonly key: string;
  readonly padding?: string | undefined;
}

/** What a message says: how its handler shall behave. */
export interface Wish extends Named, Behaviour {}

/** What a reply says: which run of which message's handler gave it. */
export interface Answer {
  readonly key: string;
  readonly run: number;
}

/** An event for whoever is `to`: a user's id, or everyone. */
export interface Notice extends Named {
  readonly to: string;
}

const errors = { NO: unchecked<Named>() };

const messages = {
  note: { data: unchecked<Wish>(), errors },
  ask: { data: unchecked<Wish>(), reply: unchecked<Answer>(), errors },
  noteAgain: { data: unchecked<Wish>(), errors, idempotent: true },
  askAgain: { data: unchecked<Wish>(), reply: unchecked<Answer>(), errors, idempotent: true },
} as const;

const room = {
  messages,
  events: {
    /** By the server. */
    said: { data: unchecked<Named>() },
    blinked: { data: unchecked<Named>(), volatile: true },
    /** By members. */
    moved: { data: unchecked<Named>() },
    whispered: { data: unchecked<Named>(), volatile: true },
  },
  clientEvents: ["moved", "whispered"],
  presence: unchecked<string>(),
} as const;

/** What the simulation's servers and clients tell each other. */
export const contract = defineContract({
  messages,
  events: { told: { data: unchecked<Notice>() }, shouted: { data: unchecked<Notice>() } },
  rooms: { "kept/:id": room, "loose/:id": room },
});

/** The name of the message for a wish. */
export function messageFor(kind: "send" | "request", idempotent: boolean): keyof typeof messages {
  if (kind === "send") return idempotent ? "noteAgain" : "note";
  return idempotent ? "askAgain" : "ask";
}

/** A room's pattern and parameters, by its name. */
export function roomOf(name: string): { readonly pattern: "kept/:id" | "loose/:id"; readonly id: string } {
  const [kind, id = ""] = name.split("/");
  return { pattern: kind === "kept" ? "kept/:id" : "loose/:id", id };
}
