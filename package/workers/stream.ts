/**
 * The caller's stream as the destination of an export.
 *
 * A worker cannot write it: some browsers transfer no streams. So the worker sends each part of the file through a
 * port, as a transferred buffer, and this writes it. It promises back-pressure: the worker gets the receipt of a part
 * once the stream wants more, and makes no other part before that.
 */
import { SecuenciaError } from "../errors.js";
import type { Receipt, Step, StreamPort } from "./messages.js";

/** A stream that one export writes. */
export class StreamTarget {
  readonly #writer: WritableStreamDefaultWriter<unknown>;
  readonly #canSeek: boolean;
  #hasBegun = false;
  /** The stream's own failure. */
  #failure: { reason: unknown } | undefined;

  /** Locks the stream. Throws an `export-failed` if somebody else has. */
  constructor(stream: WritableStream) {
    try {
      this.#writer = stream.getWriter();
    } catch (cause) {
      throw new SecuenciaError("export-failed", `Export failed: the stream could not be written: ${inWords(cause)}`, {
        cause,
      });
    }
    // `FileSystemWritableFileStream` can, and takes the new position as a chunk.
    this.#canSeek = "seek" in stream && typeof stream.seek === "function";
  }

  /** Whether it has any part of a file. Another worker can then not begin anew. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Returns a port for the worker that makes the file. */
  connect(): StreamPort {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = async ({ data }: MessageEvent<Step>) => port1.postMessage(await this.#take(data));
    return { port: port2, canSeek: this.#canSeek };
  }

  async #take(step: Step): Promise<Receipt> {
    this.#hasBegun = true;
    try {
      if (step.type === "close") {
        await this.#writer.ready;
        await this.#writer.close();
      } else {
        // If this write fails later, the next step does.
        this.#writer.write(step.type === "write" ? step.bytes : step).catch(() => {});
        await this.#writer.ready;
      }
      return {};
    } catch (reason) {
      this.#failure ??= { reason };
      const { name } = Object(reason) as { name?: unknown };
      return { failure: { name: typeof name === "string" ? name : "Error", message: inWords(reason) } };
    }
  }

  /** Unlocks the stream after a finished export. */
  release(): void {
    this.#writer.releaseLock();
  }

  /**
   * Aborts the stream with the reason why an export failed, and unlocks it. Returns the error to reject with, which has
   * the stream's own reason as its cause if the stream is to blame.
   */
  fail(error: unknown): unknown {
    const failure = this.#failure;
    // An abort of a stream that has failed changes nothing.
    this.#writer.abort(error).catch(() => {});
    this.release();
    if (!failure || !(error instanceof SecuenciaError)) return error;
    return new SecuenciaError(error.code, error.message, { cause: failure.reason });
  }
}

function inWords(reason: unknown): string {
  const { message } = Object(reason) as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : String(reason);
}
