/**
 * A file on disk as the destination of an export.
 *
 * It promises that the file appears, or is replaced, only when it is complete: until then its bytes are in another one
 * beside it, which an abort removes.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";

/** A part of the file, or a position at which the next part begins. */
type Chunk = Uint8Array | { type: "seek"; position: number };

/** A stream into a file. As the browsers' streams into files, it takes a new position as a chunk. */
export class FileStream extends WritableStream<Chunk> {
  /** Creates the stream. Nothing is written before the first chunk. */
  constructor(path: string) {
    const part = `${path}.${randomUUID().slice(0, 8)}.part`;
    let file: FileHandle | undefined;
    let position = 0;
    super({
      async write(chunk) {
        file ??= await open(part, "wx");
        if (!(chunk instanceof Uint8Array)) position = chunk.position;
        else position = await writeAll(file, chunk, position);
      },
      async close() {
        file ??= await open(part, "wx");
        await file.sync();
        await file.close();
        await rename(part, path);
      },
      async abort() {
        await file?.close();
        await rm(part, { force: true });
      },
    });
  }

  /** Moves to a position in the file, in bytes. */
  async seek(position: number): Promise<void> {
    const writer = this.getWriter();
    await writer.write({ type: "seek", position }).finally(() => writer.releaseLock());
  }
}

/** Writes all bytes at a position, and returns the position after them. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  return position + written;
}
