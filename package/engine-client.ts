/**
 * The page's end of the worker: it starts one when there is something to do, ends it when there has been nothing for a
 * while, since the memory of a module never shrinks, and replaces one that crashed.
 *
 * It promises that every job settles: with its result, its error, at once on an abort. When a worker is lost, the job
 * that it was at is to blame, and fails; the jobs behind it are given to the next worker. An export that goes on
 * without clips that cannot be used goes on without one that crashed the worker, too.
 */
import { cancelled, revive, SecuenciaError } from "./errors.js";
import type {
  AssetFacts,
  Blame,
  ExportReport,
  ExportRequest,
  InspectRequest,
  JobRequest,
  JobResult,
  PlanRequest,
  Reply,
  Request,
} from "./messages.js";
import type { Team } from "./team.js";
import type { ExportPlan, JobOptions } from "./types.js";

/** How long a worker may take to let go of a job that was aborted, in milliseconds. It takes some 30. */
const PATIENCE = 3000;

/**
 * How long workers stay that have nothing to do, in milliseconds. Another starts in some 50, for the engine is
 * compiled.
 */
const IDLENESS = 10_000;

interface Job {
  request: JobRequest;
  /** The furthest report so far. A job that starts again says nothing until it is past it. */
  reached: number;
  /** Its promise has been rejected. */
  isAborted: boolean;
  onProgress: JobOptions["onProgress"] | undefined;
  resolve(result: JobResult): void;
  reject(error: Error): void;
  /** Rejects the promise and tells the worker. The job stays until the worker has let go of it. */
  abort(): void;
  /** The error if the worker is lost. */
  lost(reason: string, blame: Blame | undefined): SecuenciaError;
  /** Called once the worker has let go. */
  release(finished: boolean): void;
}

export class EngineClient {
  readonly #launch: () => Worker;
  readonly #team: Team | undefined;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #idling: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  #isClosed = false;

  /** Without a team, exports have no help. */
  constructor(launch: () => Worker, team?: Team) {
    this.#launch = launch;
    this.#team = team;
  }

  /** Decodes a content once and says what it is. */
  inspect(request: Omit<InspectRequest, "type">, options: JobOptions): Promise<AssetFacts> {
    const { assetId } = request;
    const lost = (reason: string) =>
      new SecuenciaError("invalid-audio", `Invalid audio data for asset ${assetId}: ${reason}`, { assetId });
    return this.#run<AssetFacts>({ type: "inspect", ...request }, options, lost);
  }

  /** Says what an export would do. */
  plan(request: Omit<PlanRequest, "type">, options: JobOptions): Promise<ExportPlan> {
    return this.#run<ExportPlan>({ type: "plan", ...request }, options, lostClip);
  }

  /**
   * Exports a timeline. `onFailed` is called if it did not finish, or was aborted at the last moment, once the
   * destination is no longer in use.
   */
  export(request: Omit<ExportRequest, "type">, options: JobOptions, onFailed: () => void): Promise<ExportReport> {
    const release = (finished: boolean) => finished || onFailed();
    return this.#run<ExportReport>({ type: "export", ...request }, options, lostClip, release);
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
    this.#dismiss();
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
      let patience: ReturnType<typeof setTimeout> | undefined;
      const job: Job = {
        request,
        reached: 0,
        isAborted: false,
        onProgress,
        resolve: (result) => resolve(result as T),
        reject,
        lost,
        abort: () => {
          reject(cancelled());
          job.isAborted = true;
          job.onProgress = undefined;
          this.#worker?.postMessage({ type: "cancel", job: id });
          patience ??= setTimeout(() => this.#replace("the worker did not answer", id), PATIENCE);
        },
        release: (finished) => {
          clearTimeout(patience);
          signal?.removeEventListener("abort", job.abort);
          release(finished);
        },
      };
      signal?.addEventListener("abort", job.abort);
      clearTimeout(this.#idling);
      this.#jobs.set(id, job);
      this.#post(id, request);
    });
  }

  #post(job: number, request: JobRequest): void {
    this.#worker ??= this.#start();
    const helpers = (request.type === "export" && this.#team?.connect(request.workers - 1)) || [];
    this.#worker.postMessage({ ...request, job, helpers } satisfies Request, helpers);
  }

  #start(): Worker {
    const worker = this.#launch();
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#hear(data);
    // A script that cannot be loaded says nothing more than that.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message || "the worker could not be loaded");
    };
    return worker;
  }

  #hear(reply: Reply): void {
    if (reply.type === "crashed") {
      const [running] = this.#jobs.keys();
      this.#replace(reply.reason, running, reply.blame);
      return;
    }
    const job = this.#jobs.get(reply.job);
    if (reply.type === "progress") {
      if (job && reply.progress.completed >= job.reached) {
        job.reached = reply.progress.completed;
        tell(job.onProgress, reply.progress);
      }
      return;
    }
    this.#forget(reply.job);
    if (reply.type === "done") job?.resolve(reply.result);
    else job?.reject(revive(reply.failure));
    job?.release(reply.type === "done" && !job.isAborted);
  }

  /** Ends the worker. The job that is to blame fails, unless it can do without the clip; another does the others. */
  #replace(reason: string, culprit: number | undefined, blame?: Blame): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) {
      const isToBlame = id === culprit && !forgives(job.request, blame);
      // No next worker would know that a job was aborted: an export would still replace its file.
      if (isToBlame || job.isAborted) this.#drop(id, job, job.lost(reason, blame));
      else this.#post(id, job.request);
    }
  }

  /** Ends a worker that no other would be better than, and fails all jobs. */
  #fail(reason: string): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) this.#drop(id, job, job.lost(reason, undefined));
  }

  #end(): void {
    if (!this.#worker) return;
    // What a worker said before it was ended may still arrive, and is not about the next one.
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#worker = undefined;
    this.#team?.leave();
  }

  #drop(id: number, job: Job, error: SecuenciaError): void {
    this.#forget(id);
    job.reject(error);
    job.release(false);
  }

  #forget(id: number): void {
    this.#jobs.delete(id);
    clearTimeout(this.#idling);
    if (this.#jobs.size === 0) this.#idling = setTimeout(() => this.#dismiss(), IDLENESS);
  }

  /** Ends all workers. The next job has others. */
  #dismiss(): void {
    clearTimeout(this.#idling);
    this.#end();
    this.#team?.close();
  }
}

/** Has an export do without the clip that crashed its worker, if that is what its caller wants of such clips. */
function forgives(request: JobRequest, blame: Blame | undefined): boolean {
  if (request.type !== "export" || request.options.onUnreadableClip !== "silence" || !blame) return false;
  const { distrustedAssets } = request.options;
  if (distrustedAssets.includes(blame.assetId)) return false;
  distrustedAssets.push(blame.assetId);
  return true;
}

/** The error of an export or a plan whose worker was lost. */
function lostClip(reason: string, blame: Blame | undefined): SecuenciaError {
  if (!blame) return new SecuenciaError("export-failed", `Export failed: ${reason}`);
  const message = `Invalid audio data for asset ${blame.assetId}: decoding it crashed`;
  return new SecuenciaError("invalid-audio", message, {
    ...blame,
    unreadable: [{ ...blame, code: "invalid-audio", message }],
  });
}

/** Tells a listener. What it throws is reported, as an event listener's would be, and harms no job. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    reportError(error);
  }
}
