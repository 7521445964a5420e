import {
  closeCodes,
  cutToBytes,
  type Frame,
  limits,
  type TimerHandle,
  type Transport,
  type TransportEvents,
} from "@tautline/protocol";
import type { Link, LinkEnd } from "./link.js";
import { messageOf, type Packet } from "./packet.js";

interface Goodbye {
  readonly code: number;
  readonly reason: string;
}

const abnormal: Goodbye = { code: closeCodes.abnormal, reason: "" };

/** Where the closing handshake is. */
type Stage =
  | "open"
  /** We said goodbye, and wait for the peer's. */
  | "closing"
  /** Both did, or the peer broke a rule: we wait for the end of its stream. */
  | "finishing"
  | "ended";

/** The server's end of a virtual connection. It does what a socket of `ws` does, at the same moments. */
export class ServerEnd implements Transport, LinkEnd {
  readonly protocol: string;
  readonly #link: Link;
  readonly #messageBytes: number;
  #events: TransportEvents | undefined;
  #stage: Stage = "open";
  /** What the program is told at the end. */
  #goodbye: Goodbye | undefined;
  #isTold = false;
  #patience: TimerHandle;

  constructor(link: Link, protocol: string, messageBytes: number) {
    this.#link = link;
    this.protocol = protocol;
    this.#messageBytes = messageBytes;
    // Nothing is read before `start`, when somebody listens.
    link.toServer.pause();
  }

  get bufferedBytes(): number {
    return this.#link.toClient.bufferedBytes;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    if (this.#stage === "ended") this.#tell();
    else this.#link.toServer.resume();
  }

  write(frames: readonly Frame[]): void {
    if (this.#stage === "open") this.#link.toClient.write(frames.map(messageOf));
  }

  ping(): void {
    if (this.#stage === "open") this.#link.toClient.write([{ kind: "ping" }]);
  }

  pause(): void {
    this.#link.toServer.pause();
  }

  resume(): void {
    this.#link.toServer.resume();
  }

  /** @throws TypeError for a code that cannot be sent, as `ws` does. */
  close(code: number, reason: string): void {
    if (!canBeSent(code)) throw new TypeError(`${code} is no close code that can be sent`);
    this.#link.toServer.resume();
    if (this.#stage !== "open") return;
    this.#stage = "closing";
    this.#sayGoodbye({ code, reason: cutToBytes(reason, limits.closeReasonBytes) });
  }

  terminate(): void {
    if (this.#stage === "ended") return;
    this.#link.toClient.abort();
    queueMicrotask(() => this.#end());
  }

  received(packet: Packet): void {
    // Broken off or terminated: what still comes is nobody's business.
    if (this.#stage === "ended") return;
    switch (packet.kind) {
      case "message":
        return this.#message(packet);
      case "pong":
        return this.#isTold ? undefined : this.#events?.alive();
      case "close":
        return this.#peerSaysGoodbye(packet);
      case "fin":
        return this.#end();
      default:
        return;
    }
  }

  drained(): void {
    if (!this.#isTold) this.#events?.drained();
  }

  reset(): void {
    this.#end();
  }

  #message({ data, byteLength }: Packet & { kind: "message" }): void {
    if (this.#isTold || this.#stage === "finishing") return;
    if (byteLength <= this.#messageBytes) return this.#events?.message(data);
    this.#goodbye = { code: closeCodes.messageTooBig, reason: "" };
    if (this.#stage === "open") this.#sayGoodbye(this.#goodbye);
    this.#stage = "finishing";
    this.#tell();
  }

  #peerSaysGoodbye({ code, reason }: Goodbye): void {
    this.#goodbye ??= { code, reason };
    if (this.#stage === "open") this.#sayGoodbye({ code, reason });
    this.#stage = "finishing";
    this.#link.toClient.end();
  }

  /** Nobody waits for ever for the peer's part. */
  #sayGoodbye({ code, reason }: Goodbye): void {
    const { clock, toClient, conditions } = this.#link;
    toClient.write([{ kind: "close", code, reason }]);
    this.#patience = clock.setTimeout(() => this.terminate(), conditions.closeMs);
  }

  #end(): void {
    if (this.#stage === "ended") return;
    this.#stage = "ended";
    this.#link.clock.clearTimeout(this.#patience);
    this.#link.toClient.end();
    this.#link.ended("server");
    this.#tell();
  }

  #tell(): void {
    if (this.#isTold || !this.#events) return;
    this.#isTold = true;
    const { code, reason } = this.#goodbye ?? abnormal;
    this.#events.closed(code, reason);
  }
}

/** [RFC 6455 §7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4): 1004 to 1006 are never sent. */
function canBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006)) || (code >= 3000 && code <= 4999);
}
