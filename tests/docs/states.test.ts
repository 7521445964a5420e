import { expect, it } from "vitest";
import { statesPage } from "./state-diagrams.js";
import { machines } from "./state-machines.js";

it("docs/reference/states.md shows the transition tables as they are", async () => {
  // Run this test with `-u` to write the page anew.
  await expect(statesPage(machines)).toMatchFileSnapshot("../../docs/reference/states.md");
});

it.each(machines)("$title: every state can be reached", ({ states, edges }) => {
  const reached = new Set(states.slice(0, 1));
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
  }
  expect(states.filter((state) => !reached.has(state))).toEqual([]);
});
