import { invalidOption, limits } from "@tautline/protocol";
import type { CompiledContract, NamedRoom } from "./compiled-contract.js";
import type { HistoryOptions, RoomOptions, RoomSettings } from "./room/room-options.js";

const historyBytes = 1_048_576;
const maxRecovered = 10_000;

/**
 * Checks the options of a contract's rooms, and tells the settings of each room by its name.
 *
 * @throws `INVALID_OPTION` for a pattern that the contract does not have, and for numbers that are none.
 */
export function roomSettings(
  contract: CompiledContract,
  options: { readonly [pattern: string]: RoomOptions | undefined },
): (room: string) => RoomSettings | undefined {
  for (const pattern of Object.keys(options)) {
    const known = [...contract.rooms.keys()].join(", ");
    if (!contract.rooms.has(pattern))
      throw invalidOption("rooms", `a pattern of the contract: ${known}`, pattern);
  }
  const settings = new Map<string, RoomSettings>();
  for (const { pattern, presence } of contract.rooms.values()) {
    settings.set(pattern, settingsOf(`rooms.${pattern}`, options[pattern] ?? {}, presence !== undefined));
  }
  return (room) => {
    const named: NamedRoom | undefined = contract.room(room);
    return named && settings.get(named.definition.pattern);
  };
}

function settingsOf(where: string, options: RoomOptions, presence: boolean): RoomSettings {
  const { history, onJoin } = options;
  const last = onJoin?.last ?? 0;
  count(`${where}.onJoin.last`, last, 0);
  count(`${where}.maxRecovered`, options.maxRecovered ?? maxRecovered, 0);
  return {
    retention: history ? retentionOf(`${where}.history`, history) : undefined,
    last,
    maxRecovered: options.maxRecovered ?? maxRecovered,
    presence,
  };
}

function retentionOf(
  where: string,
  { size, bytes = historyBytes, ttlMs }: HistoryOptions,
): RoomSettings["retention"] {
  count(`${where}.size`, size, 1);
  // What may be sent must fit, or a publication would be gone as soon as it was kept.
  count(`${where}.bytes`, bytes, limits.roomBytes);
  if (ttlMs !== undefined) count(`${where}.ttlMs`, ttlMs, 1);
  return { size, bytes, ttlMs };
}

function count(option: string, value: unknown, min: number): void {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return;
  throw invalidOption(option, `a whole number of at least ${min}`, value);
}
