import { limits, type PresenceMember, serialize, TautlineError, utf8Length } from "@tautline/protocol";

/** Who is in a room, by member, as the room's connections were told. */
export type PresenceView = ReadonlyMap<string, PresenceMember>;

/** What became of members since they were last told of: their newest entry, or undefined for those who left. */
export type PendingPresence = ReadonlyMap<string, PresenceMember | undefined>;

/** One envelope's worth of changes. */
export interface PresenceDelta {
  readonly joined?: readonly PresenceMember[] | undefined;
  readonly left?: readonly string[] | undefined;
  readonly updated?: readonly PresenceMember[] | undefined;
}

type Change =
  | { readonly kind: "joined" | "updated"; readonly entry: PresenceMember }
  | { readonly kind: "left"; readonly member: string };

/** The most that one envelope holds: of a snapshot, or of changes. */
const pageLimit = { members: 100, bytes: 32_768 } as const;
/** What an entry takes besides its user, member and state: the names of its fields, and what parts it from the next. */
const entryBytes = 40;

/** What the room has to be told, an envelope each. That somebody came and left in between is nobody's news. */
export function presenceDeltas(view: PresenceView, pending: PendingPresence): readonly PresenceDelta[] {
  const changes: Change[] = [];
  for (const [member, entry] of pending) {
    const before = view.get(member);
    if (!entry && before) changes.push({ kind: "left", member });
    if (entry && !before) changes.push({ kind: "joined", entry });
    if (entry && before && !isSame(entry, before)) changes.push({ kind: "updated", entry });
  }
  return pagesOf(changes, (change) =>
    change.kind === "left" ? textBytes(change.member) : entrySize(change.entry),
  ).map(deltaOf);
}

/** The pages of a snapshot. */
export function presencePages(members: Iterable<PresenceMember>): readonly (readonly PresenceMember[])[] {
  return pagesOf(members, entrySize);
}

/**
 * Checks a presence state against its limit.
 *
 * @param maxBytes - the most it may have, encoded
 * @param tooLarge - told before it throws `TOO_LARGE`
 * @throws `TOO_LARGE`; `BAD_DATA` for what JSON cannot say.
 */
export function checkPresenceState(
  state: unknown,
  maxBytes: number = limits.presenceBytes,
  tooLarge?: () => void,
): void {
  const bytes = stateBytes(state);
  if (bytes <= maxBytes) return;
  tooLarge?.();
  throw new TautlineError("TOO_LARGE", `presence: expected at most ${maxBytes} bytes, got ${bytes}`);
}

function deltaOf(changes: readonly Change[]): PresenceDelta {
  const entries = (kind: "joined" | "updated"): PresenceMember[] =>
    changes.flatMap((change) => (change.kind === kind ? [change.entry] : []));
  const [joined, updated] = [entries("joined"), entries("updated")];
  const left = changes.flatMap((change) => (change.kind === "left" ? [change.member] : []));
  return {
    ...(joined.length > 0 && { joined }),
    ...(left.length > 0 && { left }),
    ...(updated.length > 0 && { updated }),
  };
}

function isSame(a: PresenceMember, b: PresenceMember): boolean {
  return a.user === b.user && (a.state === b.state || JSON.stringify(a.state) === JSON.stringify(b.state));
}

/** Entries never change: the snapshots of a busy room need not measure each anew. */
const sizes = new WeakMap<PresenceMember, number>();

function entrySize(entry: PresenceMember): number {
  const known = sizes.get(entry);
  if (known !== undefined) return known;
  const { user, member, state } = entry;
  const size = textBytes(user) + textBytes(member) + stateBytes(state) + entryBytes;
  sizes.set(entry, size);
  return size;
}

function textBytes(text: string): number {
  return utf8Length(JSON.stringify(text));
}

function stateBytes(state: unknown): number {
  if (state === undefined) return 0;
  const text = serialize({ type: "$presence", data: state });
  if (!text.ok) throw text.error;
  return utf8Length(text.value) - '{"type":"$presence","data":}'.length;
}

function pagesOf<T>(items: Iterable<T>, sizeOf: (item: T) => number): T[][] {
  const pages: T[][] = [];
  let page: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const isFull = page.length === pageLimit.members || bytes + size > pageLimit.bytes;
    if (isFull && page.length > 0) {
      pages.push(page);
      page = [];
      bytes = 0;
    }
    page.push(item);
    bytes += size;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}
