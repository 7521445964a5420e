import { connectionMutants } from "./connection-mutants.js";
import { messageMutants } from "./message-mutants.js";
import type { Mutant } from "./mutant.js";
import { roomMutants } from "./room-mutants.js";

export { mutate } from "./mutant.js";

/** Every planted bug. */
export const mutants: readonly Mutant[] = [...roomMutants, ...messageMutants, ...connectionMutants];
