import { LazyAbort } from "../lazy-abort.js";
import type { LiveConnection } from "./connection.js";

/** Aborts when a connection ends: for what goes on before anything is handled. Most have nothing that goes on, and need none. */
export function endOf(connection: LiveConnection): LazyAbort {
  connection.ended ??= new LazyAbort();
  if (!connection.isAlive) connection.ended.abort();
  return connection.ended;
}
