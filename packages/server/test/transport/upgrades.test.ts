import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Peer } from "../support/peer.js";
import { chatServer } from "../support/serving.js";
import { tls } from "../support/tls.js";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

async function listening(server: HttpServer): Promise<number> {
  opened.push(server);
  server.listen(0);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** The raw HTTP answer to an upgrade. */
async function upgrade(port: number, headers: Record<string, string> = {}, path = "/"): Promise<string> {
  const socket = connect(port, "localhost");
  const lines = Object.entries({
    Host: `localhost:${port}`,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
    if (answer.startsWith("HTTP/1.1 101")) socket.destroy();
  });
  await once(socket, "close");
  return answer;
}

describe("an upgrade", () => {
  it("[1.7] of a foreign page is refused with a body and a log record that name origin and option", async () => {
    const log: object[] = [];
    const { port } = await chatServer({ log: (record) => log.push(record) }).listen();
    const answer = await upgrade(port, { Origin: "https://evil.example" });
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden/);
    expect(answer).toContain("origin 'https://evil.example'");
    expect(answer).toContain("option 'origins'");
    expect(log).toMatchObject([{ event: "upgrade.refused", status: 403 }]);
  });

  it.each([
    ["a TLS proxy's page", { Host: "example.com", Origin: "https://example.com" }],
    ["a Vite dev server's page", { Origin: "http://localhost:5173" }],
    ["no browser", {}],
  ])("[1.7] of %s is accepted", async (_what, headers) => {
    const { port } = await chatServer().listen();
    expect(await upgrade(port, headers)).toMatch(/^HTTP\/1\.1 101/);
  });

  it("[1.2] gets the subprotocol that the server speaks, among those that are offered", async () => {
    const { port } = await chatServer().listen();
    const answer = await upgrade(port, { "Sec-WebSocket-Protocol": "other, tautline.v1.json" });
    expect(answer).toContain("Sec-WebSocket-Protocol: tautline.v1.json");
  });

  it("[1.4] that offers only foreign subprotocols is refused, and told ours", async () => {
    const { port } = await chatServer().listen();
    const answer = await upgrade(port, { "Sec-WebSocket-Protocol": "graphql-ws" });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain("tautline.v1.json");
  });

  it("[1.3] of a plain peer is refused where plain peers are not admitted", async () => {
    const { port } = await chatServer({ plain: false }).listen();
    expect(await upgrade(port)).toMatch(/^HTTP\/1\.1 400/);
  });

  it.each([
    ["without a key", { "Sec-WebSocket-Key": "" }, "400"],
    ["of another version", { "Sec-WebSocket-Version": "7" }, "400"],
    // There, pages name their origin by another header.
    ["of the draft that `ws` knows, too", { "Sec-WebSocket-Version": "8" }, "400"],
    ["of a version in another notation", { "Sec-WebSocket-Version": "0x8" }, "400"],
    ["to another protocol", { Upgrade: "h2c" }, "400"],
  ])("[1.6] %s is refused", async (_what, headers, status) => {
    const { port } = await chatServer().listen();
    expect(await upgrade(port, headers)).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  });

  it("whose socket is reset at once harms nobody", async () => {
    const { port, url } = await chatServer().listen();
    for (let i = 0; i < 20; i++) {
      const socket = connect(port, "localhost");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://y\r\n\r\n",
      );
      socket.resetAndDestroy();
    }
    (await Peer.connect(url)).close();
  });
});

describe("attach", () => {
  it("puts several servers on one HTTP server, by path", async () => {
    const http = createHttpServer((_request, response) => response.end("a page"));
    const [chat, live] = [chatServer(), chatServer()];
    chat.handle("rename", () => ({ name: "chat" }));
    live.handle("rename", () => ({ name: "live" }));
    chat.attach(http, { path: "/chat" });
    live.attach(http, { path: "/live" });
    const port = await listening(http);
    for (const name of ["chat", "live"]) {
      const peer = await Peer.connect(`ws://localhost:${port}/${name}?x=1`);
      peer.send({ type: "rename", id: 1, data: { name: "a" } });
      expect((await peer.next("$reply")).data).toEqual({ name });
    }
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe("a page");
    expect(() => chatServer().attach(http, { path: "/live" })).toThrow("path");
  });

  it("answers other paths 404 where nobody else listens", async () => {
    const http = createHttpServer();
    chatServer().attach(http, { path: "/live" });
    const port = await listening(http);
    expect(await upgrade(port, {}, "/other")).toMatch(/^HTTP\/1\.1 404/);
  });

  it("leaves other paths to others", async () => {
    const http = createHttpServer();
    const others = new WebSocketServer({ noServer: true });
    http.on("upgrade", (request, socket, head) => {
      if (request.url === "/hmr") others.handleUpgrade(request, socket, head, (ws) => ws.send("theirs"));
    });
    chatServer().attach(http, { path: "/live" });
    const port = await listening(http);
    const socket = new WebSocket(`ws://localhost:${port}/hmr`);
    const [message] = await once(socket, "message");
    expect(String(message)).toBe("theirs");
    socket.close();
    (await Peer.connect(`ws://localhost:${port}/live`)).close();
  });

  it("frees its path when it is detached, or its server closed", async () => {
    const http = createHttpServer();
    chatServer().attach(http, { path: "/live" })();
    const server = chatServer();
    server.attach(http, { path: "/live" });
    await server.close();
    chatServer().attach(http, { path: "/live" });
  });

  it("works over TLS", async () => {
    const https = createHttpsServer(tls);
    const server = chatServer();
    server.handle("rename", ({ data }) => data);
    server.attach(https, { path: "/live" });
    const port = await listening(https);
    const socket = new WebSocket(`wss://localhost:${port}/live`, { rejectUnauthorized: false });
    await once(socket, "open");
    for (const id of [1, 2]) socket.send(JSON.stringify({ type: "rename", id, data: { name: "Ada" } }));
    const [message] = await once(socket, "message");
    expect(JSON.parse(String(message))).toMatchObject({ type: "$reply", id: 1, data: { name: "Ada" } });
    socket.terminate();
  });
});

describe("listen", () => {
  it("rejects with ADDRESS_IN_USE", async () => {
    const { port } = await chatServer().listen();
    await expect(chatServer().listen({ port })).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
    await expect(chatServer().listen({ port, host: "127.0.0.1" })).rejects.toThrow(String(port));
  });

  it.each(["127.0.0.1", "::1"])("listens at %s", async (host) => {
    const { url, address } = await chatServer().listen({ host });
    expect(address).toBe(host);
    (await Peer.connect(url)).close();
  });

  it("is reached over IPv4 and IPv6 without a host", async () => {
    const { port } = await chatServer().listen();
    (await Peer.connect(`ws://127.0.0.1:${port}`)).close();
    (await Peer.connect(`ws://[::1]:${port}`)).close();
  });

  it("answers an ordinary request 426", async () => {
    const { port } = await chatServer().listen();
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(426);
  });
});

describe("handleUpgrade", () => {
  it("serves a socket that is no net.Socket", async () => {
    const { Duplex } = await import("node:stream");
    const http = createHttpServer();
    const server = chatServer();
    server.handle("rename", ({ data }) => data);
    http.on("upgrade", (request, socket, head) => {
      const wrapped = Duplex.from({ readable: socket, writable: socket });
      server.handleUpgrade(request, wrapped, head);
    });
    const port = await listening(http);
    const peer = await Peer.connect(`ws://localhost:${port}/`);
    peer.send({ type: "rename", id: 1, data: { name: "Ada" } });
    expect((await peer.next("$reply")).data).toEqual({ name: "Ada" });
  });
});
