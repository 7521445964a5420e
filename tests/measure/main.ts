import { fileURLToPath } from "node:url";
import { LocalCrowd } from "./crowd.js";
import { measureDrain } from "./drain.js";
import { RemoteCrowd, serveCrowd } from "./remote-crowd.js";

const [first = "1000", second = "20000"] = process.argv.slice(2);
if (first.startsWith("ws:")) serveCrowd(new LocalCrowd(first, Number(second)));
else {
  const [clients, withinMs] = [Number(first), Number(second)];
  console.log(`${clients} clients leave a node within ${withinMs} ms …`);
  const crowdOf = (url: string) => new RemoteCrowd(fileURLToPath(import.meta.url), [url, String(clients)]);
  console.log(await measureDrain({ clients, withinMs, quietMs: 3_000 }, crowdOf));
}
