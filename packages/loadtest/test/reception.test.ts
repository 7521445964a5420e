import { expect, it } from "vitest";
import { Reception } from "../src/reception.js";

const socket = {};
const key = (number: number, sender = 1) => ({ sender, number, dueMicros: 0 });

it("takes each message once, of each sender on its own", () => {
  const reception = new Reception();
  const taken = [key(0), key(1), key(0, 2), key(5)].map((each) => reception.take(each, socket));
  expect(taken).toEqual(["new", "new", "new", "new"]);
  expect(reception.received).toBe(4);
});

it("calls a message repeated that comes again over the same connection, or after a later one", () => {
  const reception = new Reception();
  reception.take(key(3), socket);
  expect(reception.take(key(3), socket)).toBe("repeated");
  expect(reception.take(key(2), socket)).toBe("repeated");
  expect(reception.received).toBe(1);
});

it("forgives a server that repeats over a new connection: the client drops it", () => {
  const reception = new Reception();
  reception.take(key(3), socket);
  const next = {};
  expect(reception.take(key(3), next)).toBe("known");
  expect(reception.take(key(4), next)).toBe("new");
  expect(reception.take(key(4), next)).toBe("repeated");
});
