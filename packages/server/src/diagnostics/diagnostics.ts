import type { Envelope, Gap } from "@tautline/protocol";
import type { LimitName } from "../limits/limit-catalogue.js";
import type { Verdict } from "../room/recovery.js";
import type { RoomObserver } from "../room/room-observer.js";
import type { Totals } from "../stats.js";
import { channels, type Published } from "./channels.js";
import type { ConnectionDiagnostics, MessageDiagnostics } from "./published.js";

/** A connection, as it tells of itself. */
export interface Subject {
  readonly id: string;
  readonly user: string;
  readonly kind: "full" | "plain";
}

type OfConnection = "tautline:connection:open" | "tautline:connection:close" | "tautline:connection:refused";
type OfBacklog = "tautline:connection:backlog" | "tautline:connection:too-slow";
type Details<N extends OfConnection | OfBacklog> = Omit<Published[N], keyof ConnectionDiagnostics>;

/** Tells what goes on in one server to whoever subscribed to its channels, and counts the limits that are reached. */
export class Diagnostics implements RoomObserver {
  readonly #node: string;
  readonly #totals: Pick<Totals, "limits">;

  constructor(node: string, totals: Pick<Totals, "limits">) {
    this.#node = node;
    this.#totals = totals;
  }

  connection<N extends OfConnection | OfBacklog>(channel: N, subject: Subject, details: Details<N>): void {
    if (!channels[channel].hasSubscribers) return;
    const { id, user, kind } = subject;
    channels[channel].publish({ node: this.#node, connection: id, user, peer: kind, ...details });
  }

  /**
   * A message's handler begins.
   *
   * @param pattern - of the room that it was sent in
   * @returns what was told, to be handed to {@link publishSettled}. Undefined: nobody listens.
   */
  message(
    { id, user }: Subject,
    { type, room, trace }: Pick<Envelope, "type" | "room" | "trace">,
    pattern: string | undefined,
  ): MessageDiagnostics | undefined {
    const [started, settled] = [channels["tautline:message"], channels["tautline:message:settled"]];
    if (!started.hasSubscribers && !settled.hasSubscribers) return undefined;
    const told = { node: this.#node, connection: id, user, type, room, pattern, trace };
    started.publish(told);
    return told;
  }

  error(connection: string, code: string): void {
    this.#publish("tautline:error", { connection, code });
  }

  upgradeRefused(status: number, reason: string): void {
    this.#publish("tautline:upgrade:refused", { status, reason });
  }

  limit(name: LimitName, connection?: { readonly id: string }): void {
    this.#totals.limits[name]++;
    this.#publish("tautline:limit", { limit: name, connection: connection?.id });
  }

  joined({ id }: { readonly id: string }, room: string, verdict: Verdict): void {
    const { recovered, reason, head = 0, offset = 0 } = verdict;
    const said = recovered ? "recovered" : (reason ?? "fresh");
    this.#publish("tautline:recovery", { connection: id, room, verdict: said, publications: head - offset });
  }

  gap({ id }: { readonly id: string }, { room, reason, from, to }: Gap["data"]): void {
    this.#publish("tautline:gap", { connection: id, room, reason, from, to });
  }

  #publish<N extends keyof Published>(name: N, details: Omit<Published[N], "node">): void {
    if (channels[name].hasSubscribers) channels[name].publish({ node: this.#node, ...details });
  }
}

/** A message is answered, or its handler has ended. */
export function publishSettled(message: MessageDiagnostics, code: string | undefined): void {
  channels["tautline:message:settled"].publish({
    message,
    code,
  } satisfies Published["tautline:message:settled"]);
}
