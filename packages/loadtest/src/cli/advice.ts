import type { Summary } from "../summary.js";

/** What an error most often means in a load test, where that is not what one would think first. */
const byCode: ReadonlyMap<string, string> = new Map([
  ["RATE_LIMITED", "The server limits what one connection, user or address may send: its option rateLimit."],
  ["CLOSE_4429", "The server closes who keeps sending beyond its limit: its option rateLimit."],
  [
    "TOO_MANY_CONNECTIONS",
    "The server limits the connections of all, or of one user: limits.connections, limits.connectionsPerUser; or give each user a token of its own with {{user}}.",
  ],
  ["BAD_DATA", "--data says what the messages hold: it must fit the contract."],
  ["UNKNOWN_TYPE", "--type must be a message of the contract, and with --room one of that room's."],
  ["UNKNOWN_ROOM", "--room must fit one of the contract's patterns."],
  ["NOT_A_MEMBER", "--type is a message of a room: --room says which."],
  ["UNAUTHENTICATED", "--token or --token-env says who the users are."],
  ["CLOSE_1008", "The server sends the users away: do they need --token or --header?"],
  ["FORBIDDEN", "--token or --token-env says who the users are; this one may not do it."],
  ["HTTP_404", "Is the path right? Often it is /live."],
  ["HTTP_403", "The server refuses the upgrade: does it need --header 'Origin: …' or a cookie?"],
  ["EMFILE", "This machine lets a process open too few files: ulimit -n 65536."],
  ["EADDRNOTAVAIL", "This machine has run out of ports for connections to one address (about 28,000)."],
]);

/** What a client of ours makes of a server that speaks something else, or nothing. */
const foreign: ReadonlySet<string> = new Set(["BAD_JSON", "BAD_ENVELOPE", "TIMEOUT"]);

/** Sentences that help whoever reads the results. */
export function adviceOn({ errorsByCode, counts, utilization, load, timeline }: Summary): string[] {
  const advice = errorsByCode.flatMap(({ code }) => byCode.get(code) ?? []);
  const isForeign = errorsByCode.some(
    ({ code, example }) => foreign.has(code) || /subprotocol/i.test(example),
  );
  if (isForeign && counts.connected === 0) {
    advice.push("Does the server speak tautline's protocol? For any other WebSocket server say --plain.");
  }
  if (counts.lost > 0 && counts.connected > 0 && timeline.length > 0 && counts.delivered === 0) {
    advice.push("Nothing was delivered: does the server send on what --data holds, {{key}} and all?");
  }
  if (utilization > 0.9) {
    const more = load.processes === 1 ? "--processes 2 or more, or " : "";
    advice.push(
      `The load itself was busy ${Math.round(utilization * 100)} % of the time: latencies may be its own. Try ${more}another machine.`,
    );
  }
  return advice;
}
