/**
 * The page's end of the worker: it starts one when there is a job, replaces one that crashed, and ends one that has
 * been idle for a while, since the memory of a module never shrinks.
 *
 * It promises that every job settles: with its result, with its error, or at once on an abort. When a worker is lost,
 * because it crashed or gives no sign of life, another one goes on. A job that loses three workers for the same reason
 * fails; so does one that loses two to the same content, helpers included, by its name. An export that renders unusable
 * clips as silence then does so with that clip.
 *
 * A worker that crashed names the clip that it was reading. One that hangs cannot. So once a job has lost a worker that
 * way, the next ones name each clip before they read it.
 */
import { revive, SecuenciaError } from "../errors.js";
import { tell } from "../listener.js";
import type { ExportOptions, ExportPlan, JobOptions } from "../types.js";
import type { Helpers, Lead } from "./helpers.js";
import type { WorkerLink } from "./link.js";
import type {
  AssetFacts,
  Blame,
  ExportReport,
  ExportRequest,
  InspectRequest,
  JobRequest,
  JobResult,
  KeptExport,
  PlanRequest,
  Reply,
  SurveyRequest,
  TimelineSurvey,
} from "./messages.js";
import { StreamTarget } from "./stream.js";
import { SILENT, Watch } from "./watch.js";

/** How long a worker may take to let go of an aborted job, in milliseconds. It usually takes about 30. */
const PATIENCE = 3000;

/** The number of workers that a job may lose for one reason, to one content, and in all. */
const MOST = { losses: 2, ofContent: 1, inAll: 10 };

/** The fault of a content at which workers hang. */
const ENDLESS = "its decoder does not end";

/** How long an idle worker is kept, in milliseconds. The engine stays compiled, so another starts in about 50. */
const IDLENESS = 10_000;

/** A request on the page. A stream stays here, and the worker gets a port to it. */
type Task = Exclude<JobRequest, ExportRequest> | ExportTask;
type ExportTask = Omit<ExportRequest, "destination"> & {
  destination: FileSystemFileHandle | StreamTarget | undefined;
};

/** What may end an export, or its wait for a destination. */
export type ExportLimits = JobOptions & Pick<ExportOptions, "leaveDestination">;

interface Job {
  request: Task;
  /** The furthest progress reported so far. A job that starts again reports nothing until it is past it. */
  reached: number;
  /** Whether its promise has been rejected by an abort. */
  isAborted: boolean;
  /** The reason for each loss of a worker: the content to blame, or words. */
  losses: string[];
  /** Whether it has lost a worker that gave no sign of life. */
  hasHung: boolean;
  /** The worker that has got it. */
  worker: WorkerLink | undefined;
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

/** A worker for jobs of the page's, which it does in the order of the calls. */
export class WorkerClient {
  readonly #launch: () => WorkerLink;
  readonly #helpers: Helpers | undefined;
  readonly #jobs = new Map<number, Job>();
  #worker: WorkerLink | undefined;
  #idling: ReturnType<typeof setTimeout> | undefined;
  #watch: Watch | undefined;
  /** The job that the worker is at, if helpers can join it. */
  #lead: { job: Job; lead: Lead } | undefined;
  #count = 0;
  #isClosed = false;
  /** Settles once nothing is kept of the exports that lost their workers. */
  #forgotten: Promise<unknown> = Promise.resolve();

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
    const lost = (reason: string) => {
      const words = reason === SILENT ? ENDLESS : reason;
      return new SecuenciaError("invalid-audio", `Invalid audio data for asset ${assetId}: ${words}`, { assetId });
    };
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
  export(
    request: Omit<ExportTask, "type">,
    { leaveDestination, ...options }: ExportLimits,
    onFailed: () => void,
  ): Promise<ExportReport> {
    const task: ExportTask = { type: "export", ...request };
    const leave = () => {
      task.destination = undefined;
      const isAborted = [...this.#jobs.values()].find((job) => job.request === task)?.isAborted ?? true;
      // Another worker goes on without it.
      if (!isAborted) this.#replace("", undefined);
    };
    if (leaveDestination?.aborted) leave();
    leaveDestination?.addEventListener("abort", leave);
    const release = (finished: boolean) => {
      leaveDestination?.removeEventListener("abort", leave);
      if (!finished) onFailed();
    };
    return this.#run<ExportReport>(task, options, lostClip, release);
  }

  /** Finds the interrupted exports of a database's library. */
  unfinished(database: string): Promise<KeptExport[]> {
    return this.#run<KeptExport[]>({ type: "unfinished", database }, {}, lostClip);
  }

  /** Removes what is kept of an interrupted export. */
  async forget(id: string): Promise<void> {
    if (this.#isClosed) throw closed();
    return this.#run<void>({ type: "forget", id }, {}, lostClip);
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
    await this.#forgotten;
    this.#dismiss();
  }

  #run<T>(
    request: Task,
    { onProgress, signal }: JobOptions,
    lost: Job["lost"],
    release: Job["release"] = () => {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed && request.type !== "forget") throw closed();
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
        losses: [],
        hasHung: false,
        worker: undefined,
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
      this.#post(id, job);
      this.#watch?.begin();
    });
  }

  #post(id: number, job: Job): void {
    this.#worker ??= this.#start();
    job.worker = this.#worker;
    const { request, ports } = asMessage(job.request);
    job.worker.post({ ...request, job: id }, ports);
    this.#assist();
  }

  /** Has helpers join the job that the worker is at, and leave the one before it. */
  #assist(): void {
    const [id, job] = [...this.#jobs][0] ?? [];
    if (id === undefined || job === undefined || job !== this.#lead?.job) this.#dismissHelpers();
    if (id === undefined || !job?.worker || job.worker !== this.#worker || !("workers" in job.request)) return;
    if (this.#lead || !this.#helpers) return;
    const { worker } = job;
    const lead: Lead = {
      most: job.request.workers - 1,
      get namesClips() {
        return job.hasHung;
      },
      lend: (ports) => worker.post({ type: "lend", job: id, ports }, ports),
      onlost: (reason, blame) => this.#loseHelper(id, reason, blame),
    };
    this.#lead = { job, lead };
    this.#helpers.join(lead);
  }

  #dismissHelpers(): void {
    if (this.#lead) this.#helpers?.leave(this.#lead.lead);
    this.#lead = undefined;
  }

  #start(): WorkerLink {
    const worker = this.#launch();
    const watch = new Watch((blame) => this.#lose(SILENT, blame));
    worker.onreply = (reply) => {
      watch.hear(reply);
      this.#hear(reply);
    };
    worker.onlost = (reason) => {
      if (reason instanceof SecuenciaError) this.#fail(reason);
      else this.#lose(reason);
    };
    if ([...this.#jobs.values()].some((job) => job.hasHung)) worker.post({ type: "watch" });
    this.#watch = watch;
    watch.begin();
    return worker;
  }

  #hear(reply: Reply): void {
    if (reply.type === "alive" || reply.type === "reading") return;
    if (reply.type === "crashed") {
      this.#lose(reply.reason, reply.blame);
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

  /** Replaces the worker, which was lost in the midst of its first job. */
  #lose(reason: string, blame?: Blame): void {
    const [id] = this.#jobs.keys();
    const job = id !== undefined && this.#jobs.get(id);
    if (job && reason === SILENT) job.hasHung = true;
    this.#replace(reason, id, blame);
  }

  /** Counts a helper that was lost to a content. Its segment is made by another, unless this is the last. */
  #loseHelper(id: number, reason: string, blame: Blame | undefined): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    if (reason === SILENT && !job.hasHung) {
      job.hasHung = true;
      this.#worker?.post({ type: "watch" });
    }
    if (!blame) return;
    if (lossesTo(blame.assetId, job) >= MOST.ofContent) this.#replace(reason, id, blame);
    else job.losses.push(blame.assetId);
  }

  /** Replaces the worker. The job to blame fails, unless it can go on. */
  #replace(reason: string, culprit: number | undefined, blame?: Blame): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) {
      const isToBlame = id === culprit && !survives(job, reason, blame);
      // The next worker would not know that a job was aborted: an export would still replace its file.
      if (isToBlame || job.isAborted) this.#drop(id, job, job.lost(reason, blame));
      else this.#post(id, job);
    }
  }

  /** Fails all jobs, because no worker can be had. */
  #fail(reason: SecuenciaError): void {
    this.#end();
    for (const [id, job] of [...this.#jobs]) this.#drop(id, job, reason);
  }

  #end(): void {
    this.#watch?.end();
    this.#watch = undefined;
    this.#worker?.end();
    this.#worker = undefined;
    this.#dismissHelpers();
  }

  #drop(id: number, job: Job, error: SecuenciaError): void {
    this.#forget(id);
    job.reject(error);
    job.release(false);
    // Its worker could not remove it.
    const { request } = job;
    if (request.type !== "export" || !request.keep) return;
    const forgotten = this.#run<void>({ type: "forget", id: request.keep.id }, {}, lostClip);
    this.#forgotten = Promise.allSettled([this.#forgotten, forgotten]);
  }

  #forget(id: number): void {
    this.#jobs.delete(id);
    this.#assist();
    if (this.#jobs.size > 0) return;
    clearTimeout(this.#idling);
    this.#idling = setTimeout(() => this.#dismiss(), IDLENESS);
    this.#watch?.end();
  }

  /** Gives its worker away, unless it has jobs. The next job starts another. */
  giveWorker(): WorkerLink | undefined {
    if (this.#jobs.size > 0) return undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#dismiss();
    return worker;
  }

  /** Ends the worker. The next job starts another. */
  #dismiss(): void {
    clearTimeout(this.#idling);
    this.#end();
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

/** Counts a job's loss of a worker. Returns whether another worker goes on. */
function survives(job: Job, reason: string, blame: Blame | undefined): boolean {
  const content = job.request.type === "inspect" ? job.request.assetId : blame?.assetId;
  const cause = content ?? reason;
  job.losses.push(cause);
  if (job.losses.length >= MOST.inAll) return false;
  return lossesTo(cause, job) <= (content === undefined ? MOST.losses : MOST.ofContent) || forgives(job.request, blame);
}

function lossesTo(cause: string, job: Job): number {
  return job.losses.filter((loss) => loss === cause).length;
}

/**
 * Has an export go on without the clip that costs it workers, if its caller wants silence for such clips. Returns
 * whether it does. A stream that has some of the file cannot get another one.
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
  const message = `Invalid audio data for asset ${blame.assetId}: ${reason === SILENT ? ENDLESS : "its decoder crashed"}`;
  return new SecuenciaError("invalid-audio", message, {
    ...blame,
    unreadable: [{ ...blame, code: "invalid-audio", message }],
  });
}
