import { closeCodes } from "@tautline/protocol";
import type { Backpressure } from "./backpressure.js";
import type { LiveConnection } from "./connection.js";
import type { OutboundEvents } from "./outbound.js";
import type { Pulse } from "./pulse.js";

/** What follows from what a connection sends, or cannot send. */
export function outboundEvents(
  connection: LiveConnection,
  { pulse, backpressure }: { readonly pulse: Pulse; readonly backpressure: Backpressure },
): OutboundEvents {
  const { context } = connection;
  const { diagnostics, sendQueues, totals } = context;
  return {
    wrote: (frames, bytes) => {
      totals.framesSent += frames;
      totals.bytesSent += bytes;
      pulse.wrote(bytes);
    },
    changed: () => {
      const wasOn = backpressure.isOn;
      backpressure.changed();
      const isBehind = backpressure.isOn;
      if (isBehind === wasOn) return;
      const { bufferedBytes } = connection.outbound;
      diagnostics.connection("tautline:connection:backlog", connection, { bufferedBytes, isBehind });
    },
    overflowed: (bufferedBytes) => {
      totals.tooSlow++;
      const isItsOwn = bufferedBytes > sendQueues.limitBytes;
      diagnostics.limit(isItsOwn ? "backpressure.limitBytes" : "backpressure.totalBytes", connection);
      const details = { bufferedBytes, isBehind: true };
      diagnostics.connection("tautline:connection:too-slow", connection, details);
      // Whoever pushed is in the middle of something, and must not meet the application's code there.
      context.turn.schedule({
        flush: () => connection.close(closeCodes.tooSlow, "too many bytes wait to be read"),
      });
    },
  };
}
