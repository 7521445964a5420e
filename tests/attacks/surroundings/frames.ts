/** The opcodes of RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as an attacker builds it: whatever is not said is as a well-behaved client has it. */
export interface FrameShape {
  /** @default the last of its message */
  readonly fin?: boolean;
  /** RSV1 to RSV3, as a number of three bits. @default 0 */
  readonly rsv?: number;
  readonly opcode?: number;
  /** @default true */
  readonly masked?: boolean;
  readonly payload?: Uint8Array | string;
  /** What the header claims. @default what the payload has */
  readonly claims?: bigint | number;
  /** In how many bytes the length is written. @default the fewest */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** The bytes of a frame. The mask is zero, which leaves the payload as it is. */
export function frame(shape: FrameShape = {}): Buffer {
  const { fin = true, rsv = 0, opcode = opcodes.text, masked = true } = shape;
  const payload = Buffer.from(shape.payload ?? "");
  const claims = BigInt(shape.claims ?? payload.length);
  const lengthBytes = shape.lengthBytes ?? (claims < 126n ? 0 : claims < 65_536n ? 2 : 8);
  const header = Buffer.alloc(2 + lengthBytes);
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? Number(claims) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) header.writeUInt16BE(Number(claims), 2);
  if (lengthBytes === 8) header.writeBigUInt64BE(claims, 2);
  return Buffer.concat([header, ...(masked ? [Buffer.alloc(4)] : []), payload]);
}

/** A text message of one frame: an envelope, or any text. */
export function text(message: unknown): Buffer {
  return frame({ payload: typeof message === "string" ? message : JSON.stringify(message) });
}

export const ping: Buffer = frame({ opcode: opcodes.ping });
export const pong: Buffer = frame({ opcode: opcodes.pong });

/** A close frame. */
export function close(code = 1000, reason = ""): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return frame({ opcode: opcodes.close, payload });
}

/** A frame of the server: never masked, never in pieces. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The first whole frame at the beginning of `bytes`, and how long it is. Undefined: there is more of it to come. */
export function firstFrame(
  bytes: Buffer,
): { readonly frame: ServerFrame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes;
  if (bytes.length < start) return undefined;
  const size =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return undefined;
  const frame = { opcode: (bytes[0] as number) & 0x0f, payload: bytes.subarray(start, start + size) };
  return { frame, length: start + size };
}
