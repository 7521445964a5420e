import type { TautlineError } from "@tautline/protocol";
import { invoke } from "../emitter.js";
import type { Heir, Identity, PersistenceHost } from "../persistence.js";
import type { PendingMessage } from "../types.js";
import { Partition } from "./partition.js";
import type { PersistentOutboxSettings } from "./persistent-outbox.js";
import type { KeptMessage } from "./storage.js";

// An heir begins far beyond whatever its forerunners used: ids and attempts only ever grow.
const idsOfOne = 2 ** 32;
const attemptsOfOne = 2 ** 20;

const quietly = { last: 0, timeoutMs: null };
const nothing = (): void => {};

/** What an estate needs of the client that settles it. */
interface EstateContext extends PersistentOutboxSettings {
  readonly host: PersistenceHost;
}

/** The messages that one client left. Whoever has its lock settles them, over a short connection, under that client's id. */
export class Estate {
  readonly #name: string;
  readonly #context: EstateContext;
  /** Lets others have it. */
  readonly release: () => void;
  /** Those that are not settled, the oldest first. */
  #messages: readonly KeptMessage[] = [];
  #heir: Heir | undefined;

  constructor(name: string, context: EstateContext, release: () => void) {
    this.#name = name;
    this.#context = context;
    this.release = release;
  }

  get pending(): readonly PendingMessage[] {
    return this.#messages.map(({ envelope }) => envelope);
  }

  /** @param refusalOf - why a message is given up */
  async open(
    messages: readonly KeptMessage[],
    refusalOf: (message: KeptMessage) => TautlineError | undefined,
  ): Promise<void> {
    for (const message of messages) {
      const refusal = refusalOf(message);
      if (!refusal) {
        this.#messages = [...this.#messages, message];
        continue;
      }
      await this.#context.storage.delete(message.partition, message.seq);
      this.#tell(message, refusal);
    }
  }

  /** Resolves when everything is settled, or the heir's connection is closed for good. */
  async settle(): Promise<void> {
    const messages = this.#messages.map((message) => ({ ...message, heirs: message.heirs + 1 }));
    this.#messages = messages;
    // Before anything is said to the server: should this heir die, the next one must not begin where it began.
    for (const message of messages) await this.#context.storage.put(message);
    const { heir, idle } = this.#heirOf(messages);
    this.#heir = heir;
    for (const room of new Set(messages.flatMap(({ envelope }) => envelope.room ?? []))) {
      // Where it is refused, the messages that wait for it are, too.
      heir.rooms.get(room).join(quietly).catch(nothing);
    }
    const written = messages.filter(({ id }) => id !== undefined).sort((a, b) => Number(a.id) - Number(b.id));
    const first = this.#deliver(heir, written);
    heir.connection.connect();
    await first;
    // Far greater ids follow only when nothing is unanswered: the server tells apart no more than the newest.
    const others = messages.filter(({ id }) => id === undefined);
    await this.#deliver(heir, others);
    await heir.connection.close();
    await idle();
  }

  /** A client that introduces itself as the one that left these messages. */
  #heirOf(messages: readonly KeptMessage[]): { readonly heir: Heir; idle(): Promise<void> } {
    const { host, storage } = this.#context;
    let partition: Partition | undefined;
    const heir = host.again({
      attach: (own) => {
        Object.assign(own.identity, identityOf(messages));
        partition = new Partition(
          {
            storage,
            nameOf: () => this.#name,
            // The lock is held already.
            hold: () => Promise.resolve(),
            stays: () => heir.connection.state.kind === "closed",
          },
          own,
        );
        return partition;
      },
    });
    return { heir, idle: async () => partition?.idle() };
  }

  /** Ends what is under way. What is not settled stays. */
  stop(): void {
    void this.#heir?.connection.close();
  }

  async #deliver(heir: Heir, messages: readonly KeptMessage[]): Promise<void> {
    if (heir.connection.state.kind === "closed") return;
    const { host, maxAgeMs } = this.#context;
    const settling = messages.map(
      (message) =>
        new Promise<void>((resolve) => {
          const { envelope, id, idempotent } = message;
          const settled = (error: TautlineError | undefined): void => {
            if (heir.connection.state.kind !== "closed") this.#settled(message, error);
            resolve();
          };
          const timeoutMs = Math.max((envelope.timestamp ?? 0) + maxAgeMs - host.settings.clock.now(), 0);
          try {
            heir.requests.send(envelope, { id, idempotent, kept: message, timeoutMs, settled });
          } catch (error) {
            settled(error as TautlineError);
          }
        }),
    );
    await Promise.all(settling);
  }

  #settled(message: KeptMessage, error: TautlineError | undefined): void {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#tell(message, error);
  }

  #tell({ envelope: message }: KeptMessage, error: TautlineError | undefined): void {
    const { host, settled } = this.#context;
    if (settled) invoke(settled, { message, error }, host.report);
    else if (error) host.report(error);
  }
}

/** As whom an heir of these messages introduces itself. */
function identityOf(messages: readonly KeptMessage[]): Identity {
  const heirs = Math.max(...messages.map((message) => message.heirs));
  const { client, user } = messages.find((message) => message.client !== undefined) ?? {};
  // Those that were written are unanswered since then: an older record knows of all of them.
  const welcomed = Math.max(...messages.map((message) => message.welcomed ?? 0));
  return { client, user, welcomed, attempt: heirs * attemptsOfOne, lastId: heirs * idsOfOne };
}
