import { type ClientSpec, type Dialect, padding } from "../../load/dialect.js";

/** What the envelope of a publication has beside its text: type, room, offset, timestamp. */
export const frameOverhead = 94;

const prefix = '{"type":"';
const [dollar, p, m] = [..."$pm"].map((character) => character.charCodeAt(0));
const [w, j, a, r, i] = [..."wjari"].map((character) => character.charCodeAt(0));

const helloOf = ({ number, rooms, position }: ClientSpec) =>
  JSON.stringify({
    type: "$hello",
    data: {
      client: `load-client-${String(number).padStart(10, "0")}`,
      attempt: 1,
      token: `user-${number}`,
      rooms: rooms.map((room) => ({ room, ...position })),
    },
  });

/** A full peer of tautline, written by hand from PROTOCOL.md. */
export const tautlineDialect: Dialect = {
  upgrade: () => ({ path: "/", headers: ["Sec-WebSocket-Protocol: tautline.v1.json"] }),
  hello: helloOf,
  pong: '{"type":"pong"}',
  say: ({ room, bytes, id, text = padding(bytes, frameOverhead) }) =>
    `{"type":"say","room":"${room}"${id === undefined ? "" : `,"id":${id}`},"data":{"text":"${text}"}}`,
  ask: ({ id, text }) => `{"type":"ask","id":${id},"data":{"text":"${text}"}}`,
  // By the first letters of the type: $welcome, $ack and $reply, ping, message.
  kindOf(bytes, start) {
    const first = bytes[start + prefix.length];
    const second = bytes[start + prefix.length + 1];
    if (first === m) return "delivery";
    if (first === p && second === i) return "ping";
    if (first !== dollar) return "other";
    if (second === w) return "ready";
    return second === a || second === r ? "answer" : second === j ? "other" : refuse(bytes, start);
  },
};

function refuse(bytes: Uint8Array, start: number): never {
  throw new Error(`expected no other frame than asked for, got ${Buffer.from(bytes.subarray(start))}`);
}
