import * as v from "valibot";
import { expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  bytes,
  type DataInputOf,
  type DataOf,
  defineContract,
  type EventOf,
  unchecked,
  withBytes,
} from "../src/index.js";

it("gives data with bytes the types that its schema says", () => {
  const contract = defineContract({
    messages: {
      upload: { data: bytes(), reply: withBytes(z.object({ digest: z.instanceof(Uint8Array) })) },
      draw: {
        data: withBytes(
          v.object({ at: v.pipe(v.string(), v.transform(Number)), ink: v.instance(Uint8Array) }),
        ),
      },
      raw: { data: withBytes(unchecked<{ image: Uint8Array }>()) },
    },
    events: { image: { data: bytes() } },
  });
  expectTypeOf<DataInputOf<typeof contract, "upload">>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<DataOf<typeof contract, "upload">>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf<DataInputOf<typeof contract, "draw">["at"]>().toEqualTypeOf<string>();
  expectTypeOf<DataOf<typeof contract, "draw">["at"]>().toEqualTypeOf<number>();
  expectTypeOf<DataOf<typeof contract, "draw">["ink"]>().toExtend<Uint8Array>();
  expectTypeOf<DataOf<typeof contract, "raw">>().toEqualTypeOf<{ image: Uint8Array }>();
  expectTypeOf<EventOf<typeof contract, "image">>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  // @ts-expect-error: what is no schema holds no bytes.
  withBytes({ image: Uint8Array });
});
