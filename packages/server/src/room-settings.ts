import { invalidOption } from "@tautline/protocol";
import type { CompiledContract, NamedRoom } from "./compiled-contract.js";
import { checkRoomOptions, type RoomOptions, type RoomSettings } from "./room/room-options.js";

/**
 * Checks the options of a contract's rooms, and tells the settings of each room by its name.
 *
 * @throws `INVALID_OPTION` for a pattern that the contract does not have, and for what is no option of a room.
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
    const path = `rooms["${pattern}"]`;
    settings.set(pattern, checkRoomOptions(options[pattern] ?? {}, path, presence !== undefined));
  }
  return (room) => {
    const named: NamedRoom | undefined = contract.room(room);
    return named && settings.get(named.definition.pattern);
  };
}
