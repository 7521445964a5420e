import type { Envelope } from "@tautline/protocol";

/** What a server has written after its 101. */
export interface ServerFrames {
  readonly closeCode: number | undefined;
  /** Those of JSON. */
  readonly envelopes: readonly Envelope[];
}

/** Reads the frames of a server: whole, without masks, since it is ours. */
export function serverFrames(written: Buffer): ServerFrames {
  let closeCode: number | undefined;
  const envelopes: Envelope[] = [];
  const end = written.indexOf("\r\n\r\n");
  if (end < 0 || !written.toString("latin1").startsWith("HTTP/1.1 101")) return { closeCode, envelopes };
  for (let at = end + 4; at < written.length; ) {
    const opcode = written.readUInt8(at) & 0x0f;
    const short = written.readUInt8(at + 1);
    const [start, length] =
      short < 126
        ? [at + 2, short]
        : short === 126
          ? [at + 4, written.readUInt16BE(at + 2)]
          : [at + 10, Number(written.readBigUInt64BE(at + 2))];
    const payload = written.subarray(start, start + length);
    if (opcode === 1) envelopes.push(JSON.parse(payload.toString()) as Envelope);
    if (opcode === 8) closeCode = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
    at = start + length;
  }
  return { closeCode, envelopes };
}
