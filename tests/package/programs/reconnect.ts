import { createClient } from "@tautline/client";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";
import { seededRandom, VirtualClock, VirtualNetwork } from "@tautline/testing";

// As in a test of an app: no port, no sleep.
const url = "ws://app.test/live";
const contract = defineContract({
  messages: { echo: { data: unchecked<string>(), reply: unchecked<string>() } },
});
const clock = new VirtualClock();
const network = new VirtualNetwork({ clock, random: seededRandom(1) });
const server = createServer(contract, { authenticate: guests(), authorize: allowAll, clock });
server.handle("echo", ({ data }) => data);
network.listen(url, (transport, request) => server.accept(transport, request));

const client = createClient(contract, { url, clock, WebSocket: network.WebSocket });
console.log(await clock.until(client.request("echo", "hello over a virtual network")));
network.links.cut();
await clock.until(() => client.state.kind !== "connected");
console.log(await clock.until(client.request("echo", "and after a cut")));
await clock.until(Promise.all([client.close(), server.close()]));
