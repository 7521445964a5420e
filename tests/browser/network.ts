import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network between browser and server, with its moods. */
export interface Network extends AsyncDisposable {
  readonly url: string;
  /** Cuts every connection. New ones can be made at once. */
  cut(): void;
  /** Has every connection swallow what it is given, without an end. New ones work. */
  swallow(): void;
}

export async function startNetwork(target: string): Promise<Network> {
  const port = Number(new URL(target).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "localhost");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("data", (bytes) => other.write(bytes));
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut,
    swallow: () => {
      for (const socket of sockets) socket.removeAllListeners("data").resume();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
