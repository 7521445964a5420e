import type { HistoryRecord } from "../history/record.js";
import type { Situation } from "./situations.js";

/** An envelope as it passed over a socket, read without the library. */
export interface Wire {
  readonly client: string;
  readonly socket: number;
  readonly from: "client" | "server";
  readonly envelope: WireEnvelope;
}

/** What of an envelope is looked at. */
export interface WireEnvelope {
  readonly type: string;
  readonly id?: number;
  readonly room?: string;
  readonly offset?: number;
  readonly error?: { readonly code: string };
  readonly data?: WireData;
}

/** What of an envelope's data is looked at. */
export interface WireData {
  readonly key?: string;
  readonly id?: number;
  readonly room?: string;
  readonly rooms?: readonly WireJoin[];
  readonly attempt?: number;
  readonly resumed?: boolean;
  readonly reason?: string;
  readonly left?: readonly string[];
}

/** How a join was answered. */
export interface WireJoin {
  readonly room: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly head?: number;
  readonly recovered?: boolean;
  readonly reason?: string;
  readonly error?: { readonly code: string };
}

/** Says that a situation was met. */
export type Met = (situation: Situation) => void;

/** Looks on while a run goes on, and says what it sees. */
export interface Observer {
  recorded?(record: HistoryRecord): void;
  passed?(wire: Wire): void;
}
