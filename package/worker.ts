/**
 * The worker: it loads the engine, and does as it is told, one job after the other: together they would be no sooner
 * done, and hold more memory. Jobs work in slices and give way to messages between them, so a cancel is heard at once.
 */
import init, { blame, exportTimeline, inspect, planTimeline } from "./engine.js";
import { describe } from "./errors.js";
import type { JobRequest, JobResult, Reply, Request } from "./messages.js";
import type { Progress } from "./types.js";

const engine = init();
const jobs = new Map<number, AbortController>();
let last: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "cancel") jobs.get(data.job)?.abort();
  else void run(data);
});

// A panic ends the instance, and no promise of its jobs will ever settle.
addEventListener("error", ({ message }) => crashed(message));
addEventListener("unhandledrejection", ({ reason }) => crashed(reason?.message ?? String(reason)));

async function run({ job, ...request }: JobRequest & { job: number }): Promise<void> {
  const controller = new AbortController();
  jobs.set(job, controller);
  const turn = last;
  let end = () => {};
  last = Promise.all([turn, new Promise<void>((resolve) => (end = resolve))]);
  try {
    await Promise.race([turn, aborted(controller.signal)]);
    const report = (progress: Progress) => post({ type: "progress", job, progress });
    post({ type: "done", job, result: await perform(request, report, controller.signal) });
  } catch (error) {
    post({ type: "failed", job, failure: describe(error) });
  } finally {
    jobs.delete(job);
    end();
  }
}

async function perform(
  request: JobRequest,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  const { memory } = await engine;
  if (request.type === "inspect") {
    const { assetId, content, hint, trim } = request;
    return inspect(assetId, content, hint, trim, signal);
  }
  const { database, timelineId } = request;
  if (request.type === "plan") return planTimeline(database, timelineId, report, signal);
  const { options, destination } = request;
  const made = await exportTimeline(database, timelineId, options, destination, report, signal);
  return { ...made, wasmBytes: memory.buffer.byteLength };
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Says so, and which clip was being read: of a module that has crashed, nothing else may be asked. */
function crashed(reason: string): void {
  let clip: ReturnType<typeof blame>;
  try {
    clip = blame();
  } catch {
    // It cannot say even that, or was never loaded.
  }
  post({ type: "crashed", reason, ...(clip && { blame: clip }) });
}

function post(reply: Reply): void {
  postMessage(reply);
}
