import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, fields, job, list, text } from "./arguments.ts";
import { freshId } from "./fresh-id.ts";

test("an argument of the wrong type is a TypeError that names it, what is wanted and what was given", () => {
  const cases: [() => unknown, string][] = [
    [() => text("id", 7), "id must be a string, not 7"],
    [() => text("id", null), "id must be a string, not null"],
    [() => text("id", undefined), "id must be a string, not undefined"],
    [() => text("id", new Blob()), "id must be a string, not a Blob"],
    [() => text("id", new ArrayBuffer(1)), "id must be a string, not an ArrayBuffer"],
    [() => text("id", 7n), "id must be a string, not 7"],
    [() => blob("the content", "data:"), "the content must be a Blob, not a string"],
    [() => blob("the content", {}), "the content must be a Blob, not a plain object"],
    [() => list("clips", "abc" as never, "clips"), "clips must be an array of clips, not a string"],
    [() => fields("the options", null as never), "the options must be an object, not null"],
    [() => fields("the options", [] as never), "the options must be an object, not an array"],
    [() => job({ signal: {} as never }), "signal must be an AbortSignal, not a plain object"],
    [() => job({ onProgress: Symbol("x") as never }), "onProgress must be a function, not a symbol"],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "TypeError", message });
});

test("without crypto.randomUUID, as on plain http, IDs are random UUIDs all the same", () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true, writable: true });
  try {
    const made = Array.from({ length: 1000 }, freshId);
    assert.equal(new Set(made).size, 1000);
    for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  } finally {
    Object.defineProperty(crypto, "randomUUID", { value: randomUUID });
  }
});
