import { limits } from "../limits.js";
import { isUtf8 } from "./utf8.js";

/** What is wrong with a message. */
class Flaw extends Error {}

/** What a look over a message found. */
export interface Look {
  /** What is wrong, as `expected …`; undefined: it is one well-formed value that an envelope may be. */
  readonly flaw?: string | undefined;
  /** Whether there are bytes in it. */
  readonly hasBytes: boolean;
}

/**
 * Looks a message over before anything is made of it: [MessagePack](https://github.com/msgpack/msgpack/blob/master/spec.md), without what an envelope
 * may not have. A decoder makes an array as long as its header says, thirty thousand of them from one message: here each length is held
 * against the bytes that are really there, and nesting against its limit. Takes time in proportion to the bytes, and no memory.
 */
export function look(bytes: Uint8Array): Look {
  const scan = new Scan(bytes);
  try {
    scan.value(limits.depth);
    return { flaw: scan.isAtEnd ? undefined : "expected one value, got more", hasBytes: scan.hasBytes };
  } catch (error) {
    if (error instanceof Flaw) return { flaw: error.message, hasBytes: scan.hasBytes };
    throw error;
  }
}

class Scan {
  hasBytes = false;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** One value, with at most so many levels of arrays and maps. */
  value(levels: number): void {
    const head = this.#number(1);
    if (head < 0x80 || head >= 0xe0) return;
    if (head < 0x90) return this.#map(head & 0x0f, levels);
    if (head < 0xa0) return this.#array(head & 0x0f, levels);
    if (head < 0xc0) return this.#text(head & 0x1f);
    switch (head) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return;
      case 0xc4: // bin 8
      case 0xc5: // bin 16
      case 0xc6: // bin 32
        this.hasBytes = true;
        this.#skip(this.#number(1 << (head - 0xc4)));
        return;
      case 0xca: // float 32
        return this.#finite(this.#view.getFloat32(this.#skip(4)));
      case 0xcb: // float 64
        return this.#finite(this.#view.getFloat64(this.#skip(8)));
      case 0xcc: // uint 8
      case 0xcd: // uint 16
      case 0xce: // uint 32
      case 0xcf: // uint 64
        this.#skip(1 << (head - 0xcc));
        return;
      case 0xd0: // int 8
      case 0xd1: // int 16
      case 0xd2: // int 32
      case 0xd3: // int 64
        this.#skip(1 << (head - 0xd0));
        return;
      case 0xd9: // str 8
      case 0xda: // str 16
      case 0xdb: // str 32
        return this.#text(this.#number(1 << (head - 0xd9)));
      case 0xdc: // array 16
      case 0xdd: // array 32
        return this.#array(this.#number(2 << (head - 0xdc)), levels);
      case 0xde: // map 16
      case 0xdf: // map 32
        return this.#map(this.#number(2 << (head - 0xde)), levels);
      default:
        throw new Flaw("expected no extension type");
    }
  }

  #array(count: number, levels: number): void {
    this.#enter(count, levels);
    for (let i = 0; i < count; i++) this.value(levels - 1);
  }

  #map(count: number, levels: number): void {
    this.#enter(2 * count, levels);
    for (let i = 0; i < count; i++) {
      this.#key();
      this.value(levels - 1);
    }
  }

  /** What has `count` parts, each of a byte at least. */
  #enter(count: number, levels: number): void {
    if (levels === 0) throw new Flaw(`expected at most ${limits.depth} levels of nesting`);
    if (count > this.#bytes.length - this.#at) throw new Flaw("expected more bytes");
  }

  #key(): void {
    const head = this.#bytes[this.#at] ?? 0;
    if ((head & 0xe0) !== 0xa0 && (head < 0xd9 || head > 0xdb))
      throw new Flaw("expected keys that are strings");
    this.value(0);
  }

  #text(length: number): void {
    const start = this.#skip(length);
    if (!isUtf8(this.#bytes, start, start + length)) throw new Flaw("expected strings of UTF-8");
  }

  #finite(number: number): void {
    if (!Number.isFinite(number)) throw new Flaw("expected a finite number");
  }

  /** The next `size` bytes, as an unsigned number. */
  #number(size: number): number {
    const start = this.#skip(size);
    if (size === 1) return this.#view.getUint8(start);
    return size === 2 ? this.#view.getUint16(start) : this.#view.getUint32(start);
  }

  /** Goes over `length` bytes; gives where they begin. */
  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new Flaw("expected more bytes");
    this.#at = start + length;
    return start;
  }
}
