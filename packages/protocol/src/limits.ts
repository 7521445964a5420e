/** Sizes are bytes of UTF-8, never characters. */
export const limits = {
  /** A message to the server. A larger one is closed with 1009. */
  messageBytes: 65_536,
  /** A message to a client. */
  clientMessageBytes: 1_048_576,
  /** The whole `$hello`. Rooms that do not fit follow as `$join`s. */
  helloBytes: 16_384,
  /** Levels of arrays and objects inside one another. */
  depth: 32,
  /** An envelope's `type`. */
  typeBytes: 128,
  /** A room's name. */
  roomBytes: 256,
  /** Rooms one connection may be in. */
  rooms: 128,
  /** Messages with an id that one connection may have waiting for their answers. */
  unanswered: 256,
  /** A member's presence state, encoded. */
  presenceBytes: 1024,
  /** Members of a room that are named. Of more a server tells how many they are. */
  presenceMembers: 10_000,
  /** The longest wait that a peer can ask for by `retryAfterMs`: a day, in milliseconds. */
  retryAfterMs: 86_400_000,
  /** A close frame's reason: RFC 6455 §5.5 leaves 123 of 125. */
  closeReasonBytes: 123,
} as const;

/** Length of `text` in UTF-8, without encoding it. A lone surrogate counts 3, as its replacement character does. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair is two units and four bytes: the low half adds nothing more.
    if ((text.codePointAt(i) as number) > 0xffff) i++;
  }
  return bytes;
}

/** Whether `text` is not empty and has at most `maxBytes` bytes of UTF-8. */
export function fitsBytes(text: string, maxBytes: number): boolean {
  // A UTF-16 unit is at most 3 bytes: short texts need no counting, and long ones are not even looked at.
  if (text.length === 0 || text.length > maxBytes) return false;
  return text.length * 3 <= maxBytes || utf8Length(text) <= maxBytes;
}

/** Cuts `text` so that its UTF-8 form fits `maxBytes`, never inside a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (utf8Length(text) <= maxBytes) return text;
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
