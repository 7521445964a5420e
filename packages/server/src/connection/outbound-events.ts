import { closeCodes } from "@tautline/protocol";
import { publishConnection } from "../diagnostics.js";
import type { Backpressure } from "./backpressure.js";
import type { LiveConnection } from "./connection.js";
import type { OutboundEvents } from "./outbound.js";
import type { Pulse } from "./pulse.js";

/** What follows from what a connection sends, or cannot send. */
export function outboundEvents(
  connection: LiveConnection,
  { pulse, backpressure }: { readonly pulse: Pulse; readonly backpressure: Backpressure },
): OutboundEvents {
  const { id, kind, context } = connection;
  return {
    wrote: (frames, bytes) => {
      context.totals.framesSent += frames;
      context.totals.bytesSent += bytes;
      pulse.wrote(bytes);
    },
    changed: () => backpressure.changed(),
    overflowed: (bufferedBytes) => {
      context.totals.tooSlow++;
      publishConnection("too-slow", { connection: id, user: connection.user, peer: kind, bufferedBytes });
      // Whoever pushed is in the middle of something, and must not meet the application's code there.
      context.turn.schedule({
        flush: () => connection.close(closeCodes.tooSlow, "too many bytes wait to be read"),
      });
    },
  };
}
