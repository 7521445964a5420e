import { describe, expectTypeOf, it } from "vitest";
import { ReconnectingWebSocket, type SendResult } from "../../src/index.js";

describe("the types of ReconnectingWebSocket", () => {
  it("fit where a WebSocket is wanted, as an object and as a constructor", () => {
    const socket: WebSocket = new ReconnectingWebSocket("ws://test", [], { autoConnect: false });
    const Drop: new (url: string | URL, protocols?: string | string[]) => WebSocket = ReconnectingWebSocket;
    expectTypeOf(socket).toEqualTypeOf<InstanceType<typeof Drop>>();
    expectTypeOf<typeof ReconnectingWebSocket.OPEN>().toEqualTypeOf<1>();
  });

  it("know each event", () => {
    const socket = new ReconnectingWebSocket("ws://test", undefined, { autoConnect: false });
    socket.addEventListener("close", (event) => {
      expectTypeOf(event.code).toEqualTypeOf<number>();
      expectTypeOf(event.willReconnect).toEqualTypeOf<boolean | undefined>();
    });
    socket.addEventListener("retry", ({ attempt, delayMs, reason }) => {
      expectTypeOf([attempt, delayMs]).toEqualTypeOf<number[]>();
      expectTypeOf(reason.kind).toEqualTypeOf<"dropped" | "refused" | "timeout" | "address">();
    });
    // @ts-expect-error -- no such event
    socket.addEventListener("opened", () => undefined);
    expectTypeOf(socket.send("x")).toEqualTypeOf<SendResult>();
  });

  it("take functions for url and protocols, async ones too", () => {
    new ReconnectingWebSocket(
      () => new URL("ws://test"),
      async () => ["v1"],
      { autoConnect: false },
    );
    new ReconnectingWebSocket(
      async () => "ws://test",
      () => undefined,
      { autoConnect: false },
    );
    // @ts-expect-error -- a number is no address; everything has toString, so objects are not refused
    new ReconnectingWebSocket(undefined, [], { autoConnect: false });
  });
});
