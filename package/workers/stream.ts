/**
 * The caller's stream as the destination of an export.
 *
 * A worker cannot write it: some browsers transfer no streams. So the worker sends each part of the file through a
 * port, as a transferred buffer, and this writes it. It promises:
 *
 * - Back-pressure: the worker gets the receipt of a part once the stream wants more, and makes no other before that.
 * - Each part is written once. If a worker is lost, the next one makes the same parts again, and gets the receipts of
 *   those that the stream has. If they are not the same, the export fails.
 */
import { SecuenciaError } from "../errors.js";
import type { Receipt, Step, StreamPort } from "./messages.js";

/** A stream that one export writes. */
export class StreamTarget {
  readonly #writer: WritableStreamDefaultWriter<unknown>;
  readonly #canSeek: boolean;
  /** The steps that the stream has got, each with a hash of it. */
  readonly #steps: { hash: number; receipt: Promise<Receipt> }[] = [];
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

  /** Whether it has any part of a file. Another worker must then make the same file. */
  get hasBegun(): boolean {
    return this.#steps.length > 0;
  }

  /** Returns a port for the worker that makes the file. */
  connect(): StreamPort {
    const { port1, port2 } = new MessageChannel();
    let next = 0;
    port1.onmessage = async ({ data }: MessageEvent<Step>) => port1.postMessage(await this.#once(next++, data));
    return { port: port2, canSeek: this.#canSeek };
  }

  /** Takes a step, unless the stream has it from a worker that was lost. */
  #once(number: number, step: Step): Promise<Receipt> {
    const hash = hashOf(step);
    const known = this.#steps[number];
    if (known === undefined) {
      const receipt = this.#take(step);
      this.#steps.push({ hash, receipt });
      return receipt;
    }
    if (known.hash === hash) return known.receipt;
    const message = "a worker was lost, and the next one makes another file than the stream has begun with";
    return Promise.resolve({ failure: { name: "DataError", message } });
  }

  async #take(step: Step): Promise<Receipt> {
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

/** Returns a hash of a step. */
function hashOf(step: Step): number {
  if (step.type !== "write") return step.type === "seek" ? step.position : 0;
  let hash = step.bytes.length;
  for (let index = 0; index < step.bytes.length; index += 1) {
    hash = (Math.imul(hash, 31) + (step.bytes[index] as number)) | 0;
  }
  return hash;
}

function inWords(reason: unknown): string {
  const { message } = Object(reason) as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : String(reason);
}
