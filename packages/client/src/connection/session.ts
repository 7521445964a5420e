import type { Envelope, TautlineError, Welcome } from "@tautline/protocol";
import type { Encoded } from "../frames.js";
import type { ClientState, ConnectionEffect } from "./state.js";

/** In which an effect is carried out. */
export interface Circumstances {
  /** The welcome of the socket that serves, where there is one. */
  readonly welcome: Welcome["data"];
  /** Why the connection ended, where it was not the program that ended it. */
  readonly error: TautlineError | undefined;
}

/** The effects that concern what lives on over connections; the others are the sockets' own. */
export type SessionEffect = Exclude<ConnectionEffect, "attempt" | "greet" | "switch" | "leave" | "drop">;

/** What lives on over connections, and is told what becomes of them. No call may throw, but `receive`. */
export interface Session extends Record<SessionEffect, (circumstances: Circumstances) => void> {
  /** What to send first on a new socket. */
  greet(token: string | undefined): readonly Encoded[];
  /** Whether everything that was written is answered. */
  isIdle(): boolean;
  /** One envelope that is not the connection's own affair. Throws where it breaks the protocol. */
  receive(envelope: Envelope): void;
  changed(state: ClientState): void;
  report(error: unknown): void;
}
