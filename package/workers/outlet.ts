/**
 * The destination of an exported file, as the engine writes it: a file of the user's, or a stream, which the page
 * writes (`stream.ts`). The engine calls it: `src/web/engine/sink.rs` names its methods.
 */
import type { Receipt, Step, StreamPort } from "./messages.js";

/** A file that is being written. One call at a time, each after the one before it has settled. */
export interface Outlet {
  /** Whether `seek` is possible. */
  readonly canSeek: boolean;
  /** Writes at the current position. May take the buffer of the bytes away. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Moves to a position. Bytes that are skipped at the end are zeros. */
  seek(position: number): Promise<void>;
  /** Completes the file. */
  close(): Promise<void>;
  /** Discards the written bytes. */
  abort(): Promise<void>;
}

/**
 * Writes a file. The browser writes to a temporary file, and replaces the file at the end. It is opened by the first
 * write, so a job that fails before its first packet leaves the file alone.
 */
export function fileOutlet(handle: FileSystemFileHandle): Outlet {
  let opening: Promise<FileSystemWritableFileStream> | undefined;
  const stream = () => (opening ??= handle.createWritable());
  return {
    canSeek: true,
    write: async (bytes) => (await stream()).write(bytes),
    seek: async (position) => (await stream()).seek(position),
    close: async () => (await stream()).close(),
    abort: async () => (await opening)?.abort(),
  };
}

/** Sends each step through a port, and waits for its receipt: the next step is not made before that. */
export function portOutlet({ port, canSeek }: StreamPort): Outlet {
  const ask = (step: Step, transfer: Transferable[] = []) =>
    new Promise<void>((resolve, reject) => {
      port.onmessage = ({ data: { failure } }: MessageEvent<Receipt>) =>
        failure ? reject(new DOMException(failure.message, failure.name)) : resolve();
      port.postMessage(step, transfer);
    });
  return {
    canSeek,
    write: (bytes) => ask({ type: "write", bytes }, [bytes.buffer]),
    seek: (position) => ask({ type: "seek", position }),
    async close() {
      await ask({ type: "close" });
      port.close();
    },
    // The page aborts the stream itself, because it knows the reason.
    abort: async () => port.close(),
  };
}
