import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { ClientState } from "@tautline/client";
import { TautlineError } from "@tautline/protocol";
import { WebSocket } from "ws";
import { clientOf, once as told } from "../client-server/setup.js";

/** One life against a server: it comes, works and goes. `number` says which of the ways. */
export type Life = (url: string, number: number) => Promise<void>;

/** What is kept of users and rooms has bounds of its own, and is no leak: a few that take turns reach them soon. */
const userOf = (number: number) => `user-${number % 50}`;
const roomName = "chat/lobby";

/** Of the program that all clients belong to: it outlives them, and their listeners must not outlive them with it. */
export const neverAborted = new AbortController().signal;

/** A connection, seen by the server: it says goodbye, is cut, or resets the line before it is told that it is welcome. */
export const connectionLife: Life = async (url, number) => {
  const socket = new WebSocket(url, "tautline.v1.json");
  const answers = new Map<string, () => void>();
  const answer = (type: string) => new Promise<void>((resolve) => answers.set(type, resolve));
  socket.on("message", (text) => answers.get((JSON.parse(String(text)) as { type: string }).type)?.());
  await once(socket, "open");
  const welcome = answer("$welcome");
  const hello = { client: randomUUID(), attempt: 1, token: userOf(number), rooms: [{ room: roomName }] };
  socket.send(JSON.stringify({ type: "$hello", data: hello }));
  const closed = once(socket, "close");
  if (number % 4 !== 3) {
    await welcome;
    const said = answer("$ack");
    socket.send(JSON.stringify({ type: "say", room: roomName, id: 1, data: { text: "here" } }));
    await said;
  }
  if (number % 2 === 0) socket.close(1000);
  else socket.terminate();
  await closed;
};

/** A client: it joins, speaks, listens, has its line cut under it, and is closed while an answer is owed to it. */
export const clientLife: Life = async (url, number) => {
  let last: WebSocket | undefined;
  class Tapped extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      last = this;
    }
  }
  const client = clientOf(url, { token: userOf(number), WebSocket: Tapped as never });
  const room = client.room(roomName);
  const heard = room.events("message");
  await room.join();
  await client.request("rename", { name: "Ada" }, { signal: neverAborted });
  await Promise.all([room.send("say", { text: "here" }), heard.next()]);
  if (number % 2 === 1) {
    const back = told<ClientState>(
      (listener) => client.on("state", listener),
      ({ kind }) => kind === "connected",
    );
    last?.terminate();
    await back;
  }
  const owed = client.request("wait", number).then(
    () => "answered",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );
  await client.close();
  if ((await owed) === "answered") throw new Error("expected a request that nobody answers");
};

/** Somebody who connects and is gone: the server must not be the one who waits. */
export const strayLife: Life = async (url) => {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n");
  socket.resetAndDestroy();
};
