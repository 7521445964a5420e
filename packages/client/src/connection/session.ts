import type { Envelope, TautlineError, Welcome } from "@tautline/protocol";
import type { ClientState } from "./state.js";

/** What lives on over connections, and is told what becomes of them. No call may throw, but `receive`. */
export interface Session {
  /** What to send first on a new socket. */
  greet(token: string | undefined): readonly string[];
  /** Connected: everything the server was told to keep is compared with what it kept. */
  restore(welcome: Welcome["data"]): void;
  /** Whether the server has answered everything that was written. */
  isIdle(): boolean;
  /** One envelope that is not the connection's own affair. Throws where it breaks the protocol. */
  receive(envelope: Envelope): void;
  suspend(): void;
  becomeAnother(error: TautlineError): void;
  giveUp(error: TautlineError | undefined): void;
  changed(state: ClientState): void;
  report(error: unknown): void;
}
