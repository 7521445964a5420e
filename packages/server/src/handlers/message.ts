import type { MaybePromise } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { overLimit } from "../connection/rate-guard.js";
import { refusal } from "../refusal.js";
import { act } from "./act.js";

/** A message without a room. */
export function message(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { type } = handling.envelope;
  const { contract, handlers } = connection.context;
  const limited = overLimit(connection, "messages", type);
  if (limited) return handling.fail(limited);
  const definition = contract.messages.get(type);
  if (!definition) return handling.fail(refusal("UNKNOWN_TYPE"));
  return act(connection, handling, { definition, handler: handlers.get(type), room: undefined });
}
