import { subscribe } from "node:diagnostics_channel";
import type { ChannelName, LogRecord, Published } from "@tautline/server";
import { credentialCanary, dataCanary, internalCanary } from "../surroundings/canaries.js";

const channelNames: readonly ChannelName[] = [
  "tautline:connection:open",
  "tautline:connection:close",
  "tautline:connection:refused",
  "tautline:connection:backlog",
  "tautline:connection:too-slow",
  "tautline:message",
  "tautline:message:settled",
  "tautline:error",
  "tautline:upgrade:refused",
  "tautline:limit",
  "tautline:recovery",
  "tautline:gap",
];

/**
 * What a server logs and publishes: counted, searched for canaries, and let go of at once, so that what is left of an
 * attack in memory is the server's.
 */
export class Observations {
  readonly counts: Record<string, number> = {};
  readonly leaks: string[] = [];
  records = 0;
  longestRecord = 0;

  /** Takes a record of the log. */
  readonly log = (record: LogRecord): void => {
    this.records++;
    const text = JSON.stringify(record, withErrors);
    this.longestRecord = Math.max(this.longestRecord, text.length);
    // What the application threw is there to be read by who runs it.
    this.#search(`the record ${record.event}`, text, [credentialCanary, dataCanary]);
  };

  /** Listens to all channels of `node:diagnostics_channel`. */
  watchChannels(): void {
    for (const name of channelNames)
      subscribe(name, (message) => this.#published(name, message as Published[ChannelName]));
  }

  reset(): void {
    for (const name of Object.keys(this.counts)) delete this.counts[name];
    this.leaks.length = 0;
    this.records = 0;
    this.longestRecord = 0;
  }

  #published(name: ChannelName, message: Published[ChannelName]): void {
    this.#count(name);
    for (const detail of ["code", "status", "verdict"])
      if (detail in message) this.#count(`${name} ${String((message as never)[detail])}`);
    this.#search(`the channel ${name}`, JSON.stringify(message), [
      credentialCanary,
      internalCanary,
      dataCanary,
    ]);
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  #search(where: string, text: string, canaries: readonly string[]): void {
    const found = canaries.find((canary) => text.includes(canary));
    if (found !== undefined && this.leaks.length < 20)
      this.leaks.push(`${found} in ${where}: ${text.slice(0, 500)}`);
  }
}

/** An error as a logger would write it down. */
function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { ...value, stack: value.stack } : value;
}
