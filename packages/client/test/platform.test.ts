import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { defaultNetwork, defaultRandom, defaultWebSocket, encodedLength } from "../src/platform.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the platform in Node", () => {
  it("has the WebSocket of ws, and nobody who tells about the network", () => {
    expect(defaultWebSocket()).toBe(WebSocket);
    expect(defaultNetwork()).toBeNull();
  });

  it("reads chance when it is asked, and says what is missing", () => {
    expect(defaultRandom.bytes(16)).toHaveLength(16);
    expect(defaultRandom.float()).toBeLessThan(1);
    vi.spyOn(Math, "random").mockReturnValue(0.25);
    expect(defaultRandom.float()).toBe(0.25);
    vi.stubGlobal("crypto", undefined);
    expect(() => defaultRandom.bytes(16)).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
  });

  it.each(["", "a", "é", "€", "😀", "\ud800", "😀\udc00x"])("measures %j as the encoder would", (text) => {
    expect(encodedLength(text)).toBe(new TextEncoder().encode(text).length);
  });
});
