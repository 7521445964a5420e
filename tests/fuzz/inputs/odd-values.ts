/** What a program can put where JSON has no word for it, by the text that stands for it in an input. */
const odd: Readonly<Record<string, () => unknown>> = {
  "odd:bigint": () => 1n,
  "odd:boxed": () => Object(1n),
  "odd:string": () => Object("text"),
  "odd:nan": () => Number.NaN,
  "odd:undefined": () => undefined,
  "odd:function": () => () => 1,
  "odd:date": () => new Date(0),
  "odd:bad-date": () => new Date(Number.NaN),
  "odd:bytes": () => new Uint8Array([0, 255]),
  "odd:buffer": () => Buffer.from("bytes"),
  "odd:view": () => new DataView(new ArrayBuffer(2)),
  "odd:json": () => ({ toJSON: () => ({ of: "itself" }) }),
  "odd:json-bytes": () => ({ toJSON: () => new Uint8Array(1) }),
  "odd:json-proto": () => ({ toJSON: () => JSON.parse('{"__proto__":1}') as unknown }),
  "odd:throws": () => ({
    toJSON() {
      throw new Error("mine");
    },
  }),
  "odd:hole": () => new Array(2),
  "odd:null-prototype": () => Object.assign(Object.create(null) as object, { a: 1 }),
  "odd:map": () => new Map([[1, 2]]),
  "odd:large": () => "x".repeat(70_000),
  "odd:cycle": () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
};

/** The texts that stand for odd values, as JSON and MessagePack say them alike. */
export const oddWords: readonly string[] = Object.keys(odd);

/** What an input stands for: the same, with the odd values in their places. */
export function withOddValues(value: unknown, levels = 40): unknown {
  if (typeof value === "string") return Object.hasOwn(odd, value) ? odd[value]?.() : value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || levels === 0)
    return value;
  if (Array.isArray(value)) return value.map((inner) => withOddValues(inner, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withOddValues(inner, levels - 1)]),
  );
}
