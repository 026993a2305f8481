import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, secondsFrom } from "./clock.ts";

test("a place in time is read as it is written", () => {
  for (const [text, seconds] of [
    ["75", 75],
    [" 1:15 ", 75],
    ["1:02:03.5", 3723.5],
    ["0:04,25", 4.25],
  ] as const) {
    assert.equal(secondsFrom(text), seconds);
  }
  for (const text of ["", "a", "-1", "1:", ":5", "1:2:3:4", "1.2.3"]) assert.equal(secondsFrom(text), undefined, text);
  for (const [seconds, text] of [
    [0, "0:00"],
    [4.25, "0:04.25"],
    [600, "10:00"],
    [3723.456, "1:02:03.456"],
    [59.9999, "1:00"],
    [50, "0:50"],
  ] as const) {
    assert.equal(clockText(seconds), text);
  }
});
