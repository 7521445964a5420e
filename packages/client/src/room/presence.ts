import type { Presence, PresenceMember } from "@tautline/protocol";
import { breach } from "../breach.js";
import { presenceMembers } from "../limits.js";

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
  /** Where they are too many to be named. */
  #count: number | undefined;
  /** Pages of a snapshot of which more are to come. */
  #pages: Map<string, PresenceMember> | undefined;
  #version: number | undefined;

  /** Everyone who is there. The same array until something changes. */
  get members(): readonly PresenceMember[] {
    return this.#list;
  }

  /** How many are there, named or not. */
  get count(): number {
    return this.#count ?? this.#list.length;
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
    this.#count = undefined;
  }

  /**
   * @param members - those who joined or changed, their states checked
   * @returns what changed; `"hole"` where changes are missing; undefined while a snapshot is incomplete or not awaited
   */
  apply(
    { version, snapshot, count, left = [] }: Presence["data"],
    members: readonly PresenceMember[],
  ): PresenceChange | "hole" | undefined {
    if (count !== undefined) {
      this.clear();
      this.#version = version;
      this.#count = count;
      return { joined: nobody, left: nobody };
    }
    const before = this.#members;
    let now = new Map(before);
    if (snapshot !== undefined) {
      now = this.#pages ??= new Map();
    } else if (this.#version === undefined || version <= this.#version) {
      // Changes to a snapshot that is still to come are part of it.
      return undefined;
    } else if (version > this.#version + 1) {
      this.suspend();
      return "hole";
    }
    for (const name of left) now.delete(name);
    for (const member of members) now.set(member.member, member);
    if (now.size > presenceMembers) throw breach("fewer members", now.size);
    if (snapshot) return undefined;
    this.#pages = undefined;
    this.#version = version;
    this.#count = undefined;
    this.#members = now;
    // Those who are there at the first look have not just come.
    const isFirst = this.#list === nobody;
    this.#list = [...now.values()];
    return {
      joined: isFirst ? nobody : this.#list.filter(({ member }) => !before.has(member)),
      left: [...before.values()].filter(({ member }) => !now.has(member)),
    };
  }
}
