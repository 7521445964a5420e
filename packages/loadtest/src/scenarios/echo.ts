import type { PlainSocket, Scenario, Session, VirtualUser } from "../scenario.js";
import { openPeer } from "./peer.js";

/**
 * Each user sends messages, and waits until each comes back to it. Without a type it speaks through a bare socket, which both
 * our servers and plain ones take.
 */
export const echo: Scenario = {
  name: "echo",
  objection: ({ type, plain, data }) =>
    type !== undefined && !plain && data?.includes("{{key}}") === false
      ? "knows its messages again by {{key}}, which --data must hold somewhere"
      : undefined,
  async start(user) {
    const { type, plain } = user.settings;
    if (type === undefined || plain) return echoing(user, await user.socket());
    const peer = await openPeer(user);
    return {
      act: async (turn) => {
        await Promise.all([user.arrival(turn), peer.send(turn)]);
      },
    };
  },
};

/** By key where the text has one; otherwise what comes next is taken for the answer to what was sent first. */
function echoing(user: VirtualUser, socket: PlainSocket): Session {
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  socket.onMessage((answer) => {
    const first = waiting[0];
    if (first && answers(answer, first.text)) waiting.shift()?.resolve();
  });
  return {
    act: async (turn) => {
      const text = user.text(turn);
      const answer = text.includes(turn.key)
        ? user.arrival(turn)
        : new Promise<void>((resolve) => waiting.push({ text, resolve }));
      await Promise.all([answer, socket.send(text)]);
    },
  };
}

/** A ping is answered by a pong, or comes back as it is; of anything else nobody knows what its answer looks like. */
function answers(answer: string, sent: string): boolean {
  return typeOf(sent) !== "ping" || answer === sent || typeOf(answer) === "pong";
}

const typeOf = (text: string): string | undefined => /^\s*\{\s*"type"\s*:\s*"(\w+)"/.exec(text)?.[1];
