import { type Dialect, padding } from "../../load/dialect.js";

const overhead = '42["message",{"text":""}]'.length;
const [zero, two, three, four] = [..."0234"].map((digit) => digit.charCodeAt(0));

/**
 * As much of [Engine.IO 4 and Socket.IO 5](https://socket.io/docs/v4/socket-io-protocol/) as the load needs, over a
 * WebSocket: "0" open, "2" ping, "40" connected, "42" event, "43" acknowledgement.
 */
export const socketIoDialect: Dialect = {
  upgrade: () => ({ path: "/socket.io/?EIO=4&transport=websocket" }),
  next: ({ number, rooms }) => `40${JSON.stringify({ user: `user-${number}`, rooms })}`,
  pong: "3",
  say: ({ room, bytes, id = "", text = padding(bytes, overhead) }) =>
    `42${id}["say",{"room":"${room}","text":"${text}"}]`,
  ask: ({ id, text }) => `42${id}["ask",{"text":"${text}"}]`,
  kindOf(bytes, start, length) {
    const first = bytes[start];
    if (first === zero) return "greeting";
    if (first === two && length === 1) return "ping";
    if (first !== four) return "other";
    const second = bytes[start + 1];
    if (second === two) return "delivery";
    return second === three ? "answer" : second === zero ? "ready" : "other";
  },
};
