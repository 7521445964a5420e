import { envelope } from "./envelope.js";
import { frames } from "./frames.js";
import { handshake } from "./handshake.js";
import { errorsAndProcess } from "./process.js";
import { resources } from "./resources.js";
import { rooms } from "./rooms.js";
import type { Section } from "./row.js";
import { sessions } from "./sessions.js";

/** All attacks, section by section. */
export const catalogue: readonly Section[] = [
  handshake,
  frames,
  envelope,
  rooms,
  resources,
  sessions,
  errorsAndProcess,
];
