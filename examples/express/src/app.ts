import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "@tautline/server";
import express, { type Express } from "express";
import { contract } from "./contract.js";
import { cookieName, Sessions, type User } from "./sessions.js";

/** An Express app and a tautline server on one HTTP server, which does not listen yet. */
export interface App {
  readonly http: HttpServer;
  readonly live: Server<typeof contract, User>;
}

/** @param page - the folders with the page's files. */
export function createApp(...page: readonly string[]): App {
  const sessions = new Sessions();
  const live = createLive(sessions);
  const app = express();
  app.use(express.urlencoded({ extended: false, limit: "1kb" }));
  for (const folder of page) app.use(express.static(folder));
  routes(app, sessions, live);

  const http = createHttpServer(app);
  live.attach(http, { path: "/live" });
  return { http, live };
}

/** Whoever has a session may come in, and sees the last 50 messages. */
function createLive(sessions: Sessions): App["live"] {
  const live = createServer(contract, {
    // The browser sends the cookie along with the upgrade: middleware of Express does not run for it.
    authenticate: ({ request }) => sessions.userOf(request.headers.cookie),
    authorize: () => true,
    rooms: { lobby: { history: { size: 100 }, onJoin: { last: 50 } } },
    rateLimit: { messages: 50, windowMs: 60_000, by: "user" },
  });
  live.handle("lobby", "say", async ({ room, data, user }) => {
    await room.publish("message", { name: user.id, text: data.text });
  });
  return live;
}

function routes(app: Express, sessions: Sessions, live: App["live"]): void {
  app.get("/me", (request, response) => {
    response.json(sessions.userOf(request.headers.cookie));
  });

  app.post("/login", (request, response) => {
    const { name } = request.body as { name?: unknown };
    if (typeof name !== "string" || !/^[\p{L}\p{N} ._-]{1,30}$/u.test(name.trim())) {
      response.status(400).send("A name has 1 to 30 letters, digits, spaces or . _ -");
      return;
    }
    const secret = sessions.begin({ id: name.trim() });
    response.cookie(cookieName, secret, { httpOnly: true, sameSite: "lax", secure: request.secure });
    response.redirect(303, "/");
  });

  app.post("/logout", (request, response) => {
    const user = sessions.userOf(request.headers.cookie);
    sessions.end(request.headers.cookie);
    // A session that has ended must not live on in an open connection.
    if (user) live.user(user.id).close(1008, "Logged out");
    response.clearCookie(cookieName).redirect(303, "/");
  });
}
