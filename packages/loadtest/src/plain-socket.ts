import { once } from "node:events";
import { TautlineError } from "@tautline/protocol";
import type { PlainSocket } from "./scenario.js";
import type { UserSocket } from "./user-socket.js";

/** Waits until a socket is open, and gives what a scenario needs of it. Rejected with the socket's error where it does not open. */
export async function openPlainSocket(socket: UserSocket): Promise<PlainSocket> {
  await once(socket, "open");
  return {
    send: (text) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN)
          return reject(new TautlineError("CLOSED", "the socket has ended"));
        socket.send(text, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (listener) => {
      socket.on("message", (data) => listener(String(data)));
    },
    close: async () => {
      if (socket.readyState === socket.CLOSED) return;
      const closed = once(socket, "close");
      socket.close(1000);
      await closed;
    },
  };
}
