/**
 * The page's end of the worker: it starts one when there is something to do, and replaces one that crashed.
 *
 * It promises that every job settles: with its result, its error, at once on an abort, and as failed when its worker
 * is lost. The next job finds a worker that works.
 */
import { cancelled, revive, SecuenciaError } from "./errors.js";
import type {
  AssetFacts,
  ExportReport,
  ExportRequest,
  InspectRequest,
  JobRequest,
  JobResult,
  Reply,
} from "./messages.js";
import type { JobOptions } from "./types.js";

/** How long a worker may take to let go of a job that was aborted, in milliseconds. It takes some 30. */
const PATIENCE = 3000;

interface Job {
  onProgress: JobOptions["onProgress"] | undefined;
  resolve(result: JobResult): void;
  reject(error: Error): void;
  /** Rejects the promise and tells the worker. The job stays until the worker has let go of it. */
  abort(): void;
  /** The error if the worker is lost. */
  lost(reason: string): SecuenciaError;
  /** Called once the worker has let go. */
  release(finished: boolean): void;
}

export class EngineClient {
  readonly #launch: () => Worker;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #count = 0;
  #isClosed = false;

  constructor(launch: () => Worker) {
    this.#launch = launch;
  }

  /** Decodes a content once and says what it is. */
  inspect(request: Omit<InspectRequest, "type">, options: JobOptions): Promise<AssetFacts> {
    const { assetId } = request;
    const lost = (reason: string) =>
      new SecuenciaError("invalid-audio", `Invalid audio data for asset ${assetId}: ${reason}`, { assetId });
    return this.#run<AssetFacts>({ type: "inspect", ...request }, options, lost);
  }

  /** Exports a timeline. `onFailed` is called if it did not finish, once the destination is no longer in use. */
  export(request: Omit<ExportRequest, "type">, options: JobOptions, onFailed: () => void): Promise<ExportReport> {
    const lost = (reason: string) => new SecuenciaError("export-failed", `Export failed: ${reason}`);
    const release = (finished: boolean) => finished || onFailed();
    return this.#run<ExportReport>({ type: "export", ...request }, options, lost, release);
  }

  /** Stops all jobs, waits until the worker has let go of them and ends it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // To end a worker in the midst of a transaction can hang the database in WebKit.
    const released = [...this.#jobs.values()].map((job) => {
      job.abort();
      return new Promise<void>((resolve) => {
        const { release } = job;
        job.release = (finished) => {
          release(finished);
          resolve();
        };
      });
    });
    await Promise.all(released);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #run<T>(
    request: JobRequest,
    { onProgress, signal }: JobOptions,
    lost: Job["lost"],
    release: Job["release"] = () => {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) throw new SecuenciaError("storage", "The library is closed");
      if (signal?.aborted) {
        release(false);
        throw cancelled();
      }
      const id = ++this.#count;
      this.#worker ??= this.#start();
      this.#worker.postMessage({ ...request, job: id });

      let patience: ReturnType<typeof setTimeout> | undefined;
      const job: Job = {
        onProgress,
        resolve: (result) => resolve(result as T),
        reject,
        lost,
        abort: () => {
          reject(cancelled());
          job.onProgress = undefined;
          this.#worker?.postMessage({ type: "cancel", job: id });
          patience ??= setTimeout(() => this.#replace("the worker did not answer"), PATIENCE);
        },
        release: (finished) => {
          clearTimeout(patience);
          signal?.removeEventListener("abort", job.abort);
          release(finished);
        },
      };
      signal?.addEventListener("abort", job.abort);
      this.#jobs.set(id, job);
    });
  }

  #start(): Worker {
    const worker = this.#launch();
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#hear(data);
    // A script that cannot be loaded says nothing more than that.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#replace(event.message || "the worker could not be loaded");
    };
    return worker;
  }

  #hear(reply: Reply): void {
    if (reply.type === "crashed") {
      this.#replace(reply.reason);
      return;
    }
    const job = this.#jobs.get(reply.job);
    if (reply.type === "progress") {
      tell(job?.onProgress, reply.progress);
      return;
    }
    this.#jobs.delete(reply.job);
    if (reply.type === "done") job?.resolve(reply.result);
    else job?.reject(revive(reply.failure));
    job?.release(reply.type === "done");
  }

  /** Ends the worker and fails its jobs. The next job starts another. */
  #replace(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) {
      job.reject(job.lost(reason));
      job.release(false);
    }
  }
}

/** Tells a listener. What it throws is reported, as an event listener's would be, and harms no job. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    reportError(error);
  }
}
