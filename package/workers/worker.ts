/**
 * A worker: it gets the engine and does one job after the other, helps another worker with its export, or renders for
 * a player. Two jobs at once would finish no sooner, and hold more memory. A job works in slices and lets messages in
 * between them, so a cancel is heard at once.
 */
import { describe } from "../errors.js";
import { build } from "../loading/build.js";
import type { Progress } from "../types.js";
import init, {
  Assistant,
  blame,
  exportTimeline,
  inspect,
  Preview,
  planTimeline,
  surveyTimeline,
  watchReading,
} from "./engine.js";
import { BEAT_MS, Heartbeat } from "./heartbeat.js";
import { type Helper, help } from "./helper.js";
import { forgetExport, keepExport, unfinishedExports } from "./journal.js";
import { Leader } from "./leader.js";
import type { JobRequest, JobResult, Reply, Request, Started } from "./messages.js";
import { fileOutlet, portOutlet } from "./outlet.js";
import { preview } from "./preview.js";

let load: (module: WebAssembly.Module) => void = () => {};
const engine = new Promise<WebAssembly.Module>((resolve) => (load = resolve)).then((module) =>
  init({ module_or_path: module }),
);
// The page tries another worker for the next job.
engine.catch((error) => crashed(String(error?.message ?? error)));
const jobs = new Map<number, AbortController>();
let last: Promise<unknown> = Promise.resolve();
/** The work for another worker, if this one helps. */
let helper: Helper | undefined;
/** The signs of life of a helper, or of a worker that renders for a player. */
let beating: ReturnType<typeof setInterval> | undefined;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "start") post({ type: "started", build });
  else if (data.type === "load") load(data.module);
  else if (data.type === "cancel") jobs.get(data.job)?.abort();
  else if (data.type === "watch") engine.then(nameClips, () => {});
  else if (data.type === "help") helpAt(data.port);
  else if (data.type === "leave") helper?.leave();
  else if (data.type === "preview") previewAt(data.port);
  else void run(data);
});

// A panic ends the instance, and no promise of its jobs will ever settle.
addEventListener("error", ({ message }) => crashed(message.replace(/^Uncaught /, "")));
addEventListener("unhandledrejection", ({ reason }) => crashed(reason?.message ?? String(reason)));

async function run({ job, helpers, ...request }: JobRequest & { job: number; helpers: MessagePort[] }): Promise<void> {
  const controller = new AbortController();
  jobs.set(job, controller);
  const turn = last;
  let end = () => {};
  last = Promise.all([turn, new Promise<void>((resolve) => (end = resolve))]);
  let heart: Heartbeat | undefined;
  try {
    await Promise.race([turn, aborted(controller.signal)]);
    heart = new Heartbeat(job, post);
    post({ type: "done", job, result: await perform(request, helpers, heart, controller.signal) });
  } catch (error) {
    post({ type: "failed", job, failure: describe(error) });
  } finally {
    heart?.end();
    jobs.delete(job);
    end();
  }
}

async function perform(
  request: JobRequest,
  helpers: MessagePort[],
  heart: Heartbeat,
  signal: AbortSignal,
): Promise<JobResult> {
  if (request.type === "unfinished") return unfinishedExports(request.database);
  if (request.type === "forget") return forgetExport(request.id).then(() => undefined);
  const { memory } = await engine;
  const report = (progress: Progress) => heart.report(progress);
  if (request.type === "inspect") {
    const { assetId, content, hint, trim } = request;
    return inspect(assetId, content, hint, trim, report, signal);
  }
  const { library, timelineId } = request;
  if (request.type === "plan") return planTimeline(library, timelineId, request.range, report, signal);
  const { options } = request;
  const leader = new Leader(library, timelineId, helpers);
  signal.addEventListener("abort", () => leader.end());
  try {
    if (request.type === "survey") return await surveyTimeline(library, timelineId, options, leader, report, signal);
    const { destination } = request;
    const outlet = destination && ("port" in destination ? portOutlet(destination) : fileOutlet(destination));
    const watched = outlet && heart.watch(outlet);
    const kept = await keepExport(request);
    try {
      const tell = (progress: Progress) => {
        report(progress);
        kept?.reach(progress.completed);
      };
      const made = await exportTimeline(library, timelineId, options, leader, watched, kept?.file, tell, signal);
      const wasmBytes = Math.max(memory.buffer.byteLength, leader.peakWasmBytes);
      return { ...made, wasmBytes, workers: 1 + leader.helped };
    } finally {
      await kept?.forget();
    }
  } finally {
    leader.end();
  }
}

/** Helps the leader at the other end of `port`, and leaves any other leader. */
function helpAt(port: MessagePort): void {
  helper?.leave();
  beat();
  helper = help(port, {
    prepare: async (library, timelineId) => {
      await engine;
      return Assistant.prepare(library, timelineId);
    },
    wasmBytes: async () => (await engine).memory.buffer.byteLength,
  });
}

/** Gives signs of life from now on. The first is at once: a worker that has given none counts as one that starts. */
function beat(): void {
  post({ type: "alive" });
  beating ??= setInterval(post, BEAT_MS, { type: "alive" });
}

/** Names each clip to the page before it is read, so that the page knows the one that this worker does not survive. */
function nameClips(): void {
  watchReading((clip) => post({ type: "reading", ...(clip && { blame: clip }) }));
}

/** Renders for the player at the other end of `port`. */
function previewAt(port: MessagePort): void {
  beat();
  preview(port, {
    open: async (...how) => {
      await engine;
      return Preview.open(...how);
    },
  });
}

/** Returns a promise that rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Reports a crash to the page, with the clip that was being read. A crashed module can answer nothing else. */
function crashed(reason: string): void {
  helper?.lose();
  let clip: ReturnType<typeof blame>;
  try {
    clip = blame();
  } catch {
    // The module cannot answer even that, or was never loaded.
  }
  post({ type: "crashed", reason: `its worker crashed (${reason})`, ...(clip && { blame: clip }) });
}

function post(reply: Reply | Started): void {
  postMessage(reply);
}
