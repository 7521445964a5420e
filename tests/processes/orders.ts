/** What the parent tells the server's process. */
export interface ServerOrder {
  /** `calm`: publish no more. `last-words`: publish once everywhere. `end`: say what is left, and end. */
  readonly do: "calm" | "last-words" | "end";
}

/** What the parent tells the clients' process. */
export interface ClientsOrder {
  /** `calm`: begin nothing more. `rest`: answer when all is settled. `standings`: write down where everyone stands. `end`: close all. */
  readonly do: "calm" | "rest" | "standings" | "end";
}

/** What the clients' process answers. */
export interface ClientsAnswer {
  readonly done: ClientsOrder["do"] | "start";
}
