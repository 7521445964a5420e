import {
  type EventDefinition,
  type EventDefinitionOf,
  type EventInputOf,
  type EventName,
  type From,
  invalidOption,
} from "@tautline/protocol";

/**
 * For volatile events of a room, what each is about: `{ price: ({ symbol }) => symbol }`. `from` is the member that published
 * it, where it was a client event. What such a function throws fails the publication.
 */
export type ConflateOptions<R> = {
  readonly [E in EventName<R> as EventDefinitionOf<R, E> extends { readonly volatile: true } ? E : never]?:
    | ((data: EventInputOf<R, E>, from: From | undefined) => string | number)
    | undefined;
};

/** {@link ConflateOptions}, checked: by event. */
export type Conflation = ReadonlyMap<string, (data: never, from: From | undefined) => string | number>;

/**
 * Checks what is to be conflated.
 *
 * @throws `INVALID_OPTION` for what is no volatile event of the room, and for what is no function.
 */
export function checkConflation(
  options: object,
  path: string,
  events: ReadonlyMap<string, EventDefinition>,
): Conflation {
  if (typeof options !== "object" || options === null) throw invalidOption(path, "an object", options);
  const conflation = new Map<string, never>();
  for (const [name, keyOf] of Object.entries(options)) {
    if (!events.get(name)?.volatile) throw invalidOption(`${path}.${name}`, "a volatile event's name", name);
    if (keyOf === undefined) continue;
    if (typeof keyOf !== "function") throw invalidOption(`${path}.${name}`, "a function", keyOf);
    conflation.set(name, keyOf as never);
  }
  return conflation;
}

/** Names what a publication is about; undefined for what is not conflated. */
export function conflationKey(
  conflation: Conflation | undefined,
  { type, data, from }: { readonly type: string; readonly data?: unknown; readonly from?: From | undefined },
): string | undefined {
  const keyOf = conflation?.get(type);
  // Which data belongs to which event is known to the compiler alone.
  return keyOf && `${type}\u0000${keyOf(data as never, from)}`;
}
