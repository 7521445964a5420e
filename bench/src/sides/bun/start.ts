import type { StartServer } from "../side.js";

/** The part of Bun that is used: its types would stand beside Node's. */
interface BunServer {
  readonly port: number;
  upgrade(request: unknown): boolean;
  publish(topic: string, text: string): number;
  stop(closeConnections: boolean): Promise<void>;
}

interface BunSocket {
  subscribe(topic: string): void;
}

interface BunRuntime {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    readonly fetch: (request: unknown, server: BunServer) => Response | undefined;
    readonly websocket: {
      readonly open: (socket: BunSocket) => void;
      readonly message: (socket: BunSocket, text: string) => void;
    };
  }): BunServer;
}

const topic = "room";

/** The native server inside Bun, which does its own publish to all subscribers. */
export const startBun: StartServer = async () => {
  const { Bun } = globalThis as unknown as { readonly Bun: BunRuntime };
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: (request, own) => (own.upgrade(request) ? undefined : new Response("", { status: 400 })),
    websocket: {
      open: (socket) => socket.subscribe(topic),
      message: (_socket, text) => server.publish(topic, text),
    },
  });
  return { port: server.port, close: () => server.stop(true) };
};
