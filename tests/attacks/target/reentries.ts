import type { Connection, UserIdentity } from "@tautline/server";
import type { TargetServer } from "./application.js";
import type { contract } from "./contract.js";

type Reentry = (server: TargetServer, connection: Connection<typeof contract, UserIdentity>) => unknown;

/** Runs once, when a hook is called; then it listens no more. */
function whenDisconnected(server: TargetServer, then: Reentry): void {
  const remove = server.on("disconnect", ({ connection }) => {
    remove();
    return then(server, connection);
  });
}

function whenLeft(server: TargetServer, then: Reentry): void {
  const remove = server.onRoom("open/:id", {
    left: ({ connection }) => {
      remove();
      return then(server, connection);
    },
  });
}

/** What careless code calls from within a handler or a hook, by name. */
export const reentries: { readonly [how: string]: Reentry } = {
  "close in a handler": (_, connection) => connection.close(),
  "close twice in a handler": (_, connection) => {
    connection.close(1011, "one");
    connection.close(1012, "two");
  },
  "send after close": (_, connection) => {
    connection.close();
    return connection.send("notice", { text: "late" });
  },
  "join after close": (_, connection) => {
    connection.close();
    return connection.join("open/late");
  },
  "leave after close": (_, connection) => {
    connection.close();
    connection.leave("open/reentry");
  },
  "disconnect the own user": (server, { user }) => server.user(user.id).disconnect(),
  "reauthorize the own user": (server, { user }) => server.user(user.id).reauthorize(),
  "close in disconnect": (server, connection) => {
    whenDisconnected(server, (_, gone) => gone.close());
    connection.close();
  },
  "join in disconnect": (server, connection) => {
    whenDisconnected(server, (_, gone) => gone.join("open/late"));
    connection.close();
  },
  "send in disconnect": (server, connection) => {
    whenDisconnected(server, (_, gone) => gone.send("notice", { text: "late" }));
    connection.close();
  },
  "disconnect the user in disconnect": (server, connection) => {
    whenDisconnected(server, (_, gone) => server.user(gone.user.id).disconnect());
    connection.close();
  },
  "join in leave": (server, connection) => {
    whenLeft(server, (_, member) => member.join("open/reentry"));
    connection.leave("open/reentry");
  },
  "close in leave": (server, connection) => {
    whenLeft(server, (_, member) => member.close());
    connection.leave("open/reentry");
  },
  "publish in leave": (server, connection) => {
    whenLeft(server, () => server.room("open/reentry").publish("said", { text: "left" }));
    connection.leave("open/reentry");
  },
  "throw in leave": (server, connection) => {
    whenLeft(server, () => Promise.reject(new Error("in a hook")));
    connection.leave("open/reentry");
  },
  "throw in disconnect": (server, connection) => {
    whenDisconnected(server, () => {
      throw new Error("in a hook");
    });
    connection.close();
  },
  "throw in on(error)": (server, connection) => {
    const remove = server.on("error", () => {
      remove();
      throw new Error("in a hook");
    });
    whenDisconnected(server, () => Promise.reject(new Error("in a hook")));
    connection.close();
  },
  "remove a listener while it is told": (server, connection) => {
    const first = server.on("disconnect", () => {
      first();
      second();
    });
    const second = server.on("disconnect", () => undefined);
    connection.close();
  },
};
