/**
 * What a large number of runs must have met, or they prove little: each situation with what makes it interesting. Told
 * from records and from what passes over sockets, never by the code under test.
 */
export const situations = {
  // Rooms
  "joined afresh": "a first join",
  recovered: "back in a room, and nothing missed",
  "recovered more than nothing": "back in a room, and what was missed came",
  "not recovered: new-epoch": "back in a room that has begun anew",
  "not recovered: trimmed": "back, and history was too short",
  "not recovered: too-many": "back, and too much was missed",
  "not recovered: no-history": "a position for a room that keeps nothing",
  "gap on a live connection": "history was too short for a reader that was there all the time",
  "new epoch on a live connection": "the broker lost its data under a reader",
  "replay merged with live": "a publication was made while its reader was still given older ones",
  "duplicate dropped": "a publication arrived again, and was not handed over again",
  "joined with the newest few": "a newcomer was given some history",
  "position from elsewhere": "a join with a position the program brought along",
  "join put off": "the server could not let a client in just now, and did later",
  "join refused": "the application said no",
  "join given up": "a join that was not answered within its deadline",
  expelled: "the server took a client out of a room",
  "left and joined again": "a second life of a membership on one client",
  lagged: "a reader fell behind, and was left to go on from history",
  "snapshot loaded": "a room stood still while its program loaded a snapshot",
  "snapshot loaded again": "a gap made a snapshot out of date while it was loaded",
  "published while a snapshot was loaded": "what came meanwhile had to wait, and to be asked for",
  "unkept publication missed": "a whisper that a member did not hear",
  // Messages
  "message repeated": "written again on the next connection",
  "repeat answered from the store": "a repeat of what was handled already",
  "repeat waited": "a repeat of what was just being handled",
  "repeat of what never arrived": "a repeat that was handled for the first time",
  resumed: "the server still had the client's record",
  "not resumed": "the client's record was gone",
  "outcome unknown": "nobody can say whether a message was handled",
  "handled again where that does no harm": "an idempotent message had two runs",
  "cancelled before it began": "a message given up before its handler ran",
  "cancelled while it ran": "a handler was told to stop",
  "deadline of the client": "no answer in the sender's time",
  "deadline of the handler": "no answer in the server's time",
  "server busy": "more messages than a connection may have",
  "rate limited": "more messages than a client may send",
  paced: "refused for being too fast, sent again, and taken",
  "outbox full": "more messages than may wait",
  "waited for its room": "a message sent before its room was joined",
  "not a member": "a message for a room its sender is not in",
  "answer nobody waits for": "a message was answered after its sender had given it up",
  "handler outlived its connection": "a handler ended after its sender's connection had",
  "handler failed": "a handler threw",
  "declared error": "a handler refused with an error of the contract",
  "published by a handler": "a handler published on behalf of a message",
  // Connections
  "half-open found by the server": "a silent peer was given up",
  "half-open found by the client": "a silent server was left",
  "ended without a goodbye": "a stream that ended under a client, and nobody had closed it",
  "lost, and only the client was told": "a server that still had a client which was gone",
  "lost, and only the server was told": "a client that still had a connection which was gone",
  "idle for too long": "a proxy ended a connection that passed nothing for a while",
  "probe answered": "a client asked whether anybody is there, and somebody was",
  "slept over its deadlines": "a client woke up with timers overdue, and kept its connection",
  "node stood still": "a server's timers came late",
  "two sockets for a moment": "a client held a new connection before it left the old one",
  "unkept over a connection that is left":
    "a new connection's hello was not answered yet, and the old one brought what the new one may bring, too",
  "asked to come back": "a server that leaves said so",
  replaced: "a connection was closed because its client had another",
  "refused while it opened": "a socket that never opened",
  "cut before its welcome": "a connection lost during the handshake",
  "token renewed": "a client was asked for new credentials on a living connection, and had them",
  "token refused": "a client that did not know who it was",
  "user changed": "a client whose token was somebody else's, and who began anew",
  "several clients of one user": "one user with two connections",
  "crashed and kept its memory": "a node's process died, its broker lived",
  "crashed and lost its memory": "a node died with all that was kept",
  "attempt after attempt": "a client needed three sockets or more to come back",
  "told to come back later": "a server could not say who anybody is",
  // Presence
  "member came": "a member was told of another one",
  "member went": "a member was told that another one had gone",
  "grace saved a leave": "a short drop of a member that nobody was told of",
  "presence of a dead node ended": "members of a crashed node went",
  "state of a member changed": "a member told something else of itself",
} as const;

/** The name of a situation. */
export type Situation = keyof typeof situations;

/** Every situation by its name. */
export const allSituations = Object.keys(situations) as readonly Situation[];

/** How often each situation was met. */
export type Counts = Map<Situation, number>;

/** Adds what one run has met to what others have. */
export function add(sum: Counts, counts: Iterable<readonly [Situation, number]>): void {
  for (const [situation, count] of counts) sum.set(situation, (sum.get(situation) ?? 0) + count);
}

/** Those never met. */
export function missing(counts: Counts): readonly Situation[] {
  return allSituations.filter((situation) => !counts.get(situation));
}
