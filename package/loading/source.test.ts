/** Tests of choosing between sources. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadFailed } from "./failures.js";
import { compilingOnce, firstOf, type Source } from "./source.js";

const MODULE = {} as WebAssembly.Module;

/** A source that fails as long as `works` is false, and counts what it was asked for. */
function sourceNamed(name: string, works: boolean) {
  const asked: string[] = [];
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    if (!control.works) throw loadFailed(`${name}: no ${what}.`);
    return value;
  };
  const source: Source = {
    compile: (module) => answer(module, MODULE),
    startWorker: () => answer("worker", {} as Worker),
    addWorklet: () => answer("worklet", undefined),
  };
  const control = { asked, source, works };
  return control;
}

test("the second source is not loaded while the first one works", async () => {
  const first = sourceNamed("first", true);
  const source = firstOf(
    () => first.source,
    () => assert.fail(),
  );
  await source.compile("page");
  await source.startWorker();
  await source.addWorklet({} as Worklet);
  assert.deepEqual(first.asked, ["page", "worker", "worklet"]);
});

test("the source that worked last is asked first, and the other one still when it fails", async () => {
  const [first, second] = [sourceNamed("first", false), sourceNamed("second", true)];
  const source = firstOf(
    () => first.source,
    async () => second.source,
  );
  await source.compile("page");
  await source.startWorker();
  assert.deepEqual([first.asked, second.asked], [["page"], ["page", "worker"]]);
  [first.works, second.works] = [true, false];
  await source.compile("engine");
  await source.startWorker();
  assert.deepEqual(first.asked, ["page", "engine", "worker"]);
});

test("if none works, the error has every reason and the first as its cause", async () => {
  const [first, second] = [sourceNamed("first", false), sourceNamed("second", false)];
  const source = firstOf(
    () => first.source,
    () => second.source,
  );
  await assert.rejects(source.startWorker(), (error: Error & { code?: string }) => {
    assert.equal(error.code, "load-failed");
    assert.equal(error.message, "first: no worker. Tried next: second: no worker.");
    assert.equal((error.cause as Error).message, "first: no worker.");
    return true;
  });
});

test("a module is compiled once, unless that failed", async () => {
  const { source, asked, ...control } = sourceNamed("only", false);
  const once = compilingOnce(source);
  await assert.rejects(once.compile("engine"));
  assert.equal(control.works, false);
  const working = sourceNamed("working", true);
  const kept = compilingOnce(working.source);
  await Promise.all([kept.compile("engine"), kept.compile("engine")]);
  await kept.compile("engine");
  await assert.rejects(once.compile("engine"));
  assert.deepEqual([asked, working.asked], [["engine", "engine"], ["engine"]]);
});
