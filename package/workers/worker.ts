/**
 * A worker: it gets the engine and does one job after the other, helps another worker with its export, or renders for
 * a player. Two jobs at once would finish no sooner, and hold more memory. A job works in slices and lets messages in
 * between them, so a cancel takes effect at once.
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
  rehearse,
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

/** A job that is not done. Its leader, once it has one, gets the ports to its helpers. */
interface Job {
  controller: AbortController;
  ports: MessagePort[];
  leader: Leader | undefined;
}

/** The lock that a rehearsal has alone, and exports share. */
const REHEARSAL = "secuencia rehearsal";

/** How long a worker that has looked into contents has nothing to do before it rehearses, in milliseconds. */
const REST_MS = 500;

let load: (module: WebAssembly.Module) => void = () => {};
const engine = new Promise<WebAssembly.Module>((resolve) => (load = resolve)).then((module) =>
  init({ module_or_path: module }),
);
// The page tries another worker for the next job.
engine.catch((error) => crashed(String(error?.message ?? error)));
const jobs = new Map<number, Job>();
let last: Promise<unknown> = Promise.resolve();
/** The work for another worker, if this one helps. */
let helper: Helper | undefined;
/** The rehearsal that comes next or is on, once one is due. */
let rehearsal: AbortController | undefined;
/** Whether an export or a rehearsal has had the browser compile the engine well. */
let isWarm = false;
/** Whether this worker gives signs of life without a job: it helps, or renders for a player. */
let isBeating = false;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "start") post({ type: "started", build });
  else if (data.type === "load") load(data.module);
  else if (data.type === "cancel") jobs.get(data.job)?.controller.abort();
  else if (data.type === "lend") lend(jobs.get(data.job), data.ports);
  else if (data.type === "watch") engine.then(nameClips, () => {});
  else if (data.type === "help") helpAt(data.port);
  else if (data.type === "leave") helper?.leave();
  else if (data.type === "preview") previewAt(data.port);
  else void run(data);
});

// A panic ends the instance, and no promise of its jobs will ever settle.
addEventListener("error", ({ message }) => crashed(message.replace(/^Uncaught /, "")));
addEventListener("unhandledrejection", ({ reason }) => crashed(reason?.message ?? String(reason)));

async function run({ job, ...request }: JobRequest & { job: number }): Promise<void> {
  const state: Job = { controller: new AbortController(), ports: [], leader: undefined };
  jobs.set(job, state);
  rehearsal?.abort();
  const turn = last;
  let end = () => {};
  last = Promise.all([turn, new Promise<void>((resolve) => (end = resolve))]);
  let heart: Heartbeat | undefined;
  try {
    await Promise.race([turn, aborted(state.controller.signal)]);
    heart = new Heartbeat(job, post);
    post({ type: "done", job, result: await perform(request, state, heart) });
  } catch (error) {
    post({ type: "failed", job, failure: describe(error) });
  } finally {
    heart?.end();
    jobs.delete(job);
    end();
    isWarm ||= request.type === "export";
    if (request.type === "inspect" && jobs.size === 0) void rest();
  }
}

/**
 * Rehearses after a while, unless there is other work before or meanwhile. Contents are looked into in order to be
 * exported, and a page's first export takes less time if the browser has compiled the engine well before. All workers
 * of a page share the compiled code, so only one of them rehearses at a time, and none while another one exports. One
 * that helps or plays never does.
 */
async function rest(): Promise<void> {
  if (isWarm || isBeating) return;
  rehearsal = new AbortController();
  const { signal } = rehearsal;
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  if (signal.aborted) return;
  try {
    const rehearsed = (lock: Lock | null) => lock && rehearse(signal);
    await globalThis.navigator?.locks?.request(REHEARSAL, { ifAvailable: true }, rehearsed);
    isWarm ||= !signal.aborted;
  } catch {
    // A job meets the same fault, and reports it.
  }
}

/**
 * Runs an export. No worker begins to rehearse meanwhile: it would take a core from the export, which has the browser
 * compile the engine well by itself.
 */
async function withoutRehearsals<T>(exported: () => Promise<T>): Promise<T> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  globalThis.navigator?.locks?.request(REHEARSAL, { mode: "shared" }, () => ended).catch(() => {});
  try {
    return await exported();
  } finally {
    end();
  }
}

async function perform(request: JobRequest, job: Job, heart: Heartbeat): Promise<JobResult> {
  if (request.type === "unfinished") return unfinishedExports(request.database);
  if (request.type === "forget") return forgetExport(request.id).then(() => undefined);
  const { memory } = await engine;
  const { signal } = job.controller;
  const report = (progress: Progress) => heart.report(progress);
  if (request.type === "inspect") {
    const { assetId, content, hint, trim } = request;
    return inspect(assetId, content, hint, trim, report, signal);
  }
  const { library, timelineId } = request;
  if (request.type === "plan") return planTimeline(library, timelineId, request.range, report, signal);
  const { options } = request;
  const leader = new Leader(library, timelineId, job.ports);
  job.leader = leader;
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
      const made = await withoutRehearsals(() =>
        exportTimeline(library, timelineId, options, leader, watched, kept?.file, tell, signal),
      );
      const wasmBytes = Math.max(memory.buffer.byteLength, leader.peakWasmBytes);
      return { ...made, wasmBytes, workers: 1 + leader.helped };
    } finally {
      await kept?.forget();
    }
  } finally {
    leader.end();
  }
}

/** Has helpers join a job, if it is not over. */
function lend(job: Job | undefined, ports: MessagePort[]): void {
  if (job?.leader) job.leader.add(ports);
  else job?.ports.push(...ports);
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
  rehearsal?.abort();
  post({ type: "alive" });
  if (!isBeating) setInterval(post, BEAT_MS, { type: "alive" });
  isBeating = true;
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
