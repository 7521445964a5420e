export {
  type CloseRequest,
  ScriptedWebSocket,
  type ScriptedWebSockets,
  scriptedWebSockets,
} from "./scripted-web-socket.js";
export { seededRandom } from "./seeded-random.js";
export { VirtualClock } from "./virtual-clock.js";
