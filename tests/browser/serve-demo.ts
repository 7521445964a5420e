import { fileURLToPath } from "node:url";
import { startDemo } from "tautline-example-demo";

// The demo as its command starts it, but with the pages that lie beside this file once it is built.

const page = (name: string): string => fileURLToPath(new URL(`./${name}/`, import.meta.url));
const pages = { landing: page("demo"), chat: page("chat"), dashboard: page("dashboard") };
const demo = await startDemo({ port: Number(process.env.PORT), pages });
console.log(`port ${demo.port}`);
