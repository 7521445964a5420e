import type { Fault } from "./fault.js";

/** Mistakes where the way to the engine was cut. */
export const lineFaults: readonly Fault[] = [
  {
    name: "hides that it was cut off",
    plantInLine(line) {
      line.heal = () => line.restore();
    },
  },
  {
    name: "tells one subscriber alone that it was cut off",
    plantInLine(line) {
      const { subscribe } = line.broker;
      let first = true;
      line.broker.subscribe = (channel, subscriber) => {
        const isTold = first;
        first = false;
        return subscribe(channel, {
          delivered: (delivery) => subscriber.delivered(delivery),
          interrupted: (cause) => isTold && subscriber.interrupted(cause),
        });
      };
    },
  },
  {
    name: "delivers nothing any more once it was cut off",
    plantInLine(line) {
      let wasCut = false;
      const { cut } = line;
      line.cut = () => {
        wasCut = true;
        cut.call(line);
      };
      line.delivers = () => !wasCut;
    },
  },
  {
    name: "appends what it refuses",
    plantInLine(line) {
      const { append } = line.broker;
      const waiting: (() => unknown)[] = [];
      line.broker.append = async (...call) => {
        if (!line.isCut) return append(...call);
        waiting.push(() => append(...call));
        throw new Error("the engine cannot be reached");
      };
      const { heal } = line;
      line.heal = () => {
        heal.call(line);
        for (const late of waiting.splice(0)) void late();
      };
    },
  },
  {
    name: "never says what became of an append",
    plantInLine(line) {
      const { append } = line.broker;
      line.broker.append = (...call) => (line.isCut ? new Promise(() => undefined) : append(...call));
    },
  },
];
