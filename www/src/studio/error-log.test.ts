/** The log of errors keeps what helps, and nothing private. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lastErrors, logError } from "./error-log.ts";

test("an error is kept once, with its kind, its code and its causes, and without its words", () => {
  const cause = new DOMException("secret.wav is gone", "NotReadableError");
  const error = Object.assign(new TypeError("Ada’s https://host/secret.js:1:2", { cause }), { code: "storage" });
  error.stack = `TypeError: Ada’s https://host/secret.js:1:2
    at f (https://host/path/app.js:1:2345)
    at https://host/path/page_bg.wasm:wasm-function[12]:0x1f
g@https://host/path/app-ABC.js:3:4`;
  logError(error);
  logError(error);
  logError("a text");
  logError(undefined);
  assert.equal(lastErrors.length, 1);
  const [{ kind, places } = { kind: "", places: [] }] = lastErrors;
  assert.equal(kind, "TypeError storage, from NotReadableError");
  assert.deepEqual(places, ["app.js:1:2345", "page_bg.wasm:wasm-function[12]:0x1f", "app-ABC.js:3:4"]);
  assert.ok(!JSON.stringify(lastErrors).includes("secret"));
});

test("of many errors the last ones are kept, and a cause that is its own cause ends", () => {
  const circle = new Error("a");
  circle.cause = circle;
  logError(circle);
  assert.equal(lastErrors.at(-1)?.kind, "Error, from Error, from Error, from Error");
  for (let index = 0; index < 30; index += 1) logError(new RangeError("b"));
  assert.deepEqual(new Set(lastErrors.map(({ kind }) => kind)), new Set(["RangeError"]));
  assert.equal(lastErrors.length, 20);
});
