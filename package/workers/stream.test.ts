/** Tests of both ends of the way from the worker to the caller's stream. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SecuenciaError } from "../errors.js";
import { portOutlet } from "./outlet.js";
import { StreamTarget } from "./stream.js";

/** Connects an outlet with a stream over this sink. */
function connect(sink: UnderlyingSink<unknown>, strategy?: QueuingStrategy<unknown>) {
  const stream = new WritableStream(sink, strategy);
  const target = new StreamTarget(stream);
  return { stream, target, outlet: portOutlet(target.connect()) };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

test("every byte arrives in order, and the stream is closed and unlocked", async () => {
  const got: unknown[] = [];
  const { stream, target, outlet } = connect({
    write: (chunk) => void got.push(chunk),
    close: () => void got.push("closed"),
  });
  assert.equal(outlet.canSeek, false);
  assert.ok(!target.hasBegun);
  await outlet.write(bytes(1, 2));
  assert.ok(target.hasBegun);
  await outlet.write(bytes(3));
  await outlet.close();
  target.release();
  assert.deepEqual(got, [bytes(1, 2), bytes(3), "closed"]);
  assert.ok(!stream.locked);
});

test("a part is sent only after the stream wants it, and its buffer moves", async () => {
  const takes: (() => void)[] = [];
  const { target, outlet } = connect({ write: () => new Promise<void>((take) => takes.push(take)) });
  const part = bytes(1, 2, 3);
  let isTaken = false;
  const first = outlet.write(part).then(() => (isTaken = true));
  assert.equal(part.length, 0, "the bytes are transferred, not copied");
  while (takes.length === 0) await sleep(1);
  await sleep(20);
  assert.ok(!isTaken);
  takes.shift()?.();
  await first;
  const second = outlet.write(bytes(4));
  while (takes.length === 0) await sleep(1);
  takes.shift()?.();
  await second;
  target.release();
  await outlet.abort();
});

test("a stream that can seek is sent the positions as chunks", async () => {
  const got: unknown[] = [];
  const stream = new WritableStream({ write: (chunk) => void got.push(chunk) });
  const target = new StreamTarget(Object.assign(stream, { seek: () => assert.fail("the stream is locked") }));
  const outlet = portOutlet(target.connect());
  assert.ok(outlet.canSeek);
  await outlet.seek(7);
  await outlet.write(bytes(1));
  await outlet.close();
  target.release();
  assert.deepEqual(got, [{ type: "seek", position: 7 }, bytes(1)]);
});

for (const [name, sink] of [
  ["write", { write: () => Promise.reject(new RangeError("the server hung up")) }],
  ["close", { close: () => Promise.reject(new RangeError("the server hung up")) }],
  ["start", { start: () => Promise.reject(new RangeError("the server hung up")) }],
] as const) {
  test(`a stream whose ${name} fails is to blame, and its own reason is the cause`, async () => {
    const { target, outlet } = connect(sink);
    const writing = async () => {
      await outlet.write(bytes(1));
      await outlet.close();
    };
    await assert.rejects(writing, { name: "RangeError", message: "the server hung up" });
    const error = target.fail(new SecuenciaError("export-failed", "The engine's sentence")) as SecuenciaError;
    assert.equal(error.code, "export-failed");
    assert.equal(error.message, "The engine's sentence");
    assert.ok(error.cause instanceof RangeError);
    await outlet.abort();
  });
}

test("a full disk keeps its name on the way to the engine", async () => {
  const { target, outlet } = connect({ write: () => Promise.reject(new DOMException("full", "QuotaExceededError")) });
  await outlet.write(bytes(1)).catch(() => {});
  await assert.rejects(outlet.close(), { name: "QuotaExceededError" });
  target.release();
  await outlet.abort();
});

test("a failed export aborts the stream with its reason, even while the stream takes nothing", async () => {
  let [reason, isWriting]: [unknown, boolean] = [undefined, false];
  let end = () => {};
  const { stream, target, outlet } = connect({
    write: () =>
      new Promise<void>((resolve) => {
        isWriting = true;
        end = resolve;
      }),
    abort: (why) => {
      reason = why;
    },
  });
  const writing = outlet.write(bytes(1));
  while (!isWriting) await sleep(1);
  const cancel = new DOMException("Enough", "AbortError");
  assert.equal(target.fail(cancel), cancel);
  assert.ok(!stream.locked);
  await assert.rejects(writing, { name: "AbortError", message: "Enough" });
  await outlet.abort();
  // A stream calls its sink's `abort` once the write under way is over.
  end();
  await sleep(1);
  assert.equal(reason, cancel);
});

test("the worker after a lost one goes on where the stream is, and every byte is written once", async () => {
  const got: unknown[] = [];
  const takes: (() => void)[] = [];
  const sink = {
    write: (chunk: unknown) => new Promise<void>((take) => takes.push(() => take(void got.push(chunk)))),
    close: () => void got.push("closed"),
  };
  const { stream, target, outlet } = connect(sink);
  const take = async () => {
    while (takes.length === 0) await sleep(1);
    takes.shift()?.();
  };
  const first = outlet.write(bytes(1, 2));
  await take();
  await first;
  // The worker is lost while the stream takes this one.
  void outlet.write(bytes(3));
  while (takes.length === 0) await sleep(1);
  const next = portOutlet(target.connect());
  await next.write(bytes(1, 2));
  const late = next.write(bytes(3));
  await take();
  await late;
  const last = next.write(bytes(4));
  await take();
  await last;
  await next.close();
  await outlet.abort();
  target.release();
  assert.deepEqual(got, [bytes(1, 2), bytes(3), bytes(4), "closed"]);
  assert.ok(!stream.locked);
});

test("another file than the one that a stream has begun with is refused", async () => {
  const got: unknown[] = [];
  const { target, outlet } = connect({ write: (chunk) => void got.push(chunk) });
  await outlet.write(bytes(1, 2));
  const next = portOutlet(target.connect());
  await assert.rejects(next.write(bytes(1, 3)), { name: "DataError", message: /another file/ });
  target.release();
  await next.abort();
  await outlet.abort();
  assert.deepEqual(got, [bytes(1, 2)]);
});

test("a locked stream is refused with the browser's reason as the cause", () => {
  const stream = new WritableStream();
  stream.getWriter();
  assert.throws(
    () => new StreamTarget(stream),
    (error: SecuenciaError) => error.code === "export-failed" && error.cause instanceof TypeError,
  );
});
