/**
 * The page's end of the worker: it starts one when there is a job, replaces one that crashed, and ends one that has
 * been idle for a while, since the memory of a module never shrinks.
 *
 * It promises that every job settles: with its result, with its error, or at once on an abort. When a worker is lost,
 * the job in work is to blame and fails; the next worker gets the jobs after it. An export that renders unusable clips
 * as silence does the same with a clip that crashed the worker.
 */
import { revive, SecuenciaError } from "../errors.js";
import { tell } from "../listener.js";
import type { ExportPlan, JobOptions } from "../types.js";
import type { Helpers } from "./helpers.js";
import type { WorkerLink } from "./link.js";
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
  SurveyRequest,
  TimelineSurvey,
} from "./messages.js";
import { StreamTarget } from "./stream.js";

/** How long a worker may take to let go of an aborted job, in milliseconds. It usually takes about 30. */
const PATIENCE = 3000;

/** How long idle workers are kept, in milliseconds. The engine stays compiled, so another starts in about 50. */
const IDLENESS = 10_000;

/** A request on the page. A stream stays here, and the worker gets a port to it. */
type Task = Exclude<JobRequest, ExportRequest> | ExportTask;
type ExportTask = Omit<ExportRequest, "destination"> & {
  destination: FileSystemFileHandle | StreamTarget | undefined;
};

interface Job {
  request: Task;
  /** The furthest progress reported so far. A job that starts again reports nothing until it is past it. */
  reached: number;
  /** Whether its promise has been rejected by an abort. */
  isAborted: boolean;
  onProgress: JobOptions["onProgress"] | undefined;
  resolve(result: JobResult): void;
  reject(reason: unknown): void;
  /** Rejects the promise with this reason and tells the worker. The job stays until the worker has let go of it. */
  abort(reason: unknown): void;
  /** Returns the error to reject with if the worker is lost. */
  lost(reason: string, blame: Blame | undefined): SecuenciaError;
  /** Called once the worker has let go of the job. */
  release(finished: boolean): void;
}

/** A worker for the page's jobs, which it does in the order of the calls. */
export class WorkerClient {
  readonly #launch: () => WorkerLink;
  readonly #helpers: Helpers | undefined;
  readonly #jobs = new Map<number, Job>();
  #worker: WorkerLink | undefined;
  #idling: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  #isClosed = false;

  /** Without helpers, one worker makes each export alone. */
  constructor(launch: () => WorkerLink, helpers?: Helpers) {
    this.#launch = launch;
    this.#helpers = helpers;
  }

  /** The number of jobs that have not ended. */
  get jobs(): number {
    return this.#jobs.size;
  }

  /** Decodes a content once and describes it. */
  inspect(request: Omit<InspectRequest, "type">, options: JobOptions): Promise<AssetFacts> {
    const { assetId } = request;
    const lost = (reason: string) =>
      new SecuenciaError("invalid-audio", `Invalid audio data for asset ${assetId}: ${reason}`, { assetId });
    return this.#run<AssetFacts>({ type: "inspect", ...request }, options, lost);
  }

  /** Plans an export without making it. */
  plan(request: Omit<PlanRequest, "type">, options: JobOptions): Promise<ExportPlan> {
    return this.#run<ExportPlan>({ type: "plan", ...request }, options, lostClip);
  }

  /** Finds what the files of a timeline's chapters have in common. */
  survey(request: Omit<SurveyRequest, "type">, options: JobOptions): Promise<TimelineSurvey> {
    return this.#run<TimelineSurvey>({ type: "survey", ...request }, options, lostClip);
  }

  /**
   * Exports a timeline. `onFailed` is called if it did not finish, or was aborted at the last moment, once the
   * destination is no longer in use.
   */
  export(request: Omit<ExportTask, "type">, options: JobOptions, onFailed: () => void): Promise<ExportReport> {
    const release = (finished: boolean) => finished || onFailed();
    return this.#run<ExportReport>({ type: "export", ...request }, options, lostClip, release);
  }

  /** Stops all jobs, waits until the worker has let go of them and ends it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // Ending a worker in the middle of a transaction can hang the database in WebKit.
    const released = [...this.#jobs.values()].map((job) => {
      job.abort(closed());
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
    request: Task,
    { onProgress, signal }: JobOptions,
    lost: Job["lost"],
    release: Job["release"] = () => {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) throw closed();
      if (signal?.aborted) {
        release(false);
        throw signal.reason;
      }
      const id = ++this.#count;
      let patience: ReturnType<typeof setTimeout> | undefined;
      const onAbort = () => job.abort(signal?.reason);
      const job: Job = {
        request,
        reached: 0,
        isAborted: false,
        onProgress,
        resolve: (result) => resolve(result as T),
        reject,
        lost,
        abort: (reason) => {
          reject(reason);
          job.isAborted = true;
          job.onProgress = undefined;
          this.#worker?.post({ type: "cancel", job: id });
          patience ??= setTimeout(() => this.#replace("the worker did not answer", id), PATIENCE);
        },
        release: (finished) => {
          clearTimeout(patience);
          signal?.removeEventListener("abort", onAbort);
          release(finished);
        },
      };
      signal?.addEventListener("abort", onAbort);
      clearTimeout(this.#idling);
      this.#jobs.set(id, job);
      this.#post(id, request);
    });
  }

  #post(job: number, task: Task): void {
    this.#worker ??= this.#start();
    const helpers = ("workers" in task && this.#helpers?.connect(task.workers - 1)) || [];
    const { request, ports } = asMessage(task);
    this.#worker.post({ ...request, job, helpers }, [...helpers, ...ports]);
  }

  #start(): WorkerLink {
    const worker = this.#launch();
    worker.onreply = (reply) => this.#hear(reply);
    worker.onlost = (reason) => this.#fail(reason);
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

  /** Replaces the worker. The job to blame fails, unless it can go on without the clip. */
  #replace(reason: string, culprit: number | undefined, blame?: Blame): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) {
      const isToBlame = id === culprit && !forgives(job.request, blame);
      // The next worker would not know that a job was aborted: an export would still replace its file.
      if (isToBlame || job.isAborted) this.#drop(id, job, job.lost(reason, blame));
      else this.#post(id, job.request);
    }
  }

  /** Fails all jobs, because no worker can be had that is better than the one that was lost. */
  #fail(reason: SecuenciaError | string): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) {
      this.#drop(id, job, reason instanceof SecuenciaError ? reason : job.lost(reason, undefined));
    }
  }

  #end(): void {
    this.#worker?.end();
    this.#worker = undefined;
    this.#helpers?.leave();
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

  /** Ends all workers. The next job starts new ones. */
  #dismiss(): void {
    clearTimeout(this.#idling);
    this.#end();
    this.#helpers?.close();
  }
}

/** Returns a task as a worker gets it, and the ports that go with it. */
function asMessage(task: Task): { request: JobRequest; ports: MessagePort[] } {
  if (task.type !== "export") return { request: task, ports: [] };
  const { destination, ...rest } = task;
  if (!(destination instanceof StreamTarget)) return { request: { ...rest, destination }, ports: [] };
  const connected = destination.connect();
  return { request: { ...rest, destination: connected }, ports: [connected.port] };
}

/**
 * Has an export go on without the clip that crashed its worker, if its caller wants silence for such clips. Returns
 * whether it does. It cannot begin anew in a stream.
 */
function forgives(request: Task, blame: Blame | undefined): boolean {
  if (!("options" in request) || request.options.onUnreadableClip !== "silence" || !blame) return false;
  if (request.type === "export" && request.destination instanceof StreamTarget && request.destination.hasBegun)
    return false;
  const { distrustedAssets } = request.options;
  if (distrustedAssets.includes(blame.assetId)) return false;
  distrustedAssets.push(blame.assetId);
  return true;
}

/** Returns the error of a job whose library is closed. */
function closed(): SecuenciaError {
  return new SecuenciaError("storage", "The library is closed. Open it again.");
}

/** Returns the error of an export or a plan whose worker was lost. */
function lostClip(reason: string, blame: Blame | undefined): SecuenciaError {
  if (!blame) return new SecuenciaError("export-failed", `Export failed: ${reason}`);
  const message = `Invalid audio data for asset ${blame.assetId}: its decoder crashed`;
  return new SecuenciaError("invalid-audio", message, {
    ...blame,
    unreadable: [{ ...blame, code: "invalid-audio", message }],
  });
}
