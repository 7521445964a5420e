import { type Linked, LinkedList } from "../linked-list.js";
import type { Payload } from "./broker.js";
import type { ClaimRequest } from "./claims.js";

/** Who wants a message, and until when. Monotonic. */
export interface Lease {
  readonly request: ClaimRequest;
  readonly until: number;
}

/** A message that is taken, and its answer once there is one. */
export interface TakenMessage extends Linked<TakenMessage> {
  record: AnsweredMessages;
  id: number;
  type: string;
  room: string | undefined;
  /** Who may answer it. Nobody, once it is answered. */
  owner: string;
  /** When its lease ends. Monotonic. */
  until: number;
  /** Who is told of its end. Hardly ever anybody. */
  waiting: Set<() => void> | undefined;
  payload: Payload["payload"];
  byteLength: number;
}

/** What is kept of one client's messages. */
export interface AnsweredMessages {
  /** In the order of their answers. Only a repeat is looked for in it. */
  readonly answered: TakenMessage[];
  bytes: number;
}

export interface AnswerLimits {
  /** Of one record. */
  readonly answers: number;
  readonly recordBytes: number;
  /** Of all records. */
  readonly bytes: number;
}

/** What a kept answer costs besides its text. A rough figure, so that short answers count against the limits, too. */
const answerBytes = 200;

const maxSpare = 1_024;

/** The answers of all records, within their limits: beyond them the oldest go. */
export class KeptAnswers {
  readonly #limits: AnswerLimits;
  /** The oldest first, so each record's are in the order of its own list, too. */
  readonly #answers = new LinkedList<TakenMessage>();
  /**
   * What kept forgotten answers, for the next: whatever lives as long as an answer does is copied twice by the garbage
   * collector.
   */
  readonly #spare: TakenMessage[] = [];
  #bytes = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** With what they cost besides their text. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes place for a message, and for its answer. */
  take(record: AnsweredMessages, id: number, { request, until }: Lease): TakenMessage {
    const spare = this.#spare.pop();
    if (!spare) return newMessage(record, id, { request, until });
    const { owner, type, room } = request;
    spare.record = record;
    spare.id = id;
    spare.type = type;
    spare.room = room;
    spare.owner = owner;
    spare.until = until;
    return spare;
  }

  /** The message is answered. It may stand in no other list. */
  keep(message: TakenMessage, { payload, byteLength }: Payload): void {
    const { record } = message;
    const { answers, recordBytes, bytes } = this.#limits;
    message.owner = "";
    message.payload = payload;
    message.byteLength = byteLength;
    record.answered.push(message);
    this.#answers.append(message);
    this.#count(record, byteLength + answerBytes);
    while (record.answered.length > answers || record.bytes > recordBytes) this.#forgetOldest(record);
    for (let oldest = this.#answers.first; oldest && this.#bytes > bytes; oldest = this.#answers.first)
      this.#forgetOldest(oldest.record);
  }

  forgetAll(record: AnsweredMessages): void {
    while (record.answered.length > 0) this.#forgetOldest(record);
  }

  #forgetOldest(record: AnsweredMessages): void {
    const oldest = record.answered.shift();
    if (!oldest) return;
    this.#answers.remove(oldest);
    this.#count(record, -oldest.byteLength - answerBytes);
    oldest.payload = "";
    if (this.#spare.length < maxSpare) this.#spare.push(oldest);
  }

  #count(record: AnsweredMessages, bytes: number): void {
    record.bytes += bytes;
    this.#bytes += bytes;
  }
}

function newMessage(record: AnsweredMessages, id: number, { request, until }: Lease): TakenMessage {
  const { owner, type, room } = request;
  return {
    record,
    id,
    type,
    room,
    owner,
    until,
    waiting: undefined,
    payload: "",
    byteLength: 0,
    before: undefined,
    after: undefined,
  };
}
