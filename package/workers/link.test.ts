/** Tests of a link to a worker that may not run yet, or never. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadFailed } from "../loading/failures.js";
import { WorkerLink } from "./link.js";
import type { Request } from "./messages.js";

const ENGINE = {} as WebAssembly.Module;
const CANCEL: Request = { type: "cancel", job: 1 };

/** A worker that notes what happens to it. */
class FakeWorker {
  readonly heard: { request: Request; transfer: Transferable[] }[] = [];
  isTerminated = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;

  postMessage(request: Request, transfer: Transferable[]) {
    this.heard.push({ request, transfer });
  }

  terminate() {
    this.isTerminated = true;
  }
}

/** A promise that the test settles. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

function setUp() {
  const worker = new FakeWorker();
  const start = deferred<Worker>();
  const engine = deferred<WebAssembly.Module>();
  const link = new WorkerLink(start.promise, engine.promise);
  const lost: unknown[] = [];
  link.onlost = (reason) => lost.push(reason);
  return { worker, link, lost, engine, start, run: () => start.resolve(worker as unknown as Worker) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

test("messages wait until the worker runs, and arrive in order with what they transfer", async () => {
  const { worker, link, engine, run } = setUp();
  const { port1 } = new MessageChannel();
  link.post({ type: "help", port: port1 }, [port1]);
  engine.resolve(ENGINE);
  await turn();
  link.post(CANCEL);
  assert.equal(worker.heard.length, 0);
  run();
  await turn();
  link.post({ type: "leave" });
  assert.deepEqual(
    worker.heard.map(({ request }) => request.type),
    ["help", "load", "cancel", "leave"],
  );
  assert.deepEqual(worker.heard[0]?.transfer, [port1]);
  port1.close();
});

test("a worker that comes to run after its end is terminated, and hears nothing", async () => {
  const { worker, link, lost, engine, run } = setUp();
  link.post(CANCEL);
  link.end();
  run();
  engine.resolve(ENGINE);
  await turn();
  assert.ok(worker.isTerminated);
  assert.deepEqual([worker.heard, lost], [[], []]);
});

for (const [what, fail] of [
  ["worker", ({ start }: ReturnType<typeof setUp>, reason: Error) => start.reject(reason)],
  ["engine", ({ engine }: ReturnType<typeof setUp>, reason: Error) => engine.reject(reason)],
] as const) {
  test(`a link whose ${what} cannot be loaded is lost once, with the reason`, async () => {
    const made = setUp();
    const reason = loadFailed("not there");
    fail(made, reason);
    await turn();
    made.run();
    made.engine.resolve(ENGINE);
    await turn();
    assert.deepEqual(made.lost, [reason]);
    assert.ok(what === "worker" || made.worker.isTerminated);
  });
}

test("an error outside the worker's jobs ends it in the browser's words", async () => {
  const { worker, lost, engine, run } = setUp();
  run();
  engine.resolve(ENGINE);
  await turn();
  worker.onerror?.({ message: "out of memory", preventDefault() {} });
  assert.deepEqual(lost, ["out of memory"]);
  assert.ok(worker.isTerminated);
});
