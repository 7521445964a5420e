import { type ContractDefinition, roomName } from "@tautline/protocol";
import type { ClientState } from "./connection/state.js";
import { Core, closedByProgram } from "./core.js";
import type { Listener, ListenOptions } from "./emitter.js";
import type { ClientSettings } from "./options.js";
import { isServer } from "./platform.js";
import type { ClientRoom } from "./room/room.js";
import { type Sender, sender } from "./sending.js";
import type { PendingMessage } from "./types.js";

/** A client as the program holds it, behind the types of its contract. */
export class UntypedClient {
  readonly #core: Core;
  readonly send: Sender;
  readonly request: Sender;

  constructor(contract: ContractDefinition | undefined, settings: ClientSettings) {
    this.#core = new Core(contract, settings);
    this.send = sender(this.#core, false, contract?.messages);
    this.request = sender(this.#core, true, contract?.messages);
  }

  get state(): ClientState {
    return this.#core.connection.state;
  }

  get pending(): readonly PendingMessage[] {
    return this.#core.requests.pending;
  }

  connect(): Promise<void> {
    const { connection, inbox } = this.#core;
    return this.#core.promise((resolve, reject) => {
      const settle = (state: ClientState): void => {
        if (state.kind === "connected") resolve();
        else if (state.kind === "closed") reject(state.error ?? closedByProgram());
        else return;
        remove();
      };
      const remove = inbox.on("state", settle as Listener<unknown>);
      connection.connect();
      if (this.state.kind === "connected") settle(this.state);
    });
  }

  close(): Promise<void> {
    return this.#core.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  on(type: string, listener: Listener<never>, options?: ListenOptions): () => void {
    const { connection, inbox, settings } = this.#core;
    const remove = inbox.on(type, listener as Listener<unknown>, options);
    const { autoConnect = !isServer() } = settings;
    // On a server a page may merely be rendered: there it takes more than a listener.
    if (this.state.kind === "idle" && autoConnect) connection.connect();
    return remove;
  }

  room(nameOrPattern: string, params?: Readonly<Record<string, string>>): ClientRoom {
    return this.#core.rooms.get(params ? roomName(nameOrPattern, params) : nameOrPattern);
  }
}
