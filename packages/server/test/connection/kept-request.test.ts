import type { IncomingMessage } from "node:http";
import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import type { ConnectionRequest } from "../../src/user.js";
import { chatServer } from "../support/serving.js";

const headers = {
  ...{ host: "example.com", cookie: "session=1", "user-agent": "a browser" },
  ...{ upgrade: "websocket", connection: "Upgrade", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" },
};
const request = { url: "/live", headers, remoteAddress: "192.0.2.1", raw: {} as IncomingMessage };

describe("the request of a connection", () => {
  it("is given to authenticate as it came, and kept without the upgrade when the connection is open", async () => {
    const clock = new VirtualClock();
    const given: ConnectionRequest[] = [];
    const kept: ConnectionRequest[] = [];
    const server = chatServer({
      clock,
      authenticate: (input) => {
        given.push(input.request);
        return { id: "ada" };
      },
    });
    server.on("connect", ({ connection }) => void kept.push(connection.request));
    const transport = new ScriptedTransport();
    server.accept(transport, request);
    transport.send({ type: "$hello", data: { client: "client-0123456789abcdef", attempt: 1, rooms: [] } });
    await clock.settle();

    expect(given).toEqual([request]);
    const { host, cookie, "user-agent": userAgent } = headers;
    expect(kept).toEqual([
      { url: "/live", headers: { host, cookie, "user-agent": userAgent }, remoteAddress: "192.0.2.1" },
    ]);
    expect(kept[0]).not.toHaveProperty("raw");
    await server.close();
  });
});
