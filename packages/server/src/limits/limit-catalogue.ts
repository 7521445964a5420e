/**
 * Every limit whose reaching is counted (`stats().totals.limits`) and told (`tautline:limit`), by the path of its option. What stands
 * for a moment only, as `lagging`, is counted there.
 */
export const limitCatalogue = {
  "limits.messageBytes": { text: "a message was too large: closed with 1009" },
  "limits.helloBytes": { text: "a `$hello` was too large: closed with 1002" },
  "limits.fragments": { text: "a message had too many fragments: closed with 1008" },
  "limits.rooms": { text: "a join too many: `TOO_MANY_ROOMS`" },
  "limits.unanswered": { text: "a message too many: `BUSY`" },
  "limits.presenceBytes": { text: "a presence state was too large: `TOO_LARGE`" },
  "limits.connections": { text: "a connection too many: `TOO_MANY_CONNECTIONS` and 1013; far beyond, 503" },
  "limits.connectionsPerUser": { text: "a connection of a user too many: `TOO_MANY_CONNECTIONS` and 1013" },
  "limits.connectionsPerAddress": {
    text: "a connection from an address too many: `TOO_MANY_CONNECTIONS` and 1013; far beyond, 503",
  },
  "limits.connectionsPerSecond": {
    text: "a connection too soon: `TOO_MANY_CONNECTIONS` and 1013; far beyond, 503",
  },
  "limits.handshakes": { text: "a socket too many that has not asked for an upgrade: 503" },
  "limits.headerBytes": { text: "the header of an upgrade was too large: 431" },
  "limits.authenticating": { text: "`authenticate` had to wait until others were answered" },
  "limits.authorizing": { text: "`authorize` had to wait until others were answered" },
  "limits.messagesPerTurn": {
    text: "messages of a connection had to wait for the next turn of the event loop",
  },
  "limits.brokerCalls": { text: "the broker was asked for too much at once: `UNAVAILABLE`" },
  "deadlines.headersMs": { text: "the header of an upgrade took too long: 408" },
  "deadlines.messageMs": { text: "a message took too long to arrive: closed with 1013" },
  "deadlines.helloMs": { text: "no `$hello` came: closed with 4408" },
  "deadlines.authenticateMs": { text: "`authenticate` took too long: `UNAVAILABLE` and 1013" },
  "deadlines.handlerMs": { text: "a message took too long to be answered: `TIMEOUT`" },
  "deadlines.closeMs": { text: "a closing handshake took too long: the socket was cut" },
  "rateLimit.messages": { text: "a message too soon: `RATE_LIMITED`" },
  "rateLimit.volatile": { text: "a volatile client event too soon: `RATE_LIMITED`" },
  "rateLimit.protocol": { text: "a message of the protocol's own too soon: `RATE_LIMITED`" },
  "rateLimit.joins": { text: "a join too soon: `RATE_LIMITED`" },
  "rateLimit.presence": { text: "a presence state too soon: `RATE_LIMITED`" },
  "rateLimit.recovered": { text: "a join would have been given too much history: `RATE_LIMITED`" },
  "rateLimit.pings": { text: "a `ping` too soon: not answered" },
  "rateLimit.controlFrames": { text: "too many ping and pong frames: closed with 4429" },
  "rateLimit.refusals": { text: "a peer went on and on: closed with 4429" },
  "backpressure.limitBytes": { text: "a reader was too slow: closed with 4410" },
  "backpressure.totalBytes": { text: "readers together were too slow: the slowest are closed with 4410" },
  "logRate.records": { text: "a record was left out" },
} as const;

/** A limit, by the path of its option. */
export type LimitName = keyof typeof limitCatalogue;

/** How often each limit was reached. */
export type LimitTotals = Record<LimitName, number>;

/** Nothing counted yet. */
export function noLimitTotals(): LimitTotals {
  const names = Object.keys(limitCatalogue) as LimitName[];
  return Object.fromEntries(names.map((name) => [name, 0])) as LimitTotals;
}
