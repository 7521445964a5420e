import { type EventOf, type RoomOf, TautlineError } from "@tautline/protocol";
import type { ChatContract } from "../src/contract.js";
import { type ChatRoom, isMe, type Person, roomOf } from "./client.js";
import { Typists } from "./typists.js";

type ChatRoomOf = RoomOf<ChatContract, "chat/:room">;

/** Something said. */
export interface Said {
  readonly kind: "said";
  readonly text: string;
  readonly name: string;
  readonly member: string;
  readonly mine: boolean;
  readonly at: number;
}

/** Something that happened in the room. */
export interface Notice {
  readonly kind: "notice";
  readonly text: string;
  readonly at: number;
}

/** Something of one's own that the room has not shown yet. */
export interface Outgoing {
  readonly key: string;
  readonly text: string;
  /** Undefined: under way. */
  readonly error?: TautlineError;
}

export type Entry = Said | Notice;

/** What a page follows of a conversation. Told after each change. */
export interface ConversationView {
  added(entry: Entry): void;
  outgoing(messages: readonly Outgoing[]): void;
  changed(): void;
}

/** A page left open for days holds this much. */
const maxEntries = 500;
/** A short loss of connection is not worth a notice: who is back within this span was never gone. */
const graceMs = 4_000;

/** One room that this tab has opened, whether it is looked at or not. */
export class Conversation {
  readonly entries: Entry[] = [];
  readonly typists: Typists;
  /** What came while nobody looked. */
  unread = 0;
  view: ConversationView | undefined;
  /** Why the room could not be entered. */
  refused: TautlineError | undefined;
  readonly #room: ChatRoom;
  readonly #end = new AbortController();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #leaving = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    readonly title: string,
    name: string,
    private readonly heard: () => void,
  ) {
    const room = roomOf(title);
    this.#room = room;
    this.typists = new Typists(
      (member) => this.#nameOf(member),
      () => this.view?.changed(),
    );
    const options = { signal: this.#end.signal };
    room.on("chat_message", ({ data, timestamp }) => this.#heardMessage(data, timestamp), options);
    room.on("typing", ({ from }) => from && !isMe(from.member) && this.typists.saw(from.member), options);
    room.on("joined", (person) => this.#came(person), options);
    room.on("left", (person) => this.#went(person), options);
    room.on("presence", () => this.view?.changed(), options);
    room.on(
      "gap",
      ({ reason }) =>
        this.#notice(reason === "new-epoch" ? "The server began anew." : "Some messages are missing here."),
      options,
    );
    void this.#join(name);
  }

  get people(): readonly Person[] {
    return this.#room.presence;
  }

  get outgoing(): readonly Outgoing[] {
    return [...this.#outgoing.values()];
  }

  /** Says something. It is shown as on its way until it comes back from the room. */
  async say(text: string, key: string = crypto.randomUUID()): Promise<void> {
    this.typists.iStopped();
    this.#setOutgoing(key, { key, text });
    try {
      // Whoever writes too fast is told so at once: otherwise the message would wait, and go by itself.
      await this.#room.send("say", { text, key }, { retry: false });
    } catch (error) {
      // Already in the room: only its acknowledgement was lost.
      if (!this.#outgoing.has(key)) return;
      if (!TautlineError.is(error)) throw error;
      this.#setOutgoing(key, { key, text, error });
    }
  }

  again({ key, text }: Outgoing): Promise<void> {
    return this.say(text, key);
  }

  discard({ key }: Outgoing): void {
    this.#setOutgoing(key, undefined);
  }

  /** Whoever reads the room sees that this one is writing. */
  typing(): void {
    if (this.typists.iMaySay()) this.#room.publish("typing").catch(() => {});
  }

  async rename(name: string): Promise<void> {
    await this.#room.setPresence({ name });
  }

  leave(): void {
    this.#end.abort();
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    this.typists.clear();
    this.#room.leave();
  }

  async #join(name: string): Promise<void> {
    try {
      // The room waits as long as the connection does.
      await this.#room.join({ presence: { name }, timeoutMs: null });
    } catch (error) {
      if (this.#end.signal.aborted || !TautlineError.is(error)) return;
      this.refused = error;
      this.#notice(`This room cannot be entered: ${error.message}`);
    }
  }

  #heardMessage({ text, name, by, key }: EventOf<ChatRoomOf, "chat_message">, at = Date.now()): void {
    const mine = isMe(by);
    if (mine && key !== undefined) this.#setOutgoing(key, undefined);
    this.typists.stopped(by);
    this.#add({ kind: "said", text, name, member: by, mine, at });
  }

  #came(person: Person): void {
    if (isMe(person.member)) return;
    const leaving = this.#leaving.get(person.member);
    clearTimeout(leaving);
    if (!this.#leaving.delete(person.member)) this.#notice(`${nameOf(person)} joined`);
  }

  #went(person: Person): void {
    if (isMe(person.member)) return;
    this.typists.stopped(person.member);
    const told = (): void => {
      this.#leaving.delete(person.member);
      this.#notice(`${nameOf(person)} left`);
    };
    this.#leaving.set(person.member, setTimeout(told, graceMs));
  }

  #nameOf(member: string): string {
    const person = this.people.find((one) => one.member === member);
    return person ? nameOf(person) : "Someone";
  }

  #notice(text: string): void {
    this.#add({ kind: "notice", text, at: Date.now() });
  }

  #add(entry: Entry): void {
    this.entries.push(entry);
    if (this.entries.length > maxEntries) this.entries.shift();
    if (entry.kind === "said" && !entry.mine && (!this.view || document.hidden)) this.unread++;
    this.view?.added(entry);
    this.heard();
  }

  #setOutgoing(key: string, message: Outgoing | undefined): void {
    if (message) this.#outgoing.set(key, message);
    else if (!this.#outgoing.delete(key)) return;
    this.view?.outgoing(this.outgoing);
  }
}

/** A bare socket is a member too, and has told no name. */
export function nameOf(person: Person): string {
  return person.state?.name ?? `guest ${person.member.slice(0, 4)}`;
}
