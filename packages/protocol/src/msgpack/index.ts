export { msgpackCodec } from "./msgpack-codec.js";
