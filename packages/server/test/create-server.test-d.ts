import { defineContract } from "@tautline/protocol";
import { describe, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { allowAll, createServer, guests, reject, type UserIdentity, withExpiry } from "../src/index.js";
import { chat } from "./support/chat.js";

const verify = (token: string | undefined) => (token ? { id: token, role: "admin" as const } : null);

describe("who the user is", () => {
  it("follows from authenticate, which may be async and may refuse", () => {
    const server = createServer(chat, {
      authenticate: async ({ token }) => verify(token),
      authorize: ({ user }) => user.role === "admin",
    });
    server.on("connect", ({ user }) => expectTypeOf(user.role).toEqualTypeOf<"admin">());
    server.handle("logout", ({ user, connection }) => {
      expectTypeOf(user.role).toEqualTypeOf<"admin">();
      expectTypeOf(connection.user).toEqualTypeOf(user);
    });
  });

  it("is the same with an expiry, on all paths or on some", () => {
    const expiresAtMs = 1_800_000_000_000;
    createServer(chat, {
      authenticate: async ({ token }) => {
        const user = verify(token);
        return user && withExpiry(user, { expiresAtMs });
      },
      authorize: ({ user }) => user.role === "admin",
    });
    const server = createServer(chat, {
      authenticate: ({ token }) => {
        const user = verify(token);
        if (!user) return null;
        return token === "forever" ? user : withExpiry(user, { expiresAtMs });
      },
      authorize: ({ user }) => user.role === "admin",
    });
    server.on("connect", ({ user }) => expectTypeOf(user).toEqualTypeOf<{ id: string; role: "admin" }>());
    // @ts-expect-error a user has an id
    withExpiry({ name: "Ada" }, { expiresAtMs });
  });

  it("is the same where authorize stands first, if authenticate can be typed by itself", () => {
    createServer(chat, {
      authorize: ({ user }) => user.role === "admin",
      authenticate: () => verify("token"),
    });
    createServer(chat, {
      authorize: ({ user }) => user.role === "admin",
      authenticate: (input: { token: string | undefined }) => verify(input.token),
    });
  });

  it("is no more than its id where authorize stands first and authenticate's parameter has no type", () => {
    createServer(chat, {
      authorize: ({ user }) => {
        expectTypeOf(user).toEqualTypeOf<UserIdentity>();
        // @ts-expect-error the compiler reads from left to right: authenticate comes first
        return user.role === "admin";
      },
      authenticate: ({ token }) => verify(token),
    });
  });

  it("is never inferred from authorize", () => {
    createServer(chat, {
      authenticate: guests(),
      // @ts-expect-error guests have no role
      authorize: ({ user }: { user: { id: string; role: string } }) => user.role === "admin",
    });
    createServer(chat, { authenticate: guests(), authorize: allowAll });
    // @ts-expect-error a user has an id
    createServer(chat, { authenticate: () => ({ name: "Ada" }), authorize: allowAll });
    // @ts-expect-error authorize is required
    createServer(chat, { authenticate: guests() });
  });
});

describe("what authorize is asked", () => {
  it("is a message, a room message, a join or a publish, told apart by kind, pattern and type", () => {
    createServer(chat, {
      authenticate: guests(),
      authorize: ({ action }) => {
        if (action.kind === "join") {
          expectTypeOf(action.room).toEqualTypeOf<string>();
          expectTypeOf(action.params.id).toEqualTypeOf<string>();
          return true;
        }
        if (action.kind === "publish") {
          expectTypeOf(action.type).toEqualTypeOf<"typing">();
          expectTypeOf(action.data).toEqualTypeOf<{ on: boolean }>();
          return true;
        }
        if (action.type === "say") expectTypeOf(action.data.text).toEqualTypeOf<string>();
        if (action.type === "rename") expectTypeOf(action.data.name).toEqualTypeOf<string>();
        expectTypeOf(action.type).toEqualTypeOf<"rename" | "feedback" | "logout" | "say">();
        return false;
      },
    });
  });
});

describe("what handlers take and give", () => {
  const server = createServer(chat, { authenticate: guests(), authorize: allowAll });

  it("gives the schema's output, and asks for the reply's input", () => {
    server.handle("rename", ({ data }) => ({ name: data.name }));
    server.handle("rename", async ({ data, signal }) => {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      return { name: data.name };
    });
    // @ts-expect-error the reply has a name
    server.handle("rename", () => ({ nam: "Ada" }));
    // @ts-expect-error the reply is missing
    server.handle("rename", () => {});
    // @ts-expect-error no such message
    server.handle("renam", () => {});
    server.handle("logout", ({ data }) => expectTypeOf(data).toBeUndefined());
  });

  it("takes anything from handlers without a reply", () => {
    server.handle("feedback", () => {});
    server.handle("feedback", async () => ({ anything: 1 }));
    server.handle("chat/:id", "say", ({ room, data }) =>
      room.publish("message", { text: data.text, by: "Ada" }),
    );
  });

  it("knows room and parameters", () => {
    server.handle("chat/:id", "say", ({ room, params }) => {
      expectTypeOf(params.id).toEqualTypeOf<string>();
      // @ts-expect-error no such event of the room
      room.publish("notice", { text: "" });
      // @ts-expect-error by is missing
      room.publish("message", { text: "" });
    });
    // @ts-expect-error no such message of the room
    server.handle("chat/:id", "rename", () => {});
  });

  it("checks what is rejected against the contract's errors", () => {
    server.handle("rename", ({ data }) =>
      data.name === "Ada" ? reject("NAME_TAKEN", { by: "Ada" }) : { name: data.name },
    );
    server.handle("rename", async ({ data }) => {
      if (data.name === "Ada") return reject("NAME_TAKEN", { by: "Ada" });
      return { name: data.name };
    });
    // @ts-expect-error no such error
    server.handle("rename", () => reject("TAKEN", { by: "Ada" }));
    // @ts-expect-error by is a string
    server.handle("rename", () => reject("NAME_TAKEN", { by: 1 }));
    // @ts-expect-error this message declares no errors
    server.handle("feedback", () => reject("NAME_TAKEN", { by: "Ada" }));
  });
});

describe("what is sent", () => {
  const server = createServer(chat, { authenticate: guests(), authorize: allowAll });

  it("is checked against the contract's events", () => {
    server.broadcast("notice", { text: "hi" });
    server.user("u1").send("notice", { text: "hi" });
    server.user("u1").send("tick");
    // @ts-expect-error no such event
    server.broadcast("message", { text: "hi" });
    // @ts-expect-error the data is missing
    server.user("u1").send("notice");
    // @ts-expect-error the data is missing
    server.broadcast("notice");
    // @ts-expect-error text is a string
    server.broadcast("notice", { text: 1 });
  });

  it("takes options behind the data, and needs no data where the contract has none", () => {
    server.on("connect", ({ connection }) => {
      server.broadcast("tick");
      server.broadcast("tick", undefined, { except: connection });
      server.broadcast("notice", { text: "hi" }, { except: [connection] });
      server.broadcast("notice", { text: "hi" }, undefined);
      server.room("chat/lobby").publish("typing", { on: true }, { except: connection });
      // @ts-expect-error options are not data
      server.broadcast("tick", { except: connection });
    });
  });

  it("finds a room by pattern and parameters, or by name", () => {
    server.room("chat/:id", { id: "lobby" }).publish("typing", { on: true });
    expectTypeOf(server.room("chat/lobby").params).toEqualTypeOf<{ readonly id: string }>();
    server.room("chat/lobby").publish("typing", { on: true });
    // @ts-expect-error on is a boolean
    server.room("chat/lobby").publish("typing", { on: 1 });
  });

  it("names patterns in options and hooks", () => {
    createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      // @ts-expect-error no such pattern
      rooms: { "chat/:room": {} },
    });
    server.onRoom("chat/:id", {
      joined: ({ room, user, params }) => {
        expectTypeOf(params.id).toEqualTypeOf<string>();
        expectTypeOf(user).toEqualTypeOf<UserIdentity>();
        room.publish("typing", { on: true });
      },
    });
  });
});

describe("a contract without rooms and events", () => {
  it("needs no more than its messages", () => {
    const bare = defineContract({ messages: { echo: { data: z.string(), reply: z.string() } } });
    const server = createServer(bare, { authenticate: guests(), authorize: allowAll });
    server.handle("echo", ({ data }) => data);
  });
});

describe("what rooms conflate", () => {
  it("are their volatile events, each by its own data", () => {
    createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      rooms: {
        "chat/:id": {
          conflate: {
            typing: (data, from) => {
              expectTypeOf(data).toEqualTypeOf<{ on: boolean }>();
              return from?.member ?? 0;
            },
          },
        },
      },
    });
    createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      // @ts-expect-error a kept event is not conflated
      rooms: { "chat/:id": { conflate: { message: () => "" } } },
    });
  });
});
