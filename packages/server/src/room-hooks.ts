import type { CompiledContract } from "./compiled-contract.js";
import type { LiveConnection } from "./connection/connection.js";
import type { Hooks } from "./hooks.js";
import type { RoomConnection } from "./room/room-connection.js";
import type { RoomEvents } from "./room/room-events.js";
import type { RoomHandle } from "./room-handle.js";

/** The application's hooks for the rooms of a pattern: which contract they were typed by is known to the compiler alone. */
export type AnyRoomHooks = { readonly [name in HookName]?: ((context: never) => unknown) | undefined };
type HookName = "joined" | "left" | "occupied" | "vacant";

/** What the hooks need of the server. */
export interface RoomHooksContext {
  readonly contract: CompiledContract;
  readonly hooks: Hooks;
  readonly roomHandle: (name: string) => RoomHandle;
}

/** Tells the application who comes and goes in rooms. */
export class RoomHookTable implements RoomEvents {
  readonly #context: RoomHooksContext;
  readonly #byPattern = new Map<string, Set<AnyRoomHooks>>();

  constructor(context: RoomHooksContext) {
    this.#context = context;
  }

  /** @returns its remover. */
  add(pattern: string, hooks: AnyRoomHooks): () => void {
    const all = this.#byPattern.get(pattern) ?? new Set();
    this.#byPattern.set(pattern, all);
    const own = { ...hooks };
    all.add(own);
    return () => all.delete(own);
  }

  occupied(room: string): void {
    this.#call("occupied", room);
  }

  vacant(room: string): void {
    this.#call("vacant", room);
  }

  joined(room: string, connection: RoomConnection): void {
    this.#call("joined", room, connection);
  }

  left(room: string, connection: RoomConnection): void {
    this.#call("left", room, connection);
  }

  failed(room: string, error: unknown): void {
    this.#context.hooks.report(`room ${room}`, error);
  }

  #call(name: HookName, room: string, connection?: RoomConnection): void {
    const { contract, hooks, roomHandle } = this.#context;
    const named = contract.room(room);
    const all = named && this.#byPattern.get(named.definition.pattern);
    if (!named || !all?.size) return;
    // Nothing but our own connections ever joins.
    const { app, peer } = (connection as LiveConnection | undefined) ?? {};
    const context = { room: roomHandle(room), params: named.params, connection: app, user: peer?.user };
    for (const { [name]: hook } of [...all]) {
      if (hook) hooks.invoke(`onRoom("${named.definition.pattern}").${name}`, () => hook(context as never));
    }
  }
}
