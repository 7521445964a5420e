import { measureDrain } from "./drain.js";

const [clients = 1_000, withinMs = 10_000] = process.argv.slice(2).map(Number);
console.log(`${clients} clients leave a node within ${withinMs} ms …`);
console.log(await measureDrain({ clients, withinMs, quietMs: 3_000 }));
