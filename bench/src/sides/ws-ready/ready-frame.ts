/** The bytes of a server's text message: [RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2). */
export function readyFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  if (length > 0xffff) throw new RangeError(`expected at most 65535 bytes, got ${length}`);
  const header =
    length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 255]);
  return Buffer.concat([header, payload]);
}
