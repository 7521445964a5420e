import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { indexedDbStorage, type KeptMessage } from "../../src/persistent-outbox/index.js";

const message = (partition: string, seq: number, id?: number): KeptMessage => ({
  partition,
  seq,
  id,
  envelope: { type: "say", data: { text: `${seq}` } },
  idempotent: false,
  heirs: 0,
});

describe("messages in IndexedDB", () => {
  it("are read in the order in which they were sent, by partition or all, also by another page", async () => {
    const storage = indexedDbStorage("order");
    for (const seq of [10, 2, 1]) await storage.put(message("a", seq));
    await storage.put(message("b", 1));
    const other = indexedDbStorage("order");
    expect((await other.read("a")).map(({ seq }) => seq)).toEqual([1, 2, 10]);
    expect(await other.read()).toHaveLength(4);
    expect(await other.read("c")).toEqual([]);
  });

  it("are replaced and forgotten by partition and place", async () => {
    const storage = indexedDbStorage("replace");
    await storage.put(message("a", 1));
    await storage.put(message("a", 1, 7));
    expect(await storage.read()).toMatchObject([{ id: 7 }]);
    await storage.delete("a", 2);
    await storage.delete("a", 1);
    expect(await storage.read()).toEqual([]);
  });

  it("are apart under each name", async () => {
    await indexedDbStorage("one").put(message("a", 1));
    expect(await indexedDbStorage("two").read()).toEqual([]);
  });

  it("can be deleted by the browser meanwhile: the next step opens anew", async () => {
    const storage = indexedDbStorage("deleted");
    await storage.put(message("a", 1));
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase("deleted");
      request.onsuccess = () => resolve();
      request.onerror = () => reject(new Error("not deleted"));
    });
    expect(await storage.read()).toEqual([]);
    await storage.put(message("a", 2));
    expect(await storage.read()).toHaveLength(1);
  });
});
