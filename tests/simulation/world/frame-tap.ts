import type { Frame } from "@tautline/protocol";
import type { Recorder } from "../history/recorder.js";
import type { TransportTap } from "./tapped-transport.js";

/** What of an envelope is looked at. */
interface Seen {
  readonly type: string;
  readonly id?: number;
  readonly room?: string;
  readonly error?: { readonly code: string };
  readonly data?: {
    readonly room?: string;
    readonly connection?: string;
    readonly rooms?: readonly { readonly room: string; readonly error?: unknown }[];
  };
}

/** Sees what one process writes: a frame that goes to many is read once. */
export class FrameTap {
  readonly #node: string;
  readonly #recorder: Recorder;
  readonly #seen = new WeakMap<Frame, Seen>();

  constructor(node: string, recorder: Recorder) {
    this.#node = node;
    this.#recorder = recorder;
  }

  /** The tap of one connection. */
  connection(): TransportTap {
    let name = "not welcomed";
    let mostBytes = 0;
    return {
      wrote: (frames, bufferedBytes) => {
        for (const frame of frames) name = this.#look(name, this.#read(frame));
        if (bufferedBytes <= mostBytes) return;
        mostBytes = bufferedBytes;
        this.#recorder.record(this.#node, { op: "buffered", connection: name, bytes: bufferedBytes });
      },
    };
  }

  #read(frame: Frame): Seen {
    const known = this.#seen.get(frame) ?? (JSON.parse(String(frame.payload)) as Seen);
    this.#seen.set(frame, known);
    return known;
  }

  /** Writes down what matters, and gives the connection's name. */
  #look(connection: string, { type, id, room, error, data }: Seen): string {
    const record = (kind: "$joined" | "$left" | "publication", of: string) =>
      this.#recorder.record(this.#node, { op: "wire", connection, type: kind, room: of });
    if (type === "$welcome") {
      const name = data?.connection ?? connection;
      for (const joined of data?.rooms ?? []) {
        if (joined.error === undefined) {
          this.#recorder.record(this.#node, {
            op: "wire",
            connection: name,
            type: "$joined",
            room: joined.room,
          });
        }
      }
      return name;
    }
    if (id !== undefined && error?.code === "TIMEOUT")
      this.#recorder.record(this.#node, { op: "overdue", connection });
    if ((type === "$joined" || type === "$left") && data?.room) record(type, data.room);
    else if (room !== undefined && !type.startsWith("$")) record("publication", room);
    return connection;
  }
}
