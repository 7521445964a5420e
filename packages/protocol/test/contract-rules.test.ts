import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type ContractDefinition, defineContract, reservedEvents, toolsOf, unchecked } from "../src/index.js";

/** As a program without types would call it. */
const define = defineContract as (contract: unknown) => ContractDefinition;
const refuses = (contract: unknown, message: string) => {
  expect(() => define(contract)).toThrow(expect.objectContaining({ code: "INVALID_CONTRACT", message }));
};
const inRoom = (room: unknown) => ({ rooms: { "chat/:id": room } });

describe("a contract", () => {
  it("is given back as it is", () => {
    const contract = {
      messages: {
        a: { data: z.string(), reply: v.string(), errors: { E: type("string") }, idempotent: true },
        b: {},
      },
      events: { a: { data: unchecked<string>(), volatile: false }, constructor: {} },
      rooms: {
        "chat/:id": { messages: { say: {} }, events: { say: {}, typing: {} }, clientEvents: ["typing"] },
        "chat/a:b": {},
      },
    };
    expect(define(contract)).toBe(contract);
    expect(define({})).toEqual({});
  });

  it("takes undefined for absent", () => {
    define({
      messages: undefined,
      events: { a: { data: undefined, volatile: undefined } },
      rooms: { r: { clientEvents: undefined } },
    });
  });

  it("has objects where objects belong", () => {
    refuses(null, "contract: expected an object, got null");
    refuses([], "contract: expected an object, got []");
    refuses({ messages: [] }, "contract > messages: expected an object, got []");
    refuses({ messages: { a: null } }, "contract > messages > a: expected an object, got null");
    refuses({ rooms: { r: "r" } }, 'contract > rooms > r: expected an object, got "r"');
  });

  it("has no keys but those that mean something", () => {
    refuses({ room: {} }, "contract: unknown key 'room', expected messages, events, rooms");
    refuses(
      { messages: { a: { idempotnt: true } } },
      "contract > messages > a: unknown key 'idempotnt', expected data, reply, errors, idempotent",
    );
    refuses(
      { events: { a: { reply: z.string() } } },
      "contract > events > a: unknown key 'reply', expected data, volatile",
    );
    refuses(
      inRoom({ history: 5 }),
      "contract > rooms > chat/:id: unknown key 'history', expected messages, events, clientEvents, presence",
    );
    refuses(
      { messages: { a: { constructor: {} } } },
      "contract > messages > a: unknown key 'constructor', expected data, reply, errors, idempotent",
    );
  });

  it("has schemas where schemas belong, and only there", () => {
    const where = "a Standard Schema (zod, valibot, arktype, unchecked)";
    refuses(
      { messages: { a: { data: "string" } } },
      `contract > messages > a > data: expected ${where}, got "string"`,
    );
    refuses(
      { messages: { a: { reply: { "~standard": {} } } } },
      `contract > messages > a > reply: expected ${where}, got {"~standard":{}}`,
    );
    refuses(
      { messages: { a: { errors: { E: {} } } } },
      `contract > messages > a > errors > E: expected ${where}, got {}`,
    );
    refuses(
      inRoom({ presence: () => 1 }),
      `contract > rooms > chat/:id > presence: expected ${where}, got a function`,
    );
    for (const schema of [z.string(), v.string(), type("string"), unchecked()]) {
      refuses(
        { events: { a: schema } },
        "contract > events > a: expected an object with data, volatile, got a schema",
      );
    }
  });

  it("has flags where flags belong", () => {
    refuses(
      { messages: { a: { idempotent: "yes" } } },
      'contract > messages > a > idempotent: expected true or false, got "yes"',
    );
    refuses(
      { events: { a: { volatile: 1 } } },
      "contract > events > a > volatile: expected true or false, got 1",
    );
  });

  it("[2.2] leaves the protocol's names to the protocol", () => {
    const text = "this name belongs to the protocol";
    for (const name of ["$x", "$join", "ping", "pong"]) {
      refuses({ messages: { [name]: {} } }, `contract > messages > ${name}: ${text}`);
      refuses({ events: { [name]: {} } }, `contract > events > ${name}: ${text}`);
      refuses(
        inRoom({ messages: { [name]: {} } }),
        `contract > rooms > chat/:id > messages > ${name}: ${text}`,
      );
      refuses(inRoom({ events: { [name]: {} } }), `contract > rooms > chat/:id > events > ${name}: ${text}`);
    }
    for (const name of reservedEvents) {
      refuses({ events: { [name]: {} } }, `contract > events > ${name}: ${text}`);
      define({ messages: { [name]: {} } });
    }
  });

  it("[2.1] has names that fit an envelope", () => {
    refuses({ messages: { "": {} } }, 'contract > messages > : expected a name of 1–128 bytes, got ""');
    expect(() => define({ events: { ["é".repeat(65)]: {} } })).toThrow(/1–128 bytes/);
    define({ events: { ["é".repeat(64)]: {} } });
  });

  it("has client events that are events, and no messages", () => {
    const at = "contract > rooms > chat/:id > clientEvents";
    refuses(inRoom({ events: { a: {} }, clientEvents: ["b"] }), `${at}: 'b' is not among the room's events`);
    refuses(inRoom({ clientEvents: ["constructor"] }), `${at}: 'constructor' is not among the room's events`);
    refuses(
      inRoom({ messages: { a: {} }, events: { a: {} }, clientEvents: ["a"] }),
      `${at}: 'a': a message and a client event cannot share a name`,
    );
    refuses(inRoom({ clientEvents: "a" }), `${at}: expected an array of names of events, got "a"`);
  });

  it("[7.5] has room patterns that name rooms", () => {
    for (const pattern of ["", "/", "a/", "/a", "a//b", ":", "a/:", ":/a"]) {
      expect(() => define({ rooms: { [pattern]: {} } })).toThrow(/expected no empty segment|1–256 bytes/);
    }
    refuses(
      { rooms: { "$a/:id": {} } },
      "contract > rooms > $a/:id: names that begin with '$' belong to the protocol",
    );
    refuses({ rooms: { "a/:id/:id": {} } }, "contract > rooms > a/:id/:id: expected each parameter once");
    expect(() => define({ rooms: { "a\n": {} } })).toThrow(/no control characters/);
  });

  it("has no two patterns that match the same names", () => {
    refuses(
      { rooms: { "chat/:id": {}, "chat/:name": {} } },
      "contract > rooms: 'chat/:id' and 'chat/:name' match the same names",
    );
    define({ rooms: { "chat/:id": {}, "chat/admin": {}, ":kind/admin": {}, "chat/:id/:x": {} } });
  });
});

describe("what a contract brings along", () => {
  it("names the room's definition, and checks by its schemas", () => {
    const say = { data: z.object({ text: z.string().trim() }) };
    const contract = defineContract({ rooms: { "chat/:id": { messages: { say } } } });
    const tools = toolsOf(contract);
    expect(tools?.roomNamed("chat/lobby")).toBe(contract.rooms["chat/:id"]);
    expect(() => tools?.roomNamed("chat")).toThrow(expect.objectContaining({ code: "UNKNOWN_ROOM" }));
    expect(tools?.validate(say.data, { text: " hi " })).toEqual({ ok: true, value: { text: "hi" } });
  });

  it("is not seen by whoever looks at the contract, and not there where nobody defined one", () => {
    const contract = define({ events: { a: {} } });
    expect(Object.keys(contract)).toEqual(["events"]);
    expect(toolsOf({ ...contract })).toBeUndefined();
    expect(toolsOf(define(contract))).toBeDefined();
  });

  it("comes with a copy of a frozen contract", () => {
    expect(toolsOf(define(Object.freeze({ events: {} })))).toBeDefined();
  });
});
