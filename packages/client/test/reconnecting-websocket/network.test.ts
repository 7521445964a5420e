import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import {
  type BrowserScope,
  browserNetwork,
  type NetworkChange,
} from "../../src/reconnecting-websocket/network.js";

/** A window of jsdom, whose mood is set by hand. */
function fakeWindow() {
  const { window } = new JSDOM();
  const state = { onLine: true, visibilityState: "visible" };
  let listeners = 0;
  const scope: BrowserScope = {
    navigator: state,
    document: state,
    addEventListener: (...args) => {
      listeners++;
      window.addEventListener(...args);
    },
    removeEventListener: (...args) => {
      listeners--;
      window.removeEventListener(...args);
    },
  };
  return {
    scope,
    state,
    fire: (type: string) => window.dispatchEvent(new window.Event(type)),
    count: () => listeners,
  };
}

describe("the network of a browser", () => {
  it("believes the navigator only when it says offline", () => {
    const { scope, state } = fakeWindow();
    expect(browserNetwork(scope).online).toBe(true);
    state.onLine = false;
    expect(browserNetwork(scope).online).toBe(false);
    const { addEventListener, removeEventListener } = scope;
    expect(browserNetwork({ addEventListener, removeEventListener }).online).toBe(true);
  });

  it("tells when the device is online again, also to a hidden page", () => {
    const { scope, state, fire } = fakeWindow();
    const heard: NetworkChange[] = [];
    browserNetwork(scope).subscribe((change) => heard.push(change));
    fire("online");
    state.visibilityState = "hidden";
    fire("online");
    expect(heard).toEqual(["online", "online"]);
  });

  it("tells when the page is looked at, or is back from the back/forward cache, not when it is hidden", () => {
    const { scope, state, fire } = fakeWindow();
    const heard: NetworkChange[] = [];
    browserNetwork(scope).subscribe((change) => heard.push(change));
    fire("visibilitychange");
    fire("pageshow");
    state.visibilityState = "hidden";
    fire("visibilitychange");
    expect(heard).toEqual(["visible", "visible"]);
  });

  it("leaves no listener behind", () => {
    const { scope, fire, count } = fakeWindow();
    const heard: NetworkChange[] = [];
    const remove = browserNetwork(scope).subscribe((change) => heard.push(change));
    expect(count()).toBe(3);
    remove();
    expect(count()).toBe(0);
    fire("online");
    expect(heard).toEqual([]);
  });
});
