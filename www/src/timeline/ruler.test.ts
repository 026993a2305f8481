import assert from "node:assert/strict";
import { test } from "node:test";
import { markLabel, markStep } from "./ruler.ts";

test("marks stand far enough apart at every scale", () => {
  assert.equal(markStep(100, 64), 1);
  assert.equal(markStep(16, 64), 5);
  assert.equal(markStep(0.01, 64), 3600);
});

test("marks are labelled in minutes, and in hours once there are any", () => {
  assert.deepEqual([0, 0.5, 65, 3720].map(markLabel), ["0:00", "0:00.5", "1:05", "1:02:00"]);
});
