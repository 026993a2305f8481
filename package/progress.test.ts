import assert from "node:assert/strict";
import { test } from "node:test";
import { partOf, steady } from "./progress.js";
import type { Phase, Progress } from "./types.js";

const at = (completed: number, phase: Phase = "encoding"): Progress => ({ completed, phase, message: "" });

test("jobs that follow one another are one progress, which ends with the last job", () => {
  const told: number[] = [];
  const whole = ({ completed }: Progress) => told.push(completed);
  const [first, second] = [partOf(whole, 0, 30), partOf(whole, 30, 100)];
  for (const progress of [at(0), at(50), at(100, "done")]) first(progress);
  for (const progress of [at(0), at(50), at(100, "done")]) second(progress);
  assert.deepEqual(told, [0, 15, 30, 65, 100]);
});

test("a steady progress never goes back, does not tell everything, and always tells the end", () => {
  const told: number[] = [];
  const report = steady(({ completed }) => told.push(completed));
  for (const progress of [at(10), at(5), at(20), at(3), at(100, "done")]) report(progress);
  assert.deepEqual(told, [10, 100]);
});
