/** Presets and defaults of the options. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterburner,
  autoMonoTarget,
  bitRate,
  ceilingDb,
  chapterSource,
  fileExtension,
  loudnessTarget,
  silenceTrim,
  timeRange,
  trimIn,
  workerCount,
} from "./options.js";
import type { TimeRange } from "./types.js";

test("numbers outside their bounds, and other types, are refused with the bounds", () => {
  assert.equal(bitRate(undefined), 256_000);
  assert.equal(ceilingDb({ ceilingDb: null }), null);
  for (const bits of [0, 31_999, 320_001, Number.NaN, "128k", null]) {
    assert.throws(() => bitRate(bits as number), { message: /^bitRate must be a number from 32000 to 320000, not / });
  }
  assert.throws(() => ceilingDb({ ceilingDb: 1 }), { message: "ceilingDb must be a number from -40 to 0, not 1" });
  for (const loudness of [null, -16, {}, { rmsDb: -20, integratedLufs: -16 }, { rmsDb: "loud" }, { rmsDb: 3 }]) {
    assert.throws(() => loudnessTarget(loudness as { rmsDb: number }), TypeError);
  }
  for (const trim of [1, "yes", { thresholdDb: "low" }, { keepSeconds: -1 }]) {
    assert.throws(() => silenceTrim(trim as unknown as true), TypeError);
  }
});

test("a preset is a target and a ceiling, and a target is itself", () => {
  assert.deepEqual(loudnessTarget("podcast"), { integratedLufs: -16 });
  assert.deepEqual(autoMonoTarget("podcast"), { integratedLufs: -19 });
  assert.equal(autoMonoTarget("broadcast"), undefined);
  assert.equal(ceilingDb({ loudness: "podcast" }), -1);
  assert.deepEqual(loudnessTarget("audiobook"), { rmsDb: -20 });
  assert.equal(ceilingDb({ loudness: "audiobook" }), -3);
  assert.deepEqual(loudnessTarget({ rmsDb: -18 }), { rmsDb: -18 });
  assert.equal(ceilingDb({ loudness: { rmsDb: -18 } }), -1);
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

test("a trim that is known is told in frames, and does not go past the content's end", () => {
  const facts = { frames: 44_100, sampleRate: 44_100 };
  assert.deepEqual(trimIn({ start: 0.1, end: 0.75 }, facts), { start: 4_410, end: 33_075 });
  assert.deepEqual(trimIn({ start: 0.5, end: 3 }, facts), { start: 22_050, end: 44_100 });
  assert.equal(trimIn({ start: 2, end: 3 }, facts), undefined);
  for (const trim of [
    { start: 1, end: 1 },
    { start: -1, end: 1 },
    { start: 0, end: Number.NaN },
  ]) {
    assert.throws(() => trimIn(trim, facts), TypeError);
  }
});

test("workers are as many as are asked for, and at least one is used", () => {
  assert.equal(workerCount(3), 3);
  assert.ok(workerCount(undefined) >= 1 && workerCount(undefined) <= 8);
  for (const asked of [0, -1, 1.5, Number.NaN]) assert.throws(() => workerCount(asked), TypeError);
});

test("the better search is left out for a draft only", () => {
  assert.equal(afterburner(undefined), true);
  assert.equal(afterburner("draft"), false);
  assert.throws(() => afterburner("fast" as "draft"), TypeError);
});

test("chapters are made of markers unless something else is asked for", () => {
  assert.equal(chapterSource(undefined), "markers");
  for (const source of ["clips", "scenes", "none"] as const) assert.equal(chapterSource(source), source);
  assert.deepEqual(chapterSource({ everySeconds: 300 }), { everySeconds: 300 });
  for (const source of ["titles", { everySeconds: 0.5 }, { everySeconds: Number.NaN }, {}, null, 300]) {
    assert.throws(() => chapterSource(source as never), /chapters must be markers, clips, scenes, none or/);
  }
});

test("a file is an m4a or an m4b", () => {
  assert.equal(fileExtension(undefined), "m4a");
  assert.equal(fileExtension("m4b"), "m4b");
  assert.throws(() => fileExtension("mp3" as never), /extension must be m4a or m4b/);
});

test("a range is a start and an end behind it, and either may be left out", () => {
  assert.equal(timeRange(undefined), undefined);
  assert.deepEqual(timeRange({}), { start: 0, end: undefined });
  assert.deepEqual(timeRange({ start: 1.5, end: 2 }), { start: 1.5, end: 2 });
  assert.deepEqual(timeRange({ end: Number.POSITIVE_INFINITY }), { start: 0, end: Number.POSITIVE_INFINITY });
  for (const range of [
    { start: -1 },
    { start: 2, end: 2 },
    { start: 3, end: 2 },
    { start: Number.NaN },
    { end: Number.NaN },
    { start: Number.POSITIVE_INFINITY },
    { start: "1" },
    { end: "2" },
    { end: null },
    { end: 0 },
    null,
    7,
    "1-2",
  ]) {
    assert.throws(() => timeRange(range as TimeRange), { name: "TypeError", message: /^range must / });
  }
});
