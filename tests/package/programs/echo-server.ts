import { defineContract } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";
import * as z from "zod";

export const contract = defineContract({ messages: { echo: { data: z.string(), reply: z.string() } } });

export const server = createServer(contract, { authenticate: guests(), authorize: allowAll });
server.handle("echo", ({ data }) => data);
export const { port } = await server.listen({ port: 0 });
