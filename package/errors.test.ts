import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, revive, reviving, SecuenciaError } from "./errors.ts";

test("a comparison of the code tells the compiler which fields the error has", () => {
  const error: unknown = new SecuenciaError("missing-asset", "Missing asset: a", { assetId: "a", clipId: "c" });
  assert.ok(error instanceof SecuenciaError && error instanceof Error);
  if (error.code === "missing-asset") {
    const assetId: string = error.assetId;
    assert.equal(assetId, "a");
  } else if (error.code === "storage") {
    const none: undefined = error.assetId;
    assert.equal(none, undefined);
  }
  assert.equal(error.name, "SecuenciaError");
});

test("a cause crosses to the page, whatever it is", () => {
  const crossed = (cause: unknown) => {
    const thrown = Object.assign(new Error("the disk"), { code: "storage", cause });
    return revive(structuredClone(describe(thrown))).cause;
  };
  assert.equal((crossed(new RangeError("far")) as Error).message, "far");
  assert.equal(typeof crossed(() => 1), "string");
  assert.equal(crossed(undefined), undefined);
});

test("whatever a job throws becomes an export-failed with it as the cause", () => {
  const nothing: unknown[] = [undefined, null, "text", Symbol("s"), () => {}];
  for (const thrown of [...nothing, new Error("x")]) {
    const error = revive(structuredClone(describe(thrown)));
    assert.ok(error instanceof SecuenciaError);
    assert.equal(error.code, "export-failed");
  }
});

test("the fault of a content reaches the page, for a page that says it in words of its own", () => {
  const fault = { kind: "other-content", detail: "a PDF document" } as const;
  const thrown = Object.assign(new Error("this is a PDF document"), { code: "invalid-audio", assetId: "a", fault });
  const error = revive(structuredClone(describe(thrown)));
  assert.ok(error instanceof SecuenciaError && error.code === "invalid-audio");
  assert.deepEqual(error.fault, fault);
});

test("the page's module fails with a SecuenciaError, a TypeError or the signal's reason, and with nothing else", async () => {
  const own = { reason: "the user left" };
  const stopped = AbortSignal.abort(own);
  await assert.rejects(reviving(Promise.reject(own), stopped), (error) => error === own);
  await assert.rejects(reviving(Promise.reject(new TypeError("id must be a string")), stopped), TypeError);
  const thrown = [new DOMException("", "DataError"), new RangeError("unreachable"), "text", null, own];
  for (const error of thrown) {
    await assert.rejects(reviving(Promise.reject(error)), { name: "SecuenciaError", code: "storage", cause: error });
  }
});
