import type { Client, ClientState, Listener, RoomState, SendOptions } from "@tautline/client";
import type { ContractDefinition, TautlineError } from "@tautline/protocol";

/** A room of a client that knows no contract: any type, any data. */
export interface LooseRoom {
  readonly state: RoomState;
  join(): Promise<unknown>;
  send(type: string, data: unknown, options?: SendOptions): Promise<void>;
  request(type: string, data: unknown, options?: SendOptions): Promise<unknown>;
  on(event: "state", listener: Listener<RoomState>): () => void;
}

/** A client that knows no contract: names come from a command line, and nothing is checked but by the server. */
export interface LooseClient {
  readonly state: ClientState;
  connect(): Promise<void>;
  close(): Promise<void>;
  room(name: string): LooseRoom;
  send(type: string, data: unknown, options?: SendOptions): Promise<void>;
  request(type: string, data: unknown, options?: SendOptions): Promise<unknown>;
  on(event: "state", listener: Listener<ClientState>): () => void;
  on(event: "error", listener: Listener<TautlineError>): () => void;
}

/** The same client, without the types of a contract that nobody has. */
export const loose = <C extends ContractDefinition>(client: Client<C>): LooseClient =>
  client as unknown as LooseClient;
