/**
 * Zip files without compression: written as one Blob that refers to the contents, and read in place. No content is
 * copied or held in memory, so gigabytes cost no more than kilobytes; only checksums are computed, a slice at a time.
 *
 * No library on npm does this: client-zip, zip.js and fflate pass every byte through a stream or through memory;
 * unzipit reads in place, but does not check checksums. The format is PKWARE's APPNOTE 6.3.10.
 */

import {
  ALLOWED_INFLATED_BYTES,
  MOST_DIRECTORY_BYTES,
  MOST_FILES,
  MOST_FOLDERS,
  MOST_INFLATED_BYTES,
  MOST_INFLATION,
  MOST_PATH_CHARACTERS,
} from "./limits.js";

/** A fault in an archive: `message` is a sentence. */
export class ArchiveError extends Error {
  /** The name of the class. */
  override readonly name = "ArchiveError";
}

/** A file to put into an archive. */
export interface ZipSource {
  /** Its path, with `/` between folders. */
  path: string;
  /** Its content, which is not copied. */
  content: Blob;
}

/** A file in an archive. */
export interface ZipEntry {
  path: string;
  /** Its uncompressed size, in bytes. */
  size: number;
  crc32: number;
  /** Returns the content, after verifying its checksum. Rejects with an `ArchiveError`. */
  content: () => Promise<Blob>;
}

/** The options of making an archive. */
export interface ZipOptions {
  /** Receives the share that is done, from 0 to 1. */
  onProgress?: (done: number) => void;
  /** Aborts it: it rejects with an `AbortError`. */
  signal?: AbortSignal;
}

/** The values from which Zip64's records replace the 32-bit and 16-bit fields (4.5.3). Tests use a lower limit. */
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
/** The versions needed to read an archive (4.4.3): with folders, and with Zip64. */
const [PLAIN, ZIP_64] = [20, 45];
/** Marks names as UTF-8 (4.4.4). */
const UTF_8 = 1 << 11;
const ENCRYPTED = 1;
const [STORED, DEFLATED] = [0, 8];
/** The format's first date: a constant date makes archives of the same contents identical. */
const DATE = (1 << 5) | 1;
/** A regular file that its owner may write, in Unix's form (4.4.15). */
const ATTRIBUTES = 0o100644 * 2 ** 16;
const UNIX = 3 << 8;

/**
 * Makes a zip file. The paths must be unique, and are not changed. Rejects with an `ArchiveError` if a content can no
 * longer be read. `most32` is for tests.
 */
export async function zip(sources: readonly ZipSource[], options: ZipOptions = {}, most32 = MOST_32): Promise<Blob> {
  const total = sources.reduce((sum, { content }) => sum + content.size, 0);
  const parts: BlobPart[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let [offset, done] = [0, 0];
  for (const { path, content } of sources) {
    const read = (bytes: number) => {
      done += bytes;
      options.onProgress?.(done / total);
    };
    const crc = await crc32Of(content, { ...options, path, onRead: read });
    const entry = { name: new TextEncoder().encode(path), crc, size: content.size, offset };
    const header = localHeader(entry, most32);
    parts.push(header, content);
    directory.push(centralHeader(entry, most32));
    offset += header.length + content.size;
  }
  return new Blob([...parts, ...directory, ...ends(directory, offset, most32)], { type: "application/zip" });
}

interface Entry {
  name: Uint8Array;
  crc: number;
  size: number;
  /** The offset of its local header. */
  offset: number;
}

/** Writes a local file header (4.3.7). */
function localHeader({ name, crc, size }: Entry, most32: number): Uint8Array<ArrayBuffer> {
  const isLarge = size >= most32;
  const record = new Record(30 + name.length + (isLarge ? 20 : 0));
  record
    .u32(LOCAL)
    .u16(isLarge ? ZIP_64 : PLAIN, UTF_8, STORED, 0, DATE)
    .u32(crc);
  record
    .u32(...(isLarge ? [MOST_32, MOST_32] : [size, size]))
    .u16(name.length, isLarge ? 20 : 0)
    .bytes(name);
  if (isLarge) record.u16(1, 16).u64(size, size);
  return record.done;
}

/** Writes a central directory header (4.3.12). */
function centralHeader({ name, crc, size, offset }: Entry, most32: number): Uint8Array<ArrayBuffer> {
  const isLarge = size >= most32;
  const isFar = offset >= most32;
  const extra = [...(isLarge ? [size, size] : []), ...(isFar ? [offset] : [])];
  const extraLength = extra.length > 0 ? 4 + 8 * extra.length : 0;
  const version = extraLength > 0 ? ZIP_64 : PLAIN;
  const record = new Record(46 + name.length + extraLength);
  record
    .u32(CENTRAL)
    .u16(UNIX | version, version, UTF_8, STORED, 0, DATE)
    .u32(crc);
  record.u32(...(isLarge ? [MOST_32, MOST_32] : [size, size])).u16(name.length, extraLength, 0, 0, 0);
  record.u32(ATTRIBUTES, isFar ? MOST_32 : offset).bytes(name);
  if (extraLength > 0) record.u16(1, 8 * extra.length).u64(...extra);
  return record.done;
}

/** Writes the archive's end (4.3.14 to 4.3.16). */
function ends(directory: Uint8Array[], offset: number, most32: number): Uint8Array<ArrayBuffer>[] {
  const count = directory.length;
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = new Record(22).u32(END).u16(0, 0);
  if (count < MOST_16 && size < most32 && offset < most32) {
    return [end.u16(count, count).u32(size, offset).u16(0).done];
  }
  const end64 = new Record(56)
    .u32(END_64)
    .u64(44)
    .u16(UNIX | ZIP_64, ZIP_64)
    .u32(0, 0)
    .u64(count, count, size, offset);
  const locator = new Record(20)
    .u32(LOCATOR_64, 0)
    .u64(offset + size)
    .u32(1);
  return [end64.done, locator.done, end.u16(MOST_16, MOST_16).u32(MOST_32, MOST_32).u16(0).done];
}

/** A buffer for little-endian numbers. */
class Record {
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  constructor(length: number) {
    this.#view = new DataView(new ArrayBuffer(length));
  }

  u16(...numbers: number[]): this {
    for (const number of numbers) this.#view.setUint16(this.#next(2), number, true);
    return this;
  }

  u32(...numbers: number[]): this {
    for (const number of numbers) this.#view.setUint32(this.#next(4), number, true);
    return this;
  }

  u64(...numbers: number[]): this {
    for (const number of numbers) this.#view.setBigUint64(this.#next(8), BigInt(number), true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.done.set(bytes, this.#next(bytes.length));
    return this;
  }

  #next(length: number): number {
    this.#at += length;
    return this.#at - length;
  }

  get done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#view.buffer);
  }
}

/** Lists the files of an archive. Rejects with an `ArchiveError` where it is none, or none that can be trusted. */
export async function unzip(file: Blob): Promise<ZipEntry[]> {
  const { count, size, offset } = await findDirectory(file);
  if (count > MOST_FILES || size > MOST_DIRECTORY_BYTES)
    throw new ArchiveError("It holds more files than a project has.");
  if (offset + size > file.size) throw new ArchiveError(NOT_WHOLE);
  const view = new DataView(await file.slice(offset, offset + size).arrayBuffer());
  const found: Listed[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const listed = readCentral(view, at);
    at = listed.next;
    found.push(listed);
  }
  checkPaths(found);
  checkSizes(found, offset, file.size);
  return found
    .filter(({ path }) => !path.endsWith("/"))
    .map((listed) => {
      const { path, size: bytes, crc } = listed;
      return { path, size: bytes, crc32: crc, content: () => contentOf(file, listed) };
    });
}

interface Listed {
  path: string;
  flags: number;
  method: number;
  crc: number;
  /** The size in the archive, and the uncompressed size. */
  packed: number;
  size: number;
  /** The offset of its local header. */
  offset: number;
  /** The offset of the next entry in the directory. */
  next: number;
}

/** Characters that no path of a project has: control characters, and those that lead out of a folder elsewhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
const UNSAFE = /[\\:\u0000-\u001f\u007f-\u009f]/;
/** Characters that would make a sentence look as if it said something else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const NOT_WHOLE = "It is not whole: its end is missing. Copy or download it again.";
const DAMAGED = "It is damaged: its list of files cannot be read.";

/** Finds the directory. */
async function findDirectory(file: Blob): Promise<{ count: number; size: number; offset: number }> {
  // The end record has 22 bytes and an optional comment.
  const start = Math.max(0, file.size - 22 - MOST_16);
  const view = new DataView(await file.slice(start).arrayBuffer());
  let at = view.byteLength - 22;
  while (
    at >= 0 &&
    !(view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength)
  ) {
    at -= 1;
  }
  if (at < 0) {
    const first = new DataView(await file.slice(0, 4).arrayBuffer());
    throw new ArchiveError(
      first.byteLength === 4 && first.getUint32(0, true) === LOCAL ? NOT_WHOLE : "It is no archive.",
    );
  }
  const [count, size, offset] = [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (count < MOST_16 && size < MOST_32 && offset < MOST_32) return { count, size, offset };

  const locator = await viewOf(file, start + at - 20, 20);
  if (locator.getUint32(0, true) !== LOCATOR_64) return { count, size, offset };
  const end = await viewOf(file, u64(locator, 8), 56);
  if (end.getUint32(0, true) !== END_64) throw new ArchiveError(DAMAGED);
  return { count: u64(end, 32), size: u64(end, 40), offset: u64(end, 48) };
}

function readCentral(view: DataView, at: number): Listed {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) throw new ArchiveError(DAMAGED);
  const u16 = (from: number) => view.getUint16(at + from, true);
  const u32 = (from: number) => view.getUint32(at + from, true);
  const [nameLength, extraLength, commentLength] = [u16(28), u16(30), u16(32)];
  const next = at + 46 + nameLength + extraLength + commentLength;
  if (next > view.byteLength) throw new ArchiveError(DAMAGED);
  const name = new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength);
  const [size, packed, offset] = large(view, at + 46 + nameLength, extraLength, [u32(24), u32(20), u32(42)]);
  return {
    path: new TextDecoder().decode(name),
    flags: u16(8),
    method: u16(10),
    crc: u32(16),
    packed,
    size,
    offset,
    next,
  };
}

/** Reads numbers, and takes those that exceed 32 bits from Zip64's record, in the same order. */
function large(
  view: DataView,
  at: number,
  length: number,
  numbers: [number, number, number],
): [number, number, number] {
  let field = at;
  while (field + 4 <= at + length && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true);
  let value = field + 4;
  return numbers.map((number) => {
    if (number < MOST_32) return number;
    if (value + 8 > at + length) throw new ArchiveError(DAMAGED);
    value += 8;
    return u64(view, value - 8);
  }) as [number, number, number];
}

/** Checks that no path leaves the folder that an archive is unpacked into, and that paths are unique. */
function checkPaths(found: readonly Listed[]): void {
  const paths = new Set<string>();
  for (const { path } of found) {
    const parts = path.replace(/\/$/, "").split("/");
    if (path.length > MOST_PATH_CHARACTERS || parts.length > MOST_FOLDERS + 1) {
      throw new ArchiveError(`It holds a file with a path that is too long: “${path.slice(0, 100)}…”.`);
    }
    if (parts.some((part) => part === "" || part === "." || part === ".." || UNSAFE.test(part))) {
      throw new ArchiveError(`It holds a file with a path that is not safe: “${path.replace(UNSEEN, "")}”.`);
    }
    if (paths.has(path)) throw new ArchiveError(`It holds two files by the name “${path}”.`);
    paths.add(path);
  }
}

/** Checks that files do not overlap in the archive, and that compressed contents are not too large. */
function checkSizes(found: readonly Listed[], directory: number, archiveBytes: number): void {
  const ordered = [...found].sort((a, b) => a.offset - b.offset);
  for (const [index, { path, offset, packed, size, method, flags }] of ordered.entries()) {
    const hasItsSize = method !== STORED || packed === size || flags & ENCRYPTED;
    if (!hasItsSize || offset + 30 + packed > (ordered[index + 1]?.offset ?? directory)) {
      throw new ArchiveError(`It is damaged: “${path}” is not where it should be.`);
    }
  }
  const inflated = found.reduce((sum, { method, size }) => (method === STORED ? sum : sum + size), 0);
  const most = Math.min(MOST_INFLATED_BYTES, Math.max(ALLOWED_INFLATED_BYTES, MOST_INFLATION * archiveBytes));
  if (inflated > most) {
    const megabytes = Math.ceil(inflated / 2 ** 20).toLocaleString("en");
    throw new ArchiveError(
      `Its compressed files come to ${megabytes} MB, which is more than is unpacked here. Unpack it yourself, and open ` +
        "what is in it.",
    );
  }
}

async function contentOf(file: Blob, { path, flags, method, crc, packed, size, offset }: Listed): Promise<Blob> {
  if (flags & ENCRYPTED) throw new ArchiveError(`“${path}” is encrypted.`);
  if (method !== STORED && method !== DEFLATED)
    throw new ArchiveError(`“${path}” is compressed in a way that is not known here.`);
  const header = await viewOf(file, offset, 30);
  if (header.getUint32(0, true) !== LOCAL)
    throw new ArchiveError(`It is damaged: “${path}” is not where it should be.`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const data = file.slice(start, start + packed);
  if (data.size < packed) throw new ArchiveError(NOT_WHOLE);
  const content = method === STORED ? data : await inflated(data, path, size);
  if ((await crc32Of(content, { path })) !== crc)
    throw new ArchiveError(`“${path}” is damaged: its checksum is wrong.`);
  return content;
}

/** Decompresses content, up to its declared size. */
async function inflated(data: Blob, path: string, size: number): Promise<Blob> {
  const pieces: Blob[] = [];
  let chunks: BlobPart[] = [];
  let [length, held] = [0, 0];
  // The browser may move a Blob to its disk, but not a list of arrays.
  const piece = () => {
    pieces.push(new Blob(chunks));
    [chunks, held] = [[], 0];
  };
  try {
    const reader = data.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      length += chunk.value.length;
      if (length > size) break;
      chunks.push(chunk.value as Uint8Array<ArrayBuffer>);
      held += chunk.value.length;
      if (held >= PIECE_BYTES) piece();
    }
    if (length > size) void reader.cancel();
  } catch {
    throw new ArchiveError(`“${path}” is damaged: it cannot be decompressed.`);
  }
  if (length !== size) throw new ArchiveError(`“${path}” is damaged: it has not the size that the archive says.`);
  piece();
  return new Blob(pieces);
}

/** The number of decompressed bytes that are held as arrays. */
const PIECE_BYTES = 4 << 20;

async function viewOf(file: Blob, at: number, length: number): Promise<DataView> {
  const view = new DataView(await file.slice(at, at + length).arrayBuffer());
  if (at < 0 || view.byteLength < length) throw new ArchiveError(DAMAGED);
  return view;
}

function u64(view: DataView, at: number): number {
  const number = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(number)) throw new ArchiveError(DAMAGED);
  return number;
}

/** The number of bytes read at a time: a few milliseconds of work, since this may run on the page's own thread. */
const SLICE_BYTES = 1 << 20;

/** Returns the CRC-32 of a content (4.4.7). Rejects with an `ArchiveError` if it cannot be read. */
export async function crc32Of(
  content: Blob,
  { path = "", signal, onRead }: { path?: string; signal?: AbortSignal; onRead?: (bytes: number) => void } = {},
): Promise<number> {
  let crc = -1;
  for (let at = 0; at < content.size; at += SLICE_BYTES) {
    signal?.throwIfAborted();
    const bytes = await bytesOf(content.slice(at, at + SLICE_BYTES), path, signal);
    crc = crc32(crc, bytes);
    onRead?.(bytes.length);
  }
  return ~crc >>> 0;
}

/** How long the browser may take to read a slice: so many looks, a second apart. A page that sleeps does not look. */
const MOST_LOOKS = 15;
const LOOK_MS = 1000;

/**
 * Reads a slice of a content. Rejects with an `ArchiveError` if it cannot be read, and at once if the signal is
 * aborted. Chromium never answers the read of a content whose storage is cleared meanwhile.
 */
function bytesOf(slice: Blob, path: string, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  let looks = 0;
  let looking: ReturnType<typeof setInterval> | undefined;
  let onAbort: (() => void) | undefined;
  const read = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    const gone = (cause?: unknown) => reject(new ArchiveError(`“${path}” can no longer be read.`, { cause }));
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    looking = setInterval(() => ++looks >= MOST_LOOKS && gone(), LOOK_MS);
    slice.arrayBuffer().then((bytes) => resolve(new Uint8Array(bytes)), gone);
  });
  return read.finally(() => {
    clearInterval(looking);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  });
}

/** Tables for eight bytes at a time: each gives the effect of a byte at its place on the checksum. */
const TABLES = makeTables();

function makeTables(): Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let place = 1; place < 8; place += 1) {
    const before = tables[place - 1] as Int32Array;
    tables.push(before.map((crc) => (first[crc & 255] as number) ^ (crc >>> 8)));
  }
  return tables;
}

/** Continues a checksum, eight bytes at a time. Requires a little-endian machine, as all browsers have. */
function crc32(start: number, bytes: Uint8Array<ArrayBuffer>): number {
  const [a, b, c, d, e, f, g, h] = TABLES as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const pairs = words.length & ~1;
  const at = (table: Int32Array, index: number) => table[index & 255] as number;
  let crc = start;
  for (let word = 0; word < pairs; word += 2) {
    const x = crc ^ (words[word] as number);
    const y = words[word + 1] as number;
    crc =
      at(h, x) ^
      at(g, x >>> 8) ^
      at(f, x >>> 16) ^
      at(e, x >>> 24) ^
      at(d, y) ^
      at(c, y >>> 8) ^
      at(b, y >>> 16) ^
      at(a, y >>> 24);
  }
  for (let byte = pairs * 4; byte < bytes.length; byte += 1) crc = at(a, crc ^ (bytes[byte] as number)) ^ (crc >>> 8);
  return crc;
}
