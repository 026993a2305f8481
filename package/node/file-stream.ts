/**
 * A file on disk as the destination of an export.
 *
 * It promises that the file appears, or is replaced, only when it is complete: until then its bytes are in another one
 * beside it, which an abort removes.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** A part of the file, or a position at which the next part begins. */
type Chunk = Uint8Array | { type: "seek"; position: number };

/** A stream into a file. As the browsers' streams into files, it takes a new position as a chunk. */
export class FileStream extends WritableStream<Chunk> {
  /** Creates the stream. Nothing is written before the first chunk. */
  constructor(path: string) {
    const file = new PartialFile(path);
    // After a failed step a stream is not aborted, so that step clears up itself.
    const orDiscard = (step: Promise<void>) =>
      step.catch(async (error) => {
        await file.discard();
        throw error;
      });
    super({
      write: (chunk) => orDiscard(file.write(chunk)),
      close: () => orDiscard(file.complete()),
      abort: () => file.discard(),
    });
  }

  /** Moves to a position in the file, in bytes. */
  async seek(position: number): Promise<void> {
    const writer = this.getWriter();
    await writer.write({ type: "seek", position }).finally(() => writer.releaseLock());
  }
}

/** A file under another name, until it is complete. */
class PartialFile {
  readonly #path: string;
  readonly #part: string;
  #file: FileHandle | undefined;
  #position = 0;

  constructor(path: string) {
    this.#path = path;
    this.#part = `${path}.${randomUUID().slice(0, 8)}.part`;
  }

  /** Writes bytes at the current position, or moves to another one. */
  async write(chunk: Chunk): Promise<void> {
    const file = await this.#open();
    if (!(chunk instanceof Uint8Array)) {
      this.#position = chunk.position;
      return;
    }
    for (let written = 0; written < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, written, chunk.length - written, this.#position);
      written += bytesWritten;
      this.#position += bytesWritten;
    }
  }

  /** Gives the file its own name, once the disk has it. */
  async complete(): Promise<void> {
    const file = await this.#open();
    await file.sync();
    await this.#close();
    await rename(this.#part, this.#path);
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.#close().catch(() => {});
    await rm(this.#part, { force: true });
  }

  async #open(): Promise<FileHandle> {
    if (!this.#file) {
      await mkdir(dirname(this.#path), { recursive: true });
      this.#file = await open(this.#part, "wx");
    }
    return this.#file;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
