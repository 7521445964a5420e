/** Whether the bytes from `start` to before `end` are UTF-8: [RFC 3629 §4](https://www.rfc-editor.org/rfc/rfc3629#section-4). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at++] as number;
    if (first < 0x80) continue;
    const more = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (more === 0 || at + more > end || !isSecond(first, bytes[at] as number)) return false;
    for (let i = 1; i < more; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return false;
    at += more;
  }
  return true;
}

/** After some first bytes not every second one makes a character: it would be overlong, half a surrogate pair, or beyond Unicode. */
function isSecond(first: number, second: number): boolean {
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= lowest && second <= highest;
}
