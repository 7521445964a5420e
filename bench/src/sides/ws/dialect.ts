import { type Dialect, padding } from "../../load/dialect.js";

const overhead = '{"type":"message","data":{"text":""}}'.length;
const typeAt = '{"type":"'.length;
const a = "a".charCodeAt(0);

/** Bare text messages: what is said is passed on as it is, what is asked comes back. */
export const bareDialect: Dialect = {
  upgrade: ({ missed }) => ({ path: missed ? `/missed?count=${missed.count}&bytes=${missed.bytes}` : "/" }),
  say: ({ bytes, text = padding(bytes, overhead) }) => `{"type":"message","data":{"text":"${text}"}}`,
  ask: ({ text }) => `{"type":"ask","data":{"text":"${text}"}}`,
  kindOf: (bytes, start) => (bytes[start + typeAt] === a ? "answer" : "delivery"),
};
