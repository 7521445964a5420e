import { decodeParam, encodeParam, isRoomShaped } from "./room-name.js";
import { TautlineError } from "./tautline-error.js";

/** The parameters in a room pattern: `{ id: string }` for `"chat/:id"`. */
export type ParamsOf<Pattern extends string> = { readonly [Name in ParamName<Pattern>]: string };

type ParamName<Pattern extends string> = Pattern extends `${infer Segment}/${infer Rest}`
  ? ParamName<Segment> | ParamName<Rest>
  : Pattern extends `:${infer Name}`
    ? Name
    : never;

/** A room name that a pattern stands for: `` `chat/${string}` `` for `"chat/:id"`. */
export type NameOf<Pattern extends string> = Pattern extends `${infer Segment}/${infer Rest}`
  ? `${NameOf<Segment>}/${NameOf<Rest>}`
  : Pattern extends `:${string}`
    ? string
    : Pattern;

/** The pattern that a room name belongs to, by segments from the left: a literal beats a parameter. `never` if none. */
export type PatternOf<Patterns extends string, Name extends string> = Name extends Patterns
  ? Name
  : Strongest<Matching<Patterns, Name>>;

type Matching<Pattern extends string, Name extends string> = Pattern extends string
  ? Matches<Pattern, Name> extends true
    ? Pattern
    : never
  : never;

type Matches<Pattern extends string, Name extends string> = Pattern extends `${infer P}/${infer PRest}`
  ? Name extends `${infer N}/${infer NRest}`
    ? MatchesSegment<P, N> extends true
      ? Matches<PRest, NRest>
      : false
    : false
  : Name extends `${string}/${string}`
    ? false
    : MatchesSegment<Pattern, Name>;

type MatchesSegment<Pattern extends string, Name extends string> = Pattern extends `:${string}`
  ? Name extends ""
    ? false
    : true
  : Name extends Pattern
    ? true
    : false;

type Strongest<Pattern extends string, All extends string = Pattern> = Pattern extends string
  ? true extends Beats<Exclude<All, Pattern>, Pattern>
    ? never
    : Pattern
  : never;

/** Whether the first segment in which two patterns differ is the literal of `A`. */
type Beats<A extends string, B extends string> = A extends `${infer AHead}/${infer ARest}`
  ? B extends `${infer BHead}/${infer BRest}`
    ? AHead extends `:${string}`
      ? BHead extends `:${string}`
        ? Beats<ARest, BRest>
        : false
      : BHead extends `:${string}`
        ? true
        : Beats<ARest, BRest>
    : false
  : A extends `:${string}`
    ? false
    : B extends `:${string}`
      ? true
      : false;

/** A room name, taken apart by its pattern. */
export interface RoomMatch {
  /** The pattern that the name belongs to. */
  readonly pattern: string;
  /** The parameters, decoded. Has no prototype. */
  readonly params: Readonly<Record<string, string>>;
}

/** The room patterns of a contract, compiled once. */
export class RoomPatterns {
  readonly #patterns: readonly { readonly pattern: string; readonly segments: readonly string[] }[];

  constructor(patterns: readonly string[]) {
    const compiled = patterns.map((pattern) => ({ pattern, segments: pattern.split("/") }));
    this.#patterns = compiled.sort((a, b) => byRank(a.segments, b.segments));
  }

  /** Takes `name` apart; undefined if it belongs to no pattern, or to the protocol. */
  match(name: string): RoomMatch | undefined {
    if (!isRoomName(name)) return undefined;
    const names = name.split("/");
    for (const { pattern, segments } of this.#patterns) {
      const params = matchSegments(segments, names);
      if (params) return { pattern, params };
    }
    return undefined;
  }
}

/**
 * The room that a pattern names with these parameters. A parameter's `%` and `/` are written `%25` and `%2F`.
 *
 * @throws `UNKNOWN_ROOM` when a parameter is missing or empty, or when no room can have the name: one of more than 256
 * bytes, with control characters, or that begins with `$`.
 */
export function roomName(pattern: string, params: Readonly<Record<string, string>>): string {
  const name = pattern.replace(/(^|\/):([^/]+)/g, (_, slash: string, param: string) => {
    const value = params[param];
    if (typeof value === "string" && value !== "") return slash + encodeParam(value);
    throw unnamed(pattern, `a non-empty :${param}`, value);
  });
  if (isRoomName(name)) return name;
  throw unnamed(pattern, "1-256 bytes, no controls, no '$' first", name);
}

// Strings and undefined alone come here: `quote`, which takes whatever there is, would be bundled with each client.
function unnamed(pattern: string, expected: string, got: unknown): TautlineError {
  const quoted = `${JSON.stringify(got)}`.slice(0, 60);
  return new TautlineError("UNKNOWN_ROOM", `${pattern}: expected ${expected}, got ${quoted}`);
}

/** Whether a room of the application can have this name. */
function isRoomName(name: string): boolean {
  return isRoomShaped(name) && !name.startsWith("$");
}

/** The strongest first, so that the first match is the one: a literal comes before any parameter. */
function byRank(a: readonly string[], b: readonly string[]): number {
  return rankOf(a) < rankOf(b) ? -1 : 1;
}

/** Equal for two patterns that match the same names. */
export function rankOf(segments: readonly string[]): string {
  return segments.map((segment) => (segment.startsWith(":") ? "1" : `0${segment}`)).join("/");
}

function matchSegments(
  segments: readonly string[],
  names: readonly string[],
): Record<string, string> | undefined {
  if (segments.length !== names.length) return undefined;
  // No prototype: a parameter may have any name.
  const params: Record<string, string> = Object.create(null);
  for (const [i, segment] of segments.entries()) {
    const name = names[i];
    if (!name) return undefined;
    if (!segment.startsWith(":")) {
      if (segment !== name) return undefined;
      continue;
    }
    const value = decodeParam(name);
    if (value === undefined) return undefined;
    params[segment.slice(1)] = value;
  }
  return params;
}
