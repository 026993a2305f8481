/** Tests of what the page promises about its worker, whatever the worker does. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { SecuenciaError } from "../errors.js";
import type { Progress } from "../types.js";
import { WorkerClient } from "./client.js";
import { Clients } from "./clients.js";
import type { WorkerLink } from "./link.js";
import type { AssetFacts, EngineOptions, ExportReport, Reply, Request } from "./messages.js";
import { portOutlet } from "./outlet.js";
import { StreamTarget } from "./stream.js";

// Time passes when a test has it pass.
mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

/** A link that does nothing by itself, and passes on the replies that the test gives it. */
class FakeLink {
  readonly heard: Request[] = [];
  isEnded = false;
  onreply: WorkerLink["onreply"];
  onlost: WorkerLink["onlost"];

  post(request: Request) {
    this.heard.push(request);
  }

  end() {
    this.isEnded = true;
    this.onreply = undefined;
    this.onlost = undefined;
  }

  say(reply: Reply) {
    this.onreply?.(reply);
  }
}

function setUp() {
  const workers: FakeLink[] = [];
  const client = new WorkerClient(() => {
    const worker = new FakeLink();
    workers.push(worker);
    return worker as unknown as WorkerLink;
  });
  const released: string[] = [];
  const startExport = (
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void,
    onUnreadableClip: "stop" | "silence" = "stop",
    destination?: StreamTarget,
  ) =>
    client.export(
      {
        library: { database: "d" },
        timelineId: "t",
        options: {
          bitRate: 256_000,
          afterburner: true,
          ceilingDb: -1,
          loudness: undefined,
          autoMonoLoudness: undefined,
          onUnreadableClip,
          chapters: "markers",
          range: undefined,
          gainDb: undefined,
          part: undefined,
          fileName: "Play.m4a",
          distrustedAssets: [],
          sidecars: [],
        },
        destination,
        workers: 1,
        keep: undefined,
      },
      { ...(signal && { signal }), ...(onProgress && { onProgress }) },
      () => released.push("failed"),
    );
  const inspect = () => client.inspect({ assetId: "a", content: new Blob(), hint: "", trim: undefined }, {});
  const worker = (index: number) => workers[index] as FakeLink;
  return { client, workers, worker, released, startExport, inspect };
}

const report = { bytes: 7 } as ExportReport;
const facts = { frames: 7 } as AssetFacts;
const halfway: Progress = { completed: 50, phase: "encoding", message: "Encoding" };
/** The error of a job whose signal is aborted without a reason. */
const isCancel = { name: "AbortError", message: "This operation was aborted" };
const isClosed = { code: "storage", message: "The library is closed. Open it again." };

test("no worker is started before there is something to do, and one serves all jobs", async () => {
  const { workers, worker, startExport, inspect } = setUp();
  assert.equal(workers.length, 0);
  const jobs = Promise.all([startExport(), inspect()]);
  worker(0).say({ type: "done", job: 2, result: facts });
  worker(0).say({ type: "done", job: 1, result: report });
  assert.deepEqual(await jobs, [report, facts]);
  assert.equal(workers.length, 1);
});

test("a worker that has had nothing to do for ten seconds is ended, and the next job has another", async () => {
  const { workers, worker, inspect } = setUp();
  const first = inspect();
  mock.timers.tick(60_000);
  worker(0).say({ type: "done", job: 1, result: facts });
  await first;
  mock.timers.tick(9_000);
  const second = inspect();
  for (let beats = 0; beats < 6; beats += 1) {
    worker(0).say({ type: "alive" });
    mock.timers.tick(9000);
  }
  assert.ok(!worker(0).isEnded);
  worker(0).say({ type: "done", job: 2, result: facts });
  await second;
  mock.timers.tick(10_000);
  assert.ok(worker(0).isEnded);
  const third = inspect();
  worker(1).say({ type: "done", job: 3, result: facts });
  assert.equal(await third, facts);
  assert.equal(workers.length, 2);
});

test("a worker with nothing to do can be taken, is not ended then, and the next job has another", async () => {
  const { client, workers, worker, inspect } = setUp();
  const clients = new Clients(() => client);
  assert.equal(clients.takeWorker(), undefined, "there is no client");
  const first = clients.freest(1) && inspect();
  assert.equal(clients.takeWorker(), undefined, "it is at work");
  worker(0).say({ type: "done", job: 1, result: facts });
  await first;
  assert.equal(clients.takeWorker(), worker(0));
  assert.equal(clients.takeWorker(), undefined, "it is given once");
  mock.timers.tick(60_000);
  assert.ok(!worker(0).isEnded);
  const second = inspect();
  worker(1).say({ type: "done", job: 2, result: facts });
  assert.equal(await second, facts);
  assert.equal(workers.length, 2);
});

test("progress reaches the job's own listener, and what that throws harms no job", async () => {
  const { worker, startExport } = setUp();
  const reported: unknown[] = [];
  globalThis.reportError = (error) => reported.push(error);
  const heard: Progress[] = [];
  const good = startExport(undefined, (progress) => heard.push(progress));
  const bad = startExport(undefined, () => {
    throw new RangeError("the listener's own");
  });
  worker(0).say({ type: "progress", job: 1, progress: halfway });
  worker(0).say({ type: "progress", job: 2, progress: halfway });
  worker(0).say({ type: "done", job: 1, result: report });
  worker(0).say({ type: "done", job: 2, result: report });
  await Promise.all([good, bad]);
  assert.deepEqual(heard, [halfway]);
  assert.equal(String(reported), "RangeError: the listener's own");
});

test("a failure is a SecuenciaError with its code and its blame", async () => {
  const { worker, released, startExport } = setUp();
  const job = startExport();
  const failure = { code: "missing-asset", message: "Missing asset: a", assetId: "a", clipId: "c" } as const;
  worker(0).say({ type: "failed", job: 1, failure });
  await assert.rejects(job, { name: "SecuenciaError", ...failure });
  assert.deepEqual(released, ["failed"]);
});

test("a job that was aborted before it began never reaches the worker", async () => {
  const { workers, released, startExport } = setUp();
  await assert.rejects(startExport(AbortSignal.abort()), isCancel);
  assert.equal(workers.length, 0);
  assert.deepEqual(released, ["failed"]);
});

test("an abort rejects at once, silences the job, and frees its file when the worker has let go", async () => {
  const { worker, released, startExport } = setUp();
  const controller = new AbortController();
  const heard: Progress[] = [];
  const job = startExport(controller.signal, (progress) => heard.push(progress));
  controller.abort();
  await assert.rejects(job, isCancel);
  assert.deepEqual(worker(0).heard.at(-1), { type: "cancel", job: 1 });
  worker(0).say({ type: "progress", job: 1, progress: halfway });
  assert.deepEqual([heard, released], [[], []]);
  worker(0).say({ type: "failed", job: 1, failure: { code: "cancelled", message: "" } });
  assert.deepEqual(released, ["failed"]);
});

test("an export that was aborted when it had just been finished is released as one that failed", async () => {
  const { worker, released, startExport } = setUp();
  const controller = new AbortController();
  const job = startExport(controller.signal);
  controller.abort();
  await assert.rejects(job, isCancel);
  worker(0).say({ type: "done", job: 1, result: report });
  assert.deepEqual(released, ["failed"]);
});

test("a worker that does not let go of an aborted job is replaced, and another does what waits", async () => {
  const { worker, released, startExport } = setUp();
  const controller = new AbortController();
  const aborted = startExport(controller.signal);
  const waiting = startExport();
  controller.abort();
  await assert.rejects(aborted, isCancel);
  mock.timers.tick(3000);
  assert.ok(worker(0).isEnded);
  assert.deepEqual(released, ["failed"]);
  worker(1).say({ type: "done", job: 2, result: report });
  assert.equal(await waiting, report);
});

test("a crash is the fault of the job that the worker was at, and another worker does it and those behind it", async () => {
  const { worker, startExport, inspect } = setUp();
  const [bad, good] = [inspect(), inspect()];
  worker(0).say({ type: "crashed", reason: "panicked at a file" });
  assert.ok(worker(0).isEnded);
  worker(1).say({ type: "crashed", reason: "panicked at a file" });
  await assert.rejects(bad, {
    code: "invalid-audio",
    message: "Invalid audio data for asset a: panicked at a file",
    assetId: "a",
  });
  worker(2).say({ type: "done", job: 2, result: facts });
  assert.equal(await good, facts);

  const encoding = startExport();
  for (const time of [2, 3, 4]) worker(time).say({ type: "crashed", reason: "unreachable" });
  await assert.rejects(encoding, { code: "export-failed", message: "Export failed: unreachable", unreadable: [] });
});

test("a crash costs the export nothing but time", async () => {
  const { worker, workers, released, startExport } = setUp();
  const job = startExport();
  worker(0).say({ type: "crashed", reason: "out of memory" });
  worker(1).onlost?.("the browser ended it");
  worker(2).say({ type: "crashed", reason: "out of memory" });
  worker(3).say({ type: "crashed", reason: "unreachable", blame });
  assert.deepEqual(worker(4).heard, worker(0).heard);
  worker(4).say({ type: "done", job: 1, result: report });
  assert.equal(await job, report);
  assert.deepEqual([released, workers.length], [[], 5]);
});

test("a worker that gives no sign of life for ten looks is replaced, and three of them fail the job", async () => {
  const { worker, startExport } = setUp();
  const job = startExport();
  mock.timers.tick(60_000);
  assert.ok(!worker(0).isEnded, "it is still starting");
  for (const time of [0, 1, 2]) {
    for (let beats = 0; beats < 30; beats += 1) {
      worker(time).say({ type: "alive" });
      mock.timers.tick(9000);
    }
    assert.ok(!worker(time).isEnded);
    mock.timers.tick(1000);
    assert.ok(worker(time).isEnded);
  }
  await assert.rejects(job, { code: "export-failed", message: "Export failed: the worker does not answer" });
});

/** Has a worker give no sign of life for ten looks. */
function hang(worker: FakeLink, reading?: typeof blame) {
  worker.say({ type: "alive" });
  if (reading) {
    worker.say({ type: "reading", blame: { clipId: "before", assetId: "before" } });
    worker.say({ type: "reading" });
    worker.say({ type: "reading", blame: reading });
  }
  mock.timers.tick(10_000);
  assert.ok(worker.isEnded);
}

test("once a worker has hung, the next ones name the clips that they read, and one that hangs two is named", async () => {
  const { worker, workers, startExport } = setUp();
  const job = startExport();
  hang(worker(0));
  assert.deepEqual(
    workers.map(({ heard }) => heard.map(({ type }) => type)),
    [["export"], ["watch", "export"]],
  );
  hang(worker(1), blame);
  hang(worker(2), blame);
  const message = "Invalid audio data for asset a: its decoder does not end";
  await assert.rejects(job, { code: "invalid-audio", message, ...blame });
  assert.equal(workers.length, 3);
});

test("a worker that hangs after it has read a clip does not blame it", async () => {
  const { worker, startExport } = setUp();
  const job = startExport();
  hang(worker(0));
  for (const time of [1, 2]) {
    worker(time).say({ type: "reading", blame });
    worker(time).say({ type: "reading" });
    hang(worker(time));
  }
  await assert.rejects(job, { code: "export-failed", message: "Export failed: the worker does not answer" });
});

test("an export that goes on without bad clips goes on without one that hangs its workers", async () => {
  const { worker, startExport } = setUp();
  const job = startExport(undefined, undefined, "silence");
  hang(worker(0));
  hang(worker(1), blame);
  hang(worker(2), blame);
  const again = worker(3).heard.at(-1);
  assert.deepEqual(again?.type === "export" && again.options.distrustedAssets, ["a"]);
  worker(3).say({ type: "done", job: 1, result: report });
  assert.equal(await job, report);
});

test("a content at which two workers hang is refused by its name", async () => {
  const { worker, inspect } = setUp();
  const job = inspect();
  for (const time of [0, 1]) hang(worker(time));
  const message = "Invalid audio data for asset a: its decoder does not end";
  await assert.rejects(job, { code: "invalid-audio", message, assetId: "a" });
});

test("what is kept of an export whose workers are lost is removed by another", async () => {
  const { client, worker } = setUp();
  const keep = { id: "k", folder: undefined, savedSidecars: [], begun: 0 };
  const request = { library: { database: "d" }, timelineId: "t", options: {} as EngineOptions, workers: 1, keep };
  const job = client.export({ ...request, destination: undefined }, {}, () => {});
  for (const time of [0, 1, 2]) worker(time).say({ type: "crashed", reason: "unreachable" });
  await assert.rejects(job, { code: "export-failed" });
  assert.deepEqual(worker(3).heard, [{ type: "forget", id: "k", job: 2 }]);
  worker(3).say({ type: "done", job: 2, result: undefined });
});

test("a job that was aborted is not begun again when its worker crashes", async () => {
  const { workers, worker, released, startExport } = setUp();
  const controller = new AbortController();
  const [bad, aborted, good] = [startExport(), startExport(controller.signal), startExport()];
  controller.abort();
  await assert.rejects(aborted, isCancel);
  worker(0).say({ type: "crashed", reason: "unreachable" });
  assert.deepEqual(
    worker(1).heard.map((request) => "job" in request && request.job),
    [1, 3],
  );
  assert.deepEqual(released, ["failed"]);
  worker(1).say({ type: "done", job: 1, result: report });
  worker(1).say({ type: "done", job: 3, result: report });
  assert.deepEqual([await bad, await good], [report, report]);
  assert.equal(workers.length, 2);
});

const blame = { clipId: "c", assetId: "a" };

test("an export whose workers crash on a clip, twice, fails by the clip's name", async () => {
  const { worker, startExport } = setUp();
  const job = startExport();
  for (const time of [0, 1]) worker(time).say({ type: "crashed", reason: "unreachable", blame });
  const failure = { code: "invalid-audio", message: "Invalid audio data for asset a: its decoder crashed" } as const;
  await assert.rejects(job, { ...failure, ...blame, unreadable: [{ ...blame, ...failure }] });
});

test("an export that goes on without bad clips goes on without one that crashes, and its progress never falls", async () => {
  const { worker, workers, released, startExport } = setUp();
  const heard: number[] = [];
  const job = startExport(undefined, ({ completed }) => heard.push(completed), "silence");
  worker(0).say({ type: "progress", job: 1, progress: halfway });
  for (const time of [0, 1]) worker(time).say({ type: "crashed", reason: "unreachable", blame });
  const [again] = worker(2).heard;
  assert.deepEqual(again?.type === "export" && again.options.distrustedAssets, ["a"]);
  for (const completed of [30, 50, 60]) {
    worker(2).say({ type: "progress", job: 1, progress: { ...halfway, completed } });
  }
  worker(2).say({ type: "done", job: 1, result: report });
  assert.equal(await job, report);
  assert.deepEqual([heard, released, workers.length], [[50, 50, 60], [], 3]);
});

test("an export into a stream goes on without a clip only as long as the stream is empty", async () => {
  const { worker, workers, startExport } = setUp();
  const stream = new WritableStream({ write() {} });
  const job = startExport(undefined, undefined, "silence", new StreamTarget(stream));
  /** Loses a worker to a clip, and its end of the stream. */
  const lose = (time: number, assetId: string) => {
    const [request] = worker(time).heard;
    assert.ok(request?.type === "export" && request.destination && "port" in request.destination);
    request.destination.port.close();
    worker(time).say({ type: "crashed", reason: "unreachable", blame: { ...blame, assetId } });
  };
  for (const time of [0, 1]) lose(time, "a");
  const [again] = worker(2).heard;
  assert.ok(again?.type === "export" && again.destination && "port" in again.destination);
  await portOutlet(again.destination).write(new Uint8Array(1));
  for (const time of [2, 3]) lose(time, "b");
  await assert.rejects(job, { code: "invalid-audio", assetId: "b" });
  assert.equal(workers.length, 4);
});

test("a crash that an export was already told to go around ends it", async () => {
  const { worker, workers, startExport } = setUp();
  const job = startExport(undefined, undefined, "silence");
  for (const time of [0, 1, 2]) worker(time).say({ type: "crashed", reason: "unreachable", blame });
  await assert.rejects(job, { code: "invalid-audio", ...blame });
  assert.equal(workers.length, 3);
});

test("a worker that cannot be loaded fails every job with the reason, and the next job tries another", async () => {
  const { worker, workers, startExport, inspect } = setUp();
  const jobs = [startExport(), inspect()];
  const reason = new SecuenciaError("load-failed", "worker.js cannot be loaded");
  worker(0).onlost?.(reason);
  for (const job of jobs) await assert.rejects(job, reason);
  const next = inspect();
  worker(1).say({ type: "done", job: 3, result: facts });
  assert.equal(await next, facts);
  assert.equal(workers.length, 2);
});

test("workers that stop running, time and again, fail the job in the browser's words", async () => {
  const { worker, startExport } = setUp();
  const job = startExport();
  for (const time of [0, 1, 2]) worker(time).onlost?.("out of memory");
  await assert.rejects(job, { code: "export-failed", message: "Export failed: out of memory" });
});

test("closing stops every job and ends the worker only when it has let go of them", async () => {
  const { client, worker, startExport } = setUp();
  const job = startExport();
  const closed = client.close();
  await assert.rejects(job, isClosed);
  assert.ok(!worker(0).isEnded);
  worker(0).say({ type: "failed", job: 1, failure: { code: "cancelled", message: "" } });
  await closed;
  assert.ok(worker(0).isEnded);
  await assert.rejects(startExport(), isClosed);
});
