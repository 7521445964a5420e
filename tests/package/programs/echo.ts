import { createClient, ReconnectingWebSocket } from "@tautline/client";
import { TautlineError } from "@tautline/protocol";
import { contract, port, server } from "./echo-server.js";

const url = `ws://127.0.0.1:${port}`;

const client = createClient(contract, { url });
const echoed: string = await client.request("echo", "hello from a tarball");
console.log(echoed);

// @ts-expect-error the contract says that echo takes a string
const refused = await client.request("echo", 5).catch((error: unknown) => error);
if (TautlineError.is(refused)) console.log(refused.code);
await client.close();

const socket = new ReconnectingWebSocket(url);
await new Promise((resolve) => socket.addEventListener("open", resolve));
socket.close();
await server.close();
