import type { Side, SideName } from "./side.js";
import { socketIoDialect } from "./socket-io/dialect.js";
import { tautlineDialect } from "./tautline/dialect.js";
import { bareDialect } from "./ws/dialect.js";

/** Every side, as the load sees it. */
export const sides: { readonly [N in SideName]: Side } = {
  tautline: { name: "tautline", title: "tautline", dialect: tautlineDialect, runtime: "node" },
  "ws-ready": {
    ...{ name: "ws-ready", title: "bare loop on ws, ready frames", dialect: bareDialect, runtime: "node" },
  },
  ws: { name: "ws", title: "ws", dialect: bareDialect, runtime: "node" },
  "socket-io": { name: "socket-io", title: "Socket.IO", dialect: socketIoDialect, runtime: "node" },
  bun: { name: "bun", title: "native server of Bun", dialect: bareDialect, runtime: "bun" },
};
