export type { NetworkConditions, Spread } from "./network/conditions.js";
export { type DeviceOptions, linkOf, type VirtualDevice } from "./network/device.js";
export type { CutOptions, Link } from "./network/link.js";
export type { Links } from "./network/links.js";
export type {
  Accept,
  Admission,
  Listener,
  VirtualListenOptions,
  VirtualRequest,
} from "./network/listener.js";
export type { Direction, NetworkRecord } from "./network/network-record.js";
export { VirtualNetwork, type VirtualNetworkOptions } from "./network/virtual-network.js";
export {
  type ClientAnswerer,
  ScriptedClient,
  type ScriptedClientOptions,
} from "./scripted-client.js";
export { type Answer, type Answerer, ScriptedConnection, ScriptedServer } from "./scripted-server.js";
export { ScriptedTransport, type TransportClose } from "./scripted-transport.js";
export {
  type CloseRequest,
  ScriptedWebSocket,
  type ScriptedWebSockets,
  scriptedWebSockets,
} from "./scripted-web-socket.js";
export { seededRandom } from "./seeded-random.js";
export { VirtualClock } from "./virtual-clock.js";
