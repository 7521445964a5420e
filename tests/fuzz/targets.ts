import type { Target } from "./engine/target.js";
import { target as clientAddress } from "./targets/client-address.js";
import { target as clientInbound } from "./targets/client-inbound.js";
import { target as connection } from "./targets/connection.js";
import { target as frames } from "./targets/frames.js";
import { target as hello } from "./targets/hello.js";
import { target as jsonCodec } from "./targets/json-codec.js";
import { target as msgpackCodec } from "./targets/msgpack-codec.js";
import { target as nodeMessage } from "./targets/node-message.js";
import { target as origin } from "./targets/origin.js";
import { target as upgrade } from "./targets/upgrade.js";

/** All of them. */
export const targets: readonly Target[] = [
  clientAddress,
  clientInbound,
  connection,
  frames,
  hello,
  jsonCodec,
  msgpackCodec,
  nodeMessage,
  origin,
  upgrade,
];
