import type { JoinRequest } from "@tautline/protocol";
import { expect } from "vitest";
import type { Joining, RoomRegistry } from "../../src/room/registry.js";
import { Recorder } from "./recorder.js";

/** One connection, how it joined a room, and what it was told since. */
export class CheckedClient {
  readonly recorder: Recorder;
  joining: Joining | undefined;
  refused: unknown;

  constructor(id: string) {
    this.recorder = new Recorder(id);
  }

  /** Joins, and starts as soon as it is admitted. */
  async join(rooms: RoomRegistry, request: JoinRequest): Promise<void> {
    try {
      this.joining = await rooms.join(this.recorder, request);
      this.joining.start();
    } catch (error) {
      this.refused = error;
    }
  }

  /** It has every publication from where it joined to the head, once and in order, or was told before what is missing. */
  check(head: number): void {
    const { result } = this.joining ?? {};
    if (!result) return;
    let reached = result.offset ?? 0;
    for (const { type, offset, data } of this.recorder.envelopes) {
      if (type === "$gap") {
        const { reason, from, to } = data as { reason: string; from: number; to: number };
        expect({ reason, from }).toEqual({ reason: "trimmed", from: reached + 1 });
        reached = to;
      } else if (offset !== undefined) {
        expect(offset).toBe(reached + 1);
        reached = offset;
      }
    }
    expect(reached).toBe(head);
  }
}
