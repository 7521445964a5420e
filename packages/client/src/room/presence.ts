import type { Presence, PresenceMember } from "@tautline/protocol";

/** What changed in a room. */
export interface PresenceChange {
  readonly joined: readonly PresenceMember[];
  readonly left: readonly PresenceMember[];
}

const nobody: readonly PresenceMember[] = [];

/** Who is in a room, kept from a snapshot and the changes after it. */
export class PresenceView {
  #members = new Map<string, PresenceMember>();
  #list: readonly PresenceMember[] = nobody;
  /** Pages of a snapshot of which more are to come. */
  #pages: Map<string, PresenceMember> | undefined;
  #version: number | undefined;

  /** Everyone who is there. The same array until something changes. */
  get members(): readonly PresenceMember[] {
    return this.#list;
  }

  /** The connection is over: what is shown stays, until the next snapshot says what is true. */
  suspend(): void {
    this.#version = this.#pages = undefined;
  }

  /** Not a member any more: nobody tells who is there. */
  clear(): void {
    this.suspend();
    this.#members.clear();
    this.#list = nobody;
  }

  /** @returns what changed; `"hole"` where changes are missing; undefined while a snapshot is incomplete or not awaited. */
  apply(update: Presence["data"]): PresenceChange | "hole" | undefined {
    const { version, snapshot, joined = nobody, left = [], updated = nobody } = update;
    if (snapshot !== undefined) return this.#page(version, snapshot, joined);
    // Changes to a snapshot that is still to come are part of it.
    if (this.#version === undefined) return undefined;
    if (version !== this.#version + 1) {
      if (version <= this.#version) return undefined;
      this.suspend();
      return "hole";
    }
    this.#version = version;
    const gone = left.flatMap((name) => this.#members.get(name) ?? []);
    for (const name of left) this.#members.delete(name);
    const came = joined.filter(({ member }) => !this.#members.has(member));
    for (const member of [...joined, ...updated]) this.#members.set(member.member, member);
    return this.#changed({ joined: came, left: gone });
  }

  #page(version: number, pagesLeft: number, members: readonly PresenceMember[]): PresenceChange | undefined {
    this.#pages ??= new Map();
    for (const member of members) this.#pages.set(member.member, member);
    if (pagesLeft > 0) return undefined;
    const [before, now] = [this.#members, this.#pages];
    this.#members = now;
    this.#pages = undefined;
    this.#version = version;
    // Those who are there at the first look have not just come.
    const isFirst = this.#list === nobody;
    return this.#changed({
      joined: isFirst ? nobody : [...now.values()].filter(({ member }) => !before.has(member)),
      left: [...before.values()].filter(({ member }) => !now.has(member)),
    });
  }

  #changed(change: PresenceChange): PresenceChange {
    this.#list = [...this.#members.values()];
    return change;
  }
}
