/**
 * A worker: it loads the engine, and does as it is told, one job after the other: together they would be no sooner
 * done, and hold more memory. Jobs work in slices and give way to messages between them, so a cancel is heard at once.
 * Or it helps another worker with its export.
 */
import { type Assistance, assist, Crew } from "./crew.js";
import init, { Assistant, blame, exportTimeline, inspect, planTimeline } from "./engine.js";
import { describe } from "./errors.js";
import type { JobRequest, JobResult, Reply, Request } from "./messages.js";
import type { Progress } from "./types.js";

let load: (module: WebAssembly.Module | undefined) => void = () => {};
const engine = new Promise<WebAssembly.Module | undefined>((resolve) => (load = resolve)).then((module) =>
  init(module && { module_or_path: module }),
);
// The page tries another worker for the next job.
engine.catch((error) => crashed(String(error?.message ?? error)));
const jobs = new Map<number, AbortController>();
let last: Promise<unknown> = Promise.resolve();
/** The work for another worker, if one is helped. */
let assistance: Assistance | undefined;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "load") load(data.module);
  else if (data.type === "cancel") jobs.get(data.job)?.abort();
  else if (data.type === "assist") help(data.port);
  else if (data.type === "leave") assistance?.leave();
  else void run(data);
});

// A panic ends the instance, and no promise of its jobs will ever settle.
addEventListener("error", ({ message }) => crashed(message));
addEventListener("unhandledrejection", ({ reason }) => crashed(reason?.message ?? String(reason)));

async function run({ job, helpers, ...request }: JobRequest & { job: number; helpers: MessagePort[] }): Promise<void> {
  const controller = new AbortController();
  jobs.set(job, controller);
  const turn = last;
  let end = () => {};
  last = Promise.all([turn, new Promise<void>((resolve) => (end = resolve))]);
  try {
    await Promise.race([turn, aborted(controller.signal)]);
    const report = (progress: Progress) => post({ type: "progress", job, progress });
    post({ type: "done", job, result: await perform(request, helpers, report, controller.signal) });
  } catch (error) {
    post({ type: "failed", job, failure: describe(error) });
  } finally {
    jobs.delete(job);
    end();
  }
}

async function perform(
  request: JobRequest,
  helpers: MessagePort[],
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
  const crew = new Crew(database, timelineId, helpers);
  signal.addEventListener("abort", () => crew.end());
  try {
    const made = await exportTimeline(database, timelineId, options, crew, destination, report, signal);
    const wasmBytes = Math.max(memory.buffer.byteLength, crew.peakWasmBytes);
    return { ...made, wasmBytes, workers: 1 + crew.helped };
  } finally {
    crew.end();
  }
}

/** Helps the worker at the other end, and nobody else from now on. */
function help(port: MessagePort): void {
  assistance?.leave();
  assistance = assist(port, {
    prepare: async (database, timelineId) => {
      await engine;
      return Assistant.prepare(database, timelineId);
    },
    wasmBytes: async () => (await engine).memory.buffer.byteLength,
  });
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Says so, and which clip was being read: of a module that has crashed, nothing else may be asked. */
function crashed(reason: string): void {
  assistance?.lose();
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
