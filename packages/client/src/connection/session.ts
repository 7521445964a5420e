import type { Envelope, TautlineError, Welcome } from "@tautline/protocol";
import type { ClientState } from "./state.js";

/** What lives on over connections, and is told what becomes of them. No call may throw, but `receive`. */
export interface Session {
  /** What to send first on a new socket. */
  greet(token: string | undefined): readonly string[];
  /** Settles what was written and not answered, by whether the server still knows of it; new messages may go. */
  resume(welcome: Welcome["data"]): void;
  /** Goes on with the rooms that the hello asked for, and asks for the others. */
  restore(welcome: Welcome["data"]): void;
  /** The old connection stays: what was held for the new one goes there. */
  stay(): void;
  /** Whether everything that was written is answered. */
  isIdle(): boolean;
  /** One envelope that is not the connection's own affair. Throws where it breaks the protocol. */
  receive(envelope: Envelope): void;
  suspend(): void;
  becomeAnother(error: TautlineError): void;
  giveUp(error: TautlineError | undefined): void;
  changed(state: ClientState): void;
  report(error: unknown): void;
}
