import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsInWords } from "./settings.ts";

test("what will be made is said as it is, and said whole", () => {
  assert.equal(settingsInWords({}), "stereo, 44.1 kHz, 256 kb/s");
  assert.equal(settingsInWords({ loudness: "podcast" }), "stereo, 44.1 kHz, 256 kb/s, at −16 LUFS");
  assert.equal(
    settingsInWords({ audioLayout: "mono", audioRate: 48_000, bitRate: 64_000, loudness: { rmsDb: -20.5 } }),
    "mono, 48 kHz, 64 kb/s, at −20.5 dB RMS",
  );
  assert.equal(
    settingsInWords({ audioLayout: "auto", loudness: "podcast" }),
    "mono or stereo, 44.1 kHz, 256 kb/s, at −16 LUFS (−19 LUFS in mono)",
  );
  assert.equal(settingsInWords({ ceilingDb: null }), "stereo, 44.1 kHz, 256 kb/s, no limiter");
  assert.equal(settingsInWords({ ceilingDb: -3 }), "stereo, 44.1 kHz, 256 kb/s, peaks up to −3 dBTP");
  assert.equal(
    settingsInWords({ sidecars: ["webvtt", "json", "srt", "json"] }),
    "stereo, 44.1 kHz, 256 kb/s, with 3 text files",
  );
});
