import { defineContract } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { CompiledContract } from "../src/compiled-contract.js";

const contract = () => new CompiledContract(defineContract({ rooms: { "chat/:id": {}, lobby: {} } }));

describe("CompiledContract", () => {
  it("takes a room's name apart, and gives the same for the same name", () => {
    const compiled = contract();
    const room = compiled.room("chat/a%2Fb");
    expect(room).toMatchObject({
      name: "chat/a%2Fb",
      definition: { pattern: "chat/:id" },
      params: { id: "a/b" },
    });
    expect(compiled.room("chat/a%2Fb")).toBe(room);
    expect(compiled.room("nowhere")).toBeUndefined();
  });

  it("lets nobody change the parameters that others are given", () => {
    const room = contract().room("chat/a");
    expect(() => Object.assign(room?.params ?? {}, { id: "b" })).toThrow(TypeError);
  });

  it("remembers the rooms that are asked for, and only so many of them", () => {
    const compiled = contract();
    const often = compiled.room("chat/often");
    const once = compiled.room("chat/once");
    for (let i = 0; i < 5_000; i++) {
      compiled.room(`chat/${i}`);
      expect(compiled.room("chat/often")).toBe(often);
    }
    expect(compiled.room("chat/once")).not.toBe(once);
    expect(compiled.room("chat/once")).toEqual(once);
  });
});
