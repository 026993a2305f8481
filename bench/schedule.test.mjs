/** Tests of the replay of an export's schedule. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gainOf, replay, saturation } from "./schedule.mjs";

const even = { before: 0, segments: Array(12).fill(2), after: 0 };

test("segments that take the same time are shared out evenly", () => {
  assert.deepEqual(
    [1, 2, 3, 5, 12, 64].map((workers) => replay(even, workers)),
    [24, 12, 8, 6, 2, 2],
  );
});

test("each segment goes, in order, to the worker that is free first", () => {
  const parts = { before: 0, segments: [4, 1, 1, 1, 3], after: 0 };
  assert.equal(replay(parts, 2), 6);
});

test("what one worker does alone is not divided", () => {
  const parts = { ...even, before: 1, after: 3 };
  assert.deepEqual([replay(parts, 1), replay(parts, 12)], [28, 6]);
  assert.equal(gainOf(parts, 12), 28 / 6);
});

test("more workers help until each has one segment at the most", () => {
  assert.deepEqual(saturation(even), { most: 12, workers: 12 });
  assert.deepEqual(saturation({ before: 8, segments: [1, 1], after: 0 }), { most: 10 / 9, workers: 2 });
});

test("an export without segments takes what comes before and after", () => {
  assert.equal(replay({ before: 1, segments: [], after: 2 }, 4), 3);
});
