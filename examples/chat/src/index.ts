import { fileURLToPath } from "node:url";

export { authorizeChat, chatRooms, createChat, isRoomTitle, lobby } from "./chat.js";
export { type ChatContract, chat } from "./contract.js";

/** The folder of the built page, for whatever serves static files. */
export const chatPage: string = fileURLToPath(new URL("./page/", import.meta.url));
