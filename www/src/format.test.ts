import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, count, sizeInWords, timeInWords, timeLeftInWords } from "./format.ts";

test("clock times carry over at each unit", () => {
  assert.deepEqual([0, 4.21, 59.96, 750, 3723.4].map(clockTime), [
    "0:00.0",
    "0:04.2",
    "1:00.0",
    "12:30.0",
    "1:02:03.4",
  ]);
});

test("lengths of time are said in their two largest units", () => {
  assert.equal(timeInWords(0.84), "0.8 seconds");
  assert.equal(timeInWords(59.7), "1 minute");
  assert.equal(timeInWords(65), "1 minute 5 seconds");
  assert.equal(timeInWords(7380), "2 hours 3 minutes");
});

test("time left is coarse", () => {
  assert.equal(timeLeftInWords(0.3), "about a second left");
  assert.equal(timeLeftInWords(3.2), "about 4 seconds left");
  assert.equal(timeLeftInWords(41), "about 45 seconds left");
  assert.equal(timeLeftInWords(62), "about 1 minute 15 seconds left");
});

test("sizes and counts read naturally", () => {
  assert.deepEqual([640, 32_400, 1_420_000, 2.5e9].map(sizeInWords), ["640 bytes", "32 KB", "1.4 MB", "2.5 GB"]);
  assert.deepEqual([count(1, "clip"), count(3600, "clip")], ["1 clip", "3,600 clips"]);
});
