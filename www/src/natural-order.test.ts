/** Tests of the order of files by their names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inNaturalOrder } from "./natural-order.ts";

test("files come in the order of their numbers", () => {
  const names = ["line 10.wav", "Line 2.wav", "line 1.wav", "line 01.wav", "a.wav"].map((name) => ({ name }));
  const order = inNaturalOrder(names).map(({ name }) => name);
  assert.deepEqual(order, ["a.wav", "line 01.wav", "line 1.wav", "Line 2.wav", "line 10.wav"]);
  assert.deepEqual(
    inNaturalOrder(names.reverse()).map(({ name }) => name),
    order,
  );
});
