/**
 * Compares PEAQ's grades with GstPEAQ 0.6.1 (Holters and Zölzer, 2015), which was validated with the recommendation's
 * own test items. It gave the expected values for these signals.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { musicWav } from "./music.mjs";
import { peaq } from "./peaq.mjs";

const RATE = 48_000;
const HEADER = 44;

const music = channelsOf(musicWav(4, RATE));

/** Ways to damage the music, each with the expected grade. */
const DAMAGE = {
  "white noise at -60 dB": { odg: -3.348, damage: (x, i) => x + 0.002 * (((i * 7919) % 1000) / 500 - 1) },
  "rounding to 9 bits": { odg: -3.587, damage: (x) => Math.round(x * 256) / 256 },
  "a soft treble": { odg: -0.228, damage: (x, i, all) => 0.6 * x + 0.4 * (all[i - 1] ?? 0) },
  "clipping at a fifth": { odg: -0.889, damage: (x) => Math.max(-0.2, Math.min(0.2, x)) },
};

for (const [name, { odg, damage }] of Object.entries(DAMAGE)) {
  test(`music with ${name} is graded ${odg}`, () => {
    const damaged = music.map((channel) => channel.map(damage));
    assert.ok(Math.abs(peaq(music, damaged).odg - odg) < 0.02, `${peaq(music, damaged).odg}`);
  });
}

test("what is the same is imperceptible, and has no noise", () => {
  const { odg, nmr } = peaq(music, music);
  assert.ok(odg >= 0);
  assert.ok(nmr < -100);
});

function channelsOf(wav) {
  const samples = new Int16Array(new Uint8Array(wav.subarray(HEADER)).buffer);
  return [0, 1].map((c) => Float32Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + c] / 32_768));
}
