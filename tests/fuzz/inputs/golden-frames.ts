import packed from "../../../packages/protocol/vectors/msgpack-valid.json" with { type: "json" };
import valid from "../../../packages/protocol/vectors/valid.json" with { type: "json" };

/** The valid frames of the golden vectors, as texts. */
export const jsonFrames: readonly string[] = valid.map(({ frame }) => frame);

/** The same in MessagePack. */
export const msgpackFrames: readonly Uint8Array[] = packed.map(({ frame }) =>
  Uint8Array.from(Buffer.from(frame, "hex")),
);
