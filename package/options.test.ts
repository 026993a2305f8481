/** What the words and the blanks in a caller's options stand for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loudnessTarget, silenceTrim, usualCeiling } from "./options.js";

test("a preset is a target and a ceiling, and a target is itself", () => {
  assert.deepEqual(loudnessTarget("podcast"), { integratedLufs: -16 });
  assert.equal(usualCeiling("podcast"), -1);
  assert.deepEqual(loudnessTarget("audiobook"), { rmsDb: -20 });
  assert.equal(usualCeiling("audiobook"), -3);
  assert.deepEqual(loudnessTarget({ rmsDb: -18 }), { rmsDb: -18 });
  assert.equal(usualCeiling({ rmsDb: -18 }), -1);
  assert.equal(loudnessTarget(undefined), undefined);
});

test("what is no preset is refused, whatever objects have by nature", () => {
  for (const name of ["loud", "toString", ""]) {
    assert.throws(() => loudnessTarget(name as "podcast"), TypeError);
  }
});

test("silence is trimmed where that is asked for, as far as it is asked for", () => {
  assert.equal(silenceTrim(undefined), undefined);
  assert.equal(silenceTrim(false), undefined);
  assert.deepEqual(silenceTrim(true), { thresholdDb: -60, keepSeconds: 0.05 });
  assert.deepEqual(silenceTrim({ thresholdDb: -45 }), { thresholdDb: -45, keepSeconds: 0.05 });
});
