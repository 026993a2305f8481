/** Tests of what is said about a worker that does not start. `webdriver/loading.test.mjs` starts real ones. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { given } from "./given.js";
import type { Source } from "./source.js";

mock.timers.enable({ apis: ["setTimeout"] });

/** A worker that hears everything and does what the test has it do. */
class FakeWorker {
  isTerminated = false;
  readonly heard: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;

  postMessage(message: unknown) {
    this.heard.push(message);
  }

  terminate() {
    this.isTerminated = true;
  }
}

const nothing = {} as Source;

function startWith(worker: unknown) {
  return given({ createWorker: () => worker as Worker }, nothing).startWorker();
}

test("a worker that answers is the caller's", async () => {
  const worker = new FakeWorker();
  const starting = startWith(worker);
  assert.deepEqual(worker.heard, [{ type: "start" }]);
  worker.onmessage?.({ data: "something of its own" });
  worker.onmessage?.({ data: null });
  worker.onmessage?.({ data: { type: "started" } });
  assert.equal(await starting, worker as unknown);
  mock.timers.tick(120_000);
  assert.ok(!worker.isTerminated);
});

test("a worker that says nothing for a minute is ended, and named", async () => {
  const worker = new FakeWorker();
  const starting = startWith(worker);
  mock.timers.tick(59_000);
  assert.ok(!worker.isTerminated);
  mock.timers.tick(1000);
  await assert.rejects(starting, { code: "load-failed", message: /of createWorker \(it did not answer.*"worker\.js"/ });
  assert.ok(worker.isTerminated);
});

test("a worker whose script fails is ended, with the browser's words", async () => {
  const worker = new FakeWorker();
  const starting = startWith(worker);
  worker.onerror?.({ message: "Uncaught SyntaxError" });
  await assert.rejects(starting, { code: "load-failed", message: /Uncaught SyntaxError/ });
  assert.ok(worker.isTerminated);
});

test("a createWorker that throws, or gives something else, is a load-failed", async () => {
  const throwing = () => {
    throw new RangeError("no room");
  };
  await assert.rejects(given({ createWorker: throwing }, nothing).startWorker(), {
    code: "load-failed",
    message: /no room/,
  });
  for (const value of [undefined, null, 7, {}]) {
    await assert.rejects(startWith(value), { code: "load-failed" });
  }
});

test("an address that is none is a TypeError that names the option", () => {
  Object.assign(globalThis, { location: { href: "blob:null/1" } });
  for (const [options, name] of [
    [{ moduleUrl: "secuencia/" }, "moduleUrl"],
    [{ wasmUrls: { engine: "http://" } }, "wasmUrls.engine"],
  ] as const) {
    assert.throws(() => given(options, nothing), { name: "TypeError", message: new RegExp(name) });
  }
  Reflect.deleteProperty(globalThis, "location");
});
