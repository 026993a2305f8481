import assert from "node:assert/strict";
import { test } from "node:test";
import { stretchOf } from "./placement.ts";
import { LEAST_PART, movedEdge, partBetween, partMoved, viewAround } from "./trimming.ts";

const plain = { durationSeconds: 10 };
const trimmed = { durationSeconds: 10, trim: { start: 1, end: 9 } };

test("one point moves, and the other one stays", () => {
  const whole = stretchOf({}, plain);
  assert.deepEqual(movedEdge(whole, "start", 2, plain), { sourceStart: 2 });
  assert.deepEqual(movedEdge(whole, "end", 7, plain), { duration: 7 });
  const middle = stretchOf({ sourceStart: 2, duration: 5 }, plain);
  assert.deepEqual(movedEdge(middle, "start", 3, plain), { sourceStart: 3, duration: 4 });
  assert.deepEqual(movedEdge(middle, "end", 8.25, plain), { sourceStart: 2, duration: 6.25 });
});

test("a point at its default place leaves its field empty", () => {
  const middle = stretchOf({ sourceStart: 2, duration: 5 }, plain);
  assert.deepEqual(movedEdge(middle, "end", 99, plain), { sourceStart: 2 });
  assert.deepEqual(movedEdge(middle, "start", -1, plain), { duration: 7 });
  const audible = stretchOf({}, trimmed);
  assert.deepEqual(movedEdge(audible, "start", 2, trimmed), { sourceStart: 2 });
  assert.deepEqual(movedEdge(stretchOf({ sourceStart: 2 }, trimmed), "start", 1, trimmed), {});
  assert.deepEqual(movedEdge(audible, "end", 10, trimmed), { duration: 9 }, "silence at the end can be heard");
});

test("any move leaves a clip that can be played, and fields that give what was asked", () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 5000; round += 1) {
    const durationSeconds = random() * (random() < 0.1 ? 0.1 : 100) + 0.05;
    const [one, other] = [random() * durationSeconds, random() * durationSeconds];
    const trim = { start: Math.min(one, other), end: Math.max(one, other) };
    const audio = random() < 0.5 ? { durationSeconds } : { durationSeconds, trim };
    let stretch = stretchOf({}, audio);
    for (let step = 0; step < 4; step += 1) {
      const edge = random() < 0.5 ? "start" : "end";
      const to = (random() * 1.2 - 0.1) * durationSeconds;
      const before = stretch;
      stretch = stretchOf(movedEdge(before, edge, to, audio), audio);
      const end = stretch.sourceStart + stretch.length;
      assert.ok(
        stretch.sourceStart >= 0 && stretch.length > 0 && end <= durationSeconds + 1e-8,
        JSON.stringify({ round, step, edge, to, audio, before, stretch }),
      );
      const kept =
        edge === "start" ? end - (before.sourceStart + before.length) : stretch.sourceStart - before.sourceStart;
      assert.ok(Math.abs(kept) < 0.002, `round ${round}: the other point stays`);
    }
  }
});

test("a close look stays within the audio", () => {
  assert.deepEqual(viewAround(50, 100), { start: 46, end: 54 });
  assert.deepEqual(viewAround(0, 100), { start: 0, end: 8 });
  assert.deepEqual(viewAround(99, 100), { start: 92, end: 100 });
  assert.deepEqual(viewAround(1, 3), { start: 0, end: 3 });
});

test("a part of the project keeps its other point, and is never too short", () => {
  assert.deepEqual(partBetween(8, 2, 10), { start: 2, end: 8 });
  assert.deepEqual(partBetween(-1, 20, 10), { start: 0, end: 10 });
  assert.deepEqual(partBetween(3, 3, 10), { start: 3, end: 3 + LEAST_PART });
  assert.deepEqual(partBetween(10, 10, 10), { start: 10 - LEAST_PART, end: 10 });
  assert.deepEqual(partMoved({ start: 2, end: 8 }, "start", 9, 10), { start: 8 - LEAST_PART, end: 8 });
  assert.deepEqual(partMoved({ start: 2, end: 8 }, "end", 1, 10), { start: 2, end: 2 + LEAST_PART });
  assert.deepEqual(partMoved({ start: 2, end: 8 }, "end", 99, 10), { start: 2, end: 10 });
});
