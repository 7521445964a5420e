import { fileURLToPath } from "node:url";
import { chatPage } from "tautline-example-chat";
import { dashboardPage } from "tautline-example-dashboard";
import { startDemo } from "./demo.js";

const port = Number(process.env.PORT || 8080);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(`PORT: expected a number from 0 to 65535, got "${process.env.PORT}".`);
}

const landing = fileURLToPath(new URL("./page/", import.meta.url));
const demo = await startDemo({ port, pages: { landing, chat: chatPage, dashboard: dashboardPage } }).catch(
  (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    return fail(`Port ${port} is already in use. Stop what listens there, or set PORT to another one.`);
  },
);

console.log(`listening on http://localhost:${demo.port}`);
console.log("Open it in two tabs. Ctrl-C ends it.");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    // Asked twice, it does not wait for anybody.
    process.once(signal, () => process.exit(1));
    void demo.close().then(() => process.exit(0));
  });
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
