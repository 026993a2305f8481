/**
 * Reads parts of a content that anyone may have made. A position that a file states may be anything: past the end there
 * are no bytes, so a reader meets a `RangeError` and gives up what it was reading.
 */

/** The bytes at the start of a content that are read at once: most descriptions are among them. */
const HEAD = 64 * 1024;

/** A content that is read in parts. */
export class Content {
  readonly size: number;
  readonly #blob: Blob;
  #head: Promise<Bytes> | undefined;

  constructor(blob: Blob) {
    this.#blob = blob;
    this.size = blob.size;
  }

  /** Reads a part; less, where the content ends before. */
  async read(start: number, length: number): Promise<Bytes> {
    const end = Math.min(start + length, this.size);
    if (end > HEAD) return this.#read(start, end);
    this.#head ??= this.#read(0, HEAD);
    return (await this.#head).part(Math.min(start, end), end);
  }

  async #read(start: number, end: number): Promise<Bytes> {
    return new Bytes(await this.#blob.slice(start, end).arrayBuffer());
  }
}

/** The bytes of a part of a content, with readers for their numbers and texts. Numbers are big-endian. */
export class Bytes extends DataView<ArrayBuffer> {
  /** Returns a part. */
  part(start: number, end = this.byteLength): Bytes {
    const last = Math.min(end, this.byteLength);
    if (start < 0 || start > last) throw new RangeError("outside of the bytes");
    return new Bytes(this.buffer, this.byteOffset + start, last - start);
  }

  /** Returns a part as an array of bytes, without copying it. */
  array(start = 0, end = this.byteLength): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.part(start, end);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** Returns characters of one byte each, such as the name of a box. */
  name(start: number, length = 4): string {
    return String.fromCharCode(...this.array(start, start + length));
  }

  /** Returns a number of 64 bits, as near as a float can be. */
  u64(at: number): number {
    return this.getUint32(at) * 2 ** 32 + this.getUint32(at + 4);
  }

  u24(at: number): number {
    return (this.getUint16(at) << 8) | this.getUint8(at + 2);
  }

  /** Returns text in UTF-8; or if it is none, in the code page that older programs write. */
  text(start = 0, end = this.byteLength): string {
    const bytes = this.array(start, end);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }
}

/** Runs a reader, and returns what it found; undefined if the bytes end before it is done. */
export function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
