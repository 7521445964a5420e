/** Any mask does against a server that is measured, as long as it is not zero: some servers skip that one. */
const mask = [0x37, 0xfa, 0x21, 0x3d] as const;

const finalText = 0x81;
const masked = 0x80;

/** The bytes of a client's text message: [RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2). */
export function maskedFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  if (length > 0xffff) throw new RangeError(`expected at most 65535 bytes, got ${length}`);
  const header = length < 126 ? 2 : 4;
  const bytes = Buffer.allocUnsafe(header + mask.length + length);
  bytes[0] = finalText;
  bytes[1] = masked | Math.min(length, 126);
  if (header === 4) bytes.writeUInt16BE(length, 2);
  bytes.set(mask, header);
  const start = header + mask.length;
  bytes.write(text, start, "utf8");
  for (let i = 0; i < length; i++) bytes[start + i] = (bytes[start + i] as number) ^ (mask[i & 3] as number);
  return bytes;
}
