/**
 * A file's content as a Blob whose bytes a thread of Node can read at once, as the engine reads: a browser's worker has
 * `FileReaderSync` for that, and Node has nothing like it.
 *
 * The file is read on demand. The Blob crosses to another thread by `asPlain` and `fromPlain`, without its bytes.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The most bytes that a stream gives at a time. */
const CHUNK = 256 * 1024;

/** A Blob as plain data, for a message. `file` is a path, `start` and `end` are in bytes. */
export interface PlainBlob {
  file: string;
  start: number;
  end: number;
  type: string;
}

/** A Blob that can be read at once. */
export class SyncBlob extends Blob {
  readonly #plain: PlainBlob;

  private constructor(plain: PlainBlob) {
    super([], { type: plain.type });
    this.#plain = plain;
  }

  /** Returns a file's content. Throws Node's error if there is no file that can be read. */
  static ofFile(path: string): SyncBlob {
    const file = openSync(path, "r");
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new Error(`${path} is not a file`);
      return new SyncBlob({ file: path, start: 0, end: stat.size, type: "" });
    } finally {
      closeSync(file);
    }
  }

  /** Returns the Blob of plain data. */
  static fromPlain(plain: PlainBlob): SyncBlob {
    return new SyncBlob(plain);
  }

  /** Returns plain data for another thread. */
  asPlain(): PlainBlob {
    return this.#plain;
  }

  override get size(): number {
    return this.#plain.end - this.#plain.start;
  }

  override slice(start = 0, end = this.size, type = ""): SyncBlob {
    const { size } = this;
    const from = this.#plain.start + place(start, size);
    const to = this.#plain.start + place(end, size);
    return new SyncBlob({ ...this.#plain, start: from, end: Math.max(from, to), type });
  }

  /** Reads all of it. Throws if the file was removed or has become shorter. */
  readSync(): ArrayBuffer {
    const { file, start, end } = this.#plain;
    const bytes = new Uint8Array(end - start);
    fill(bytes, file, start);
    return bytes.buffer;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.readSync();
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(this.readSync());
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    return new ReadableStream({
      pull: (controller) => {
        const part = this.slice(at, at + CHUNK);
        at += part.size;
        if (part.size > 0) controller.enqueue(new Uint8Array(part.readSync()));
        else controller.close();
      },
    });
  }
}

/** Returns a place in a Blob of this size. As for any Blob, a negative one counts from the end. */
function place(given: number, size: number): number {
  return Math.min(Math.max(given < 0 ? size + given : given, 0), size);
}

/** Fills the buffer with a file's bytes from a position on. Each read opens the file: a play may have thousands. */
function fill(buffer: Uint8Array, path: string, position: number): void {
  const file = openSync(path, "r");
  try {
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(file, buffer, filled, buffer.length - filled, position + filled);
      if (count === 0) throw new Error(`${path} has become shorter`);
      filled += count;
    }
  } finally {
    closeSync(file);
  }
}
