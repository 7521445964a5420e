import { randomBytes } from "node:crypto";

/** The name of one load test, in all keys of its messages: those of an earlier one, which a history may still hold, are told apart by it. */
export const newRunName = (): string => randomBytes(4).toString("hex");
