/**
 * The worker: it loads the engine, and does as it is told.
 *
 * Jobs work in slices and give way to messages between them, so a cancel is heard at once and an inspection goes on
 * beside an export. Exports take turns, in the order in which they were asked for: together they would be no sooner
 * done, and hold twice the memory.
 */
import init, { exportTimeline, inspect } from "./engine.js";
import { describe } from "./errors.js";
import type { ExportRequest, JobRequest, Reply, Request } from "./messages.js";
import type { Progress } from "./types.js";

const engine = init();
const jobs = new Map<number, AbortController>();
let exports: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "cancel") jobs.get(data.job)?.abort();
  else void run(data);
});

// A panic ends the instance, and no promise of its jobs will ever settle.
addEventListener("error", ({ message }) => post({ type: "crashed", reason: message }));
addEventListener("unhandledrejection", ({ reason }) =>
  post({ type: "crashed", reason: reason?.message ?? String(reason) }),
);

async function run({ job, ...request }: JobRequest & { job: number }): Promise<void> {
  const controller = new AbortController();
  jobs.set(job, controller);
  const { memory } = await engine;
  try {
    const result =
      request.type === "inspect"
        ? await inspect(request.assetId, request.content, request.hint, controller.signal)
        : { ...(await exportInTurn(request, job, controller.signal)), wasmBytes: memory.buffer.byteLength };
    post({ type: "done", job, result });
  } catch (error) {
    post({ type: "failed", job, failure: describe(error) });
  } finally {
    jobs.delete(job);
  }
}

async function exportInTurn(request: ExportRequest, job: number, signal: AbortSignal) {
  const { database, timelineId, bitRate, ceilingDb, destination } = request;
  const report = (progress: Progress) => post({ type: "progress", job, progress });
  const turn = exports;
  let end = () => {};
  exports = Promise.all([turn, new Promise<void>((resolve) => (end = resolve))]);
  try {
    await Promise.race([turn, aborted(signal)]);
    return await exportTimeline(database, timelineId, bitRate, ceilingDb, destination, report, signal);
  } finally {
    end();
  }
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function post(reply: Reply): void {
  postMessage(reply);
}
