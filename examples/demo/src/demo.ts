import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { defineContract } from "@tautline/protocol";
import { createServer, guests } from "@tautline/server";
import { chat, chatRooms, createChat, isRoomTitle } from "tautline-example-chat";
import { createDashboard, dashboard, dashboardRooms, isKind } from "tautline-example-dashboard";
import { type Pages, serve } from "./serve.js";

/** Chat and dashboard side by side: one contract, one server, one socket path. */
export const demo = defineContract({
  messages: { ...chat.messages },
  rooms: { ...chat.rooms, ...dashboard.rooms },
});

export interface DemoOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly pages: Pages;
}

export interface Demo {
  readonly port: number;
  /** Has everyone come back later, finishes what was begun, and closes. */
  close(): Promise<void>;
}

/** Serves `/`, `/chat/`, `/dashboard/`, and the WebSocket at `/live`. */
export async function startDemo({ port, pages }: DemoOptions): Promise<Demo> {
  const server = createServer(demo, {
    authenticate: guests(),
    authorize: ({ action }) => {
      if (action.kind !== "join") return true;
      if (action.pattern === "chat/:room") return isRoomTitle(action.params.room);
      return action.pattern !== "metrics/:kind" || isKind(action.params.kind);
    },
    rooms: { ...chatRooms, ...dashboardRooms },
    rateLimit: { messages: 50, windowMs: 60_000 },
    log: ({ level, event, error }) => level === "error" && console.error(event, error),
  });
  createChat(server);
  const { sampling } = createDashboard(server);

  const startedAt = Date.now();
  const status = () => {
    const { connections, totals } = server.stats();
    return { startedAt, connections, messages: totals.messagesReceived, sampling: sampling() };
  };

  const http = createHttpServer(serve(pages, status));
  server.attach(http, { path: "/live" });
  await listen(http, port);
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      await server.drain({ withinMs: 2_000 });
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function listen(http: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, resolve);
  });
}
