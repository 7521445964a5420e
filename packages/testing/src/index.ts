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
