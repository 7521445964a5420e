import { expect, it } from "vitest";
import { createClient, ReconnectingWebSocket } from "../../src/index.js";
import { accepting, endless, RawServer, type Treat } from "./raw-server.js";

/** Answers with these bytes, and ends. */
const answering =
  (bytes: string): Treat =>
  (socket) =>
    socket.end(bytes);

const refusing = (status: string, ...headers: readonly string[]): Treat =>
  answering(
    `HTTP/1.1 ${status}\r\n${headers.map((header) => `${header}\r\n`).join("")}Content-Length: 0\r\n\r\n`,
  );

const treatments: readonly [string, Treat][] = [
  ["nothing and a closed socket", (socket) => socket.end()],
  ["a reset", (socket) => socket.resetAndDestroy()],
  ["garbage", answering("\0\xff\r\n\r\n220 ESMTP\r\n")],
  ["another protocol", answering("SSH-2.0-OpenSSH_9.6\r\n")],
  ["200", refusing("200 OK")],
  ["301", refusing("301 Moved Permanently", "Location: /elsewhere")],
  ["400", refusing("400 Bad Request")],
  ["401", refusing("401 Unauthorized", 'WWW-Authenticate: Basic realm="a"')],
  ["403", refusing("403 Forbidden")],
  ["404", refusing("404 Not Found")],
  ["407", refusing("407 Proxy Authentication Required")],
  ["426", refusing("426 Upgrade Required", "Upgrade: h2c")],
  ["429 at once", refusing("429 Too Many Requests", "Retry-After: 0")],
  ["500", refusing("500 Internal Server Error")],
  ["503 at once", refusing("503 Service Unavailable", "Retry-After: 0")],
  [
    "a header without end",
    (socket) => endless(socket, `HTTP/1.1 101 Switching Protocols\r\nA: ${"a".repeat(4096)}`),
  ],
  [
    "a body without end",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      endless(socket, `1000\r\n${"a".repeat(4096)}\r\n`);
    },
  ],
  [
    "a false key",
    (socket, request) => socket.write(accepting(request).replace(/Accept: .*\r/, "Accept: AAAA\r")),
  ],
  [
    "no key",
    (socket, request) => socket.write(accepting(request).replace(/Sec-WebSocket-Accept: .*\r\n/, "")),
  ],
  [
    "an upgrade to something else",
    (socket, request) => socket.write(accepting(request).replace("websocket", "h2c")),
  ],
  [
    "a subprotocol that was not offered",
    (socket, request) => socket.write(accepting(request).replace(".json", ".xml")),
  ],
  [
    "an extension that was not offered",
    (socket, request) => socket.write(accepting(request, "Sec-WebSocket-Extensions: bomb")),
  ],
  [
    "a window that no inflater has",
    (socket, request) =>
      socket.write(
        accepting(request, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99"),
      ),
  ],
];

it.each(treatments)(
  "A-30 is answered with %s, says so, and waits before it tries again",
  async (_, treat) => {
    await using server = new RawServer(treat);
    // The longest wait that the dice can give: within this test nothing is tried again.
    const random = { float: () => 0.999, bytes: (count: number) => new Uint8Array(count) };
    const client = createClient({
      url: await server.listen(),
      random,
      backoff: { minMs: 60_000, maxMs: 60_000 },
    });
    const waiting = new Promise((resolve) =>
      client.on("state", (state) => state.kind === "waiting" && resolve(state)),
    );
    client.connect().catch(() => undefined);
    expect(await waiting).toMatchObject({
      delayMs: 59_940,
      error: { code: "CLOSED", cause: expect.any(Error) },
    });
    expect(server.requests).toHaveLength(1);
    await client.close();
  },
);

const silences: readonly [string, Treat][] = [
  ["nothing", () => undefined],
  ["100 without end", (socket) => endless(socket, "HTTP/1.1 100 Continue\r\n\r\n")],
  ["half a header", (socket) => socket.write("HTTP/1.1 101 Switching")],
  ["a 101 and no welcome", (socket, request) => socket.write(accepting(request))],
];

it.each(silences)("A-30 gives up after connectTimeoutMs where the answer is %s", async (_, treat) => {
  await using server = new RawServer(treat);
  const client = createClient({ url: await server.listen(), connectTimeoutMs: 100, retryLimit: 0 });
  await expect(client.connect()).rejects.toMatchObject({ code: "TIMEOUT" });
  await client.close();
});

it.each([301, 302, 303, 307, 308])("A-30 goes nowhere by a redirect of status %i", async (status) => {
  await using elsewhere = new RawServer((socket) => socket.end());
  const location = (await elsewhere.listen()).replace("ws:", "http:");
  await using server = new RawServer(refusing(`${status} Elsewhere`, `Location: ${location}`));
  const url = await server.listen();
  const client = createClient({ url, token: "secret", retryLimit: 0 });
  await expect(client.connect()).rejects.toMatchObject({ code: "CLOSED" });
  const socket = new ReconnectingWebSocket(url, undefined, { retryLimit: 0 });
  await new Promise((resolve) => socket.addEventListener("close", resolve));
  expect(server.requests).toHaveLength(2);
  expect(server.requests.join()).not.toContain("secret");
  expect(elsewhere.requests).toEqual([]);
});
