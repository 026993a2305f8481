import assert from "node:assert/strict";
import { test } from "node:test";
import { fadesFault, skipFault } from "./clip-faults.ts";

test("a clip that skips all of its audio has a fault that names its length", () => {
  assert.equal(skipFault({ sourceStart: 2.699 }, { durationSeconds: 2.7 }), "");
  assert.equal(skipFault({}, { durationSeconds: 2.7 }), "");
  assert.equal(skipFault({ sourceStart: 99 }, undefined), "");
  const fault = "The audio lasts only 2.7 s, so less than that can be skipped.";
  assert.equal(skipFault({ sourceStart: 2.7 }, { durationSeconds: 2.7 }), fault);
});

test("fades that do not fit into their clip are told, and others are not", () => {
  assert.equal(fadesFault({ fadeIn: 1, fadeOut: 0.5 }, 1.5), "");
  assert.equal(fadesFault({}, 1), "");
  const fault = "The fades take 1.6 s together, but the clip lasts only 1.5 s.";
  assert.equal(fadesFault({ fadeIn: 1.1, fadeOut: 0.5 }, 1.5), fault);
});
