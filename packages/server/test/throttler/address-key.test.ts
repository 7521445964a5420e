import { describe, expect, it } from "vitest";
import { addressKey } from "../../src/throttler/address-key.js";

describe("addressKey", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:7::1", "2001:db8:0:7::/64"],
    ["2001:0DB8:0000:0007:ffff:ffff:ffff:ffff", "2001:db8:0:7::/64"],
    ["2001:db8::7:0:0:0:1", "2001:db8:0:7::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ])("gives %s the key %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([undefined, "", "localhost", "1.2.3", "::ffff:1.2.3.4:5", "%", "300.1.1.1"])(
    "gives %s, which is no address, the one key of all such",
    (address) => {
      expect(addressKey(address)).toBe("unknown");
    },
  );

  it("keeps neighbouring networks apart", () => {
    expect(addressKey("2001:db8:0:7::1")).not.toBe(addressKey("2001:db8:0:8::1"));
  });
});
