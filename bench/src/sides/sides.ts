import type { Dialect } from "../load/dialect.js";
import type { Side, SideName } from "./side.js";
import { socketIoDialect } from "./socket-io/dialect.js";
import { tautlineDialect } from "./tautline/dialect.js";
import { bareDialect } from "./ws/dialect.js";

/** Every side, as the load sees it. */
export const sides: { readonly [N in SideName]: Side } = {
  tautline: side("tautline", "tautline", tautlineDialect),
  "ws-ready": side("ws-ready", "bare loop on ws, ready frames", bareDialect, "ws, ready frames"),
  ws: side("ws", "ws", bareDialect),
  "socket-io": side("socket-io", "Socket.IO", socketIoDialect),
  bun: { ...side("bun", "native server of Bun", bareDialect, "Bun, native"), runtime: "bun" },
};

function side(name: SideName, title: string, dialect: Dialect, label = title): Side {
  return { name, title, label, dialect, runtime: "node" };
}
