import assert from "node:assert/strict";
import { test } from "node:test";
import type { Loudness } from "secuencia";
import { loudnessInWords, verdictOn } from "./loudness.ts";

const measured = (integratedLufs: number, more: Partial<Loudness> = {}): Loudness => ({
  ...{ integratedLufs, truePeakDb: -1.2, rangeLu: 5.1, gainDb: 0 },
  ...more,
});
const silence: Loudness = { rangeLu: 0, gainDb: 0 };

test("a file that reached its target is good for what the target is for", () => {
  const reached = measured(-16, { isTargetReached: true });
  assert.deepEqual(verdictOn(reached, "podcast", "stereo"), { words: "Loud enough for podcasts", isGood: true });
  assert.equal(verdictOn(reached, "audiobook", "mono").words, "Loud enough for audiobooks");
  assert.equal(verdictOn(reached, { integratedLufs: -20 }, "stereo").words, "As loud as you asked");
  const missed = verdictOn(measured(-30, { isTargetReached: false }), "podcast", "stereo");
  assert.deepEqual(missed, { words: "The loudness that you asked for could not be reached", isGood: false });
});

test("a file without a target is judged as a podcast, in mono by 3 LU less", () => {
  const words = (loudness: Loudness, layout: "mono" | "stereo" = "stereo") =>
    verdictOn(loudness, undefined, layout).words;
  assert.equal(words(measured(-14.1)), "Loud enough for podcasts");
  assert.equal(words(measured(-13.9)), "Louder than podcasts are");
  assert.equal(words(measured(-18.1)), "Quieter than podcasts are");
  assert.equal(words(measured(-18.1), "mono"), "Loud enough for podcasts");
  assert.equal(words(measured(-16, { truePeakDb: 0.4 })), "As loud as podcasts, with peaks that may distort");
  assert.equal(words(silence), "Silent, or too short to have a loudness");
});

test("the figures are as print has them", () => {
  assert.equal(
    loudnessInWords(measured(-16, { gainDb: 3.42 })),
    "−16.0 LUFS, peak −1.2 dBTP, range 5.1 LU, +3.4 dB applied",
  );
  assert.equal(loudnessInWords(silence), "silence");
});
