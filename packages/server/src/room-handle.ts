import { type MaybePromise, type PresenceMember, type Publication, TautlineError } from "@tautline/protocol";
import type { Appended } from "./broker/index.js";
import type { NamedRoom } from "./compiled-contract.js";
import { whenReady } from "./maybe-promise.js";
import { checkOutgoing } from "./outgoing.js";
import type { RoomRegistry } from "./room/registry.js";

/** Whom a publication leaves out. */
interface Except {
  readonly except?: { readonly id: string } | readonly { readonly id: string }[] | undefined;
}

/** One room, as the application sees it. */
export class RoomHandle {
  readonly name: string;
  readonly pattern: string;
  readonly params: Readonly<Record<string, string>>;
  readonly #room: NamedRoom;
  readonly #registry: RoomRegistry;
  readonly #message: string | undefined;
  #published = 0;

  /** @param message - the name of the message that is being handled: under it, what is published is published once. */
  constructor(room: NamedRoom, registry: RoomRegistry, message?: string) {
    this.name = room.name;
    this.pattern = room.definition.pattern;
    this.params = room.params;
    this.#room = room;
    this.#registry = registry;
    this.#message = message;
  }

  publish(type: string, data?: unknown, { except }: Except = {}): MaybePromise<Appended | undefined> {
    const event = this.#room.definition.events.get(type);
    if (!event) throw new TautlineError("UNKNOWN_TYPE", `${type}: expected an event of ${this.pattern}`);
    const options = {
      volatile: event.volatile,
      except: except && [except].flat().map(({ id }) => id),
      key: this.#message && `${this.#message}/${++this.#published}`,
    };
    const { order } = this.#room.definition;
    const checked = order.run(() => checkOutgoing(`${this.name} ${type}`, { schema: event.data, data }));
    return whenReady(checked, (travels) =>
      this.#registry.publish(this.name, { type, data: travels }, options),
    );
  }

  members(): MaybePromise<readonly PresenceMember[]> {
    return this.#registry.members(this.name);
  }

  history(range: { readonly last: number }): MaybePromise<readonly Publication[]> {
    return this.#registry.history(this.name, range);
  }
}
