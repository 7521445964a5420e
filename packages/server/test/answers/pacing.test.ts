import { describe, expect, it } from "vitest";
import { Pacing } from "../../src/answers/pacing.js";
import { refusal } from "../../src/refusal.js";
import { serving } from "./set-up.js";

const limited = refusal("RATE_LIMITED", { retryAfterMs: 100 });

/** What becomes of these ids, where the server refuses those of `refused` each time they come so far. */
function paced(pacing: Pacing, ids: readonly number[], refused: readonly number[] = []): readonly string[] {
  return ids.map((id) => {
    if (pacing.whyHeld(id)) return `${id} held`;
    if (!refused.includes(id)) return `${id}`;
    pacing.refused(id, limited);
    return `${id} refused`;
  });
}

describe("[9.12] after a message was refused for now", () => {
  it("those behind it are held back until it comes again, and then each until the ones before it came", () => {
    const pacing = new Pacing(256);
    expect(paced(pacing, [1, 2, 3, 4], [2])).toEqual(["1", "2 refused", "3 held", "4 held"]);
    expect(paced(pacing, [2, 5, 3, 6, 4, 5, 6, 7])).toEqual([
      "2",
      "5 held",
      "3",
      "6 held",
      "4",
      "5",
      "6",
      "7",
    ]);
  });

  it("those before it pass", () => {
    const pacing = new Pacing(256);
    expect(paced(pacing, [5, 3, 6], [5])).toEqual(["5 refused", "3", "6 held"]);
  });

  it("it may be refused again, and all repeats behind it are", () => {
    const pacing = new Pacing(256);
    expect(paced(pacing, [1, 2, 3], [1])).toEqual(["1 refused", "2 held", "3 held"]);
    expect(paced(pacing, [1, 2, 3], [1])).toEqual(["1 refused", "2 held", "3 held"]);
    expect(paced(pacing, [1, 2, 3, 4])).toEqual(["1", "2", "3", "4"]);
  });

  it("those behind it go on when it is cancelled, beginning with the next that was refused", () => {
    const pacing = new Pacing(256);
    paced(pacing, [1, 2, 3], [1]);
    pacing.cancelled(1);
    expect(paced(pacing, [3])).toEqual(["3"]);
    paced(pacing, [4, 5, 6], [4]);
    pacing.cancelled(4);
    expect(paced(pacing, [7, 5, 6, 7])).toEqual(["7 held", "5", "6", "7"]);
  });

  it("a later one that is repeated first shows that it was given up", () => {
    const pacing = new Pacing(256);
    paced(pacing, [1, 2, 3], [1]);
    expect(paced(pacing, [2, 3, 4])).toEqual(["2", "3", "4"]);
  });

  it("a client that sends more than it can have had under way has given it up", () => {
    const pacing = new Pacing(4);
    expect(paced(pacing, [1, 2, 3, 4, 5, 6], [1])).toEqual([
      "1 refused",
      "2 held",
      "3 held",
      "4 held",
      "5",
      "6",
    ]);
  });
});

describe("a full peer beyond its rate limit", () => {
  const rateLimit = { messages: 2, windowMs: 1_000, refusals: 3 };

  it("[9.12] is refused all that follows, free of cost, and is handled in order once it has paced itself", async () => {
    const { clock, server, client } = serving({ rateLimit });
    const begun: number[] = [];
    server.handle("set", ({ data }) => {
      begun.push(data.n);
    });
    const ada = client();
    await ada.connect(server);
    for (let id = 1; id <= 12; id++) await ada.send(id, "set");
    expect(ada.answers.slice(0, 3)).toEqual(["$ack 1", "$ack 2", "$error 3 RATE_LIMITED"]);
    expect(new Set(ada.answers.slice(3).map((line) => line.split(" ")[2]))).toEqual(
      new Set(["RATE_LIMITED"]),
    );
    const [held] = ada.transport.sent.filter(({ id }) => id === 4);
    expect(held?.error).toMatchObject({
      retryAfterMs: expect.any(Number),
      issues: [{ message: "id 3 was refused: repeat or cancel it before 4" }],
    });
    expect(server.stats().totals.rateLimited).toBe(1);
    expect(ada.transport.closeRequests).toEqual([]);
    await clock.advance(1_000);
    for (const id of [13, 3, 4]) await ada.send(id, "set");
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it("[9.12] goes on when the message was cancelled", async () => {
    const { clock, server, client } = serving({ rateLimit });
    server.handle("set", () => undefined);
    const ada = client();
    await ada.connect(server);
    for (const id of [1, 2, 3]) await ada.send(id, "set");
    await clock.advance(1_000);
    await ada.send(0, "$cancel", { id: undefined, data: { id: 3 } });
    await ada.send(4, "set");
    expect(ada.answers.slice(2)).toEqual(["$error 3 RATE_LIMITED", "$ack 4"]);
  });

  it("joins rooms all the same: only messages have an order among themselves", async () => {
    const { server, client } = serving({ rateLimit });
    server.handle("set", () => undefined);
    const ada = client();
    await ada.connect(server);
    for (const id of [1, 2, 3]) await ada.send(id, "set");
    await ada.send(4, "$join", { data: { room: "book/a" } });
    expect(ada.answers.at(-1)).toBe("$joined 4");
  });
});

describe("what an application throws as RATE_LIMITED", () => {
  it("before the handler holds back what follows, as the server's own limit does", async () => {
    let isBusy = true;
    const { server, client } = serving({
      authorize: () => {
        if (isBusy) throw limited;
        return true;
      },
    });
    server.handle("set", () => undefined);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "set");
    isBusy = false;
    for (const id of [2, 1, 2]) await ada.send(id, "set");
    expect(ada.answers).toEqual(["$error 1 RATE_LIMITED", "$error 2 RATE_LIMITED", "$ack 1", "$ack 2"]);
  });

  it("from the handler is UNAVAILABLE: what has begun cannot be put off", async () => {
    const { server, client } = serving();
    server.handle("set", () => {
      throw limited;
    });
    const ada = client();
    await ada.connect(server);
    for (const id of [1, 2, 1]) await ada.send(id, "set");
    expect(ada.answers).toEqual(["$error 1 UNAVAILABLE", "$error 2 UNAVAILABLE", "$error 1 UNAVAILABLE"]);
    expect(ada.transport.take("$error").error?.retryAfterMs).toBe(100);
  });
});
