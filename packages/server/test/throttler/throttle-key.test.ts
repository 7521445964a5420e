import { expect, it } from "vitest";
import { throttleKey } from "../../src/throttler/throttle-key.js";

const subject = { connection: "c1", user: "u1", address: "2001:db8::1" };

it("limits by connection, by user or by address, and never mixes their names", () => {
  expect(throttleKey("connection", subject)).toBe("connection c1");
  expect(throttleKey("user", subject)).toBe("user u1");
  expect(throttleKey("address", subject)).toBe("address 2001:db8:0:0::/64");
});

it("limits a connection on its own until its user is known", () => {
  expect(throttleKey("user", { connection: "c1" })).toBe("connection c1");
});
