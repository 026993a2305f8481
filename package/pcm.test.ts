import assert from "node:assert/strict";
import { test } from "node:test";
import { wavOf } from "./pcm.js";

test("samples are interleaved floats behind a header with their number, however many parts they take", async () => {
  const frames = 600_000;
  const channel = (sign: number) => Float32Array.from({ length: frames }, (_, frame) => (sign * frame) / frames);
  const channels = [channel(1), channel(-1)];
  const wav = await wavOf({ channels, sampleRate: 48_000 }, "clip");
  const view = new DataView(await wav.arrayBuffer());
  const text = (at: number) => String.fromCharCode(...new Uint8Array(view.buffer, at, 4));
  assert.deepEqual([text(0), text(8), text(12), text(60)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.equal(view.getUint32(4, true), wav.size - 8);
  assert.equal(view.getUint16(22, true), 2);
  assert.equal(view.getUint32(24, true), 48_000);
  assert.equal(view.getUint32(64, true), frames * 8);
  for (let frame = 0; frame < frames; frame += 997) {
    assert.equal(view.getFloat32(68 + frame * 8, true), channels[0]?.[frame]);
    assert.equal(view.getFloat32(72 + frame * 8, true), channels[1]?.[frame]);
  }
});

test("what are no samples is a type error that says where", async () => {
  const floats = (...values: number[]) => Float32Array.from(values);
  const wrong: [unknown, RegExp][] = [
    [{ channels: [], sampleRate: 1 }, /^TypeError: clip: there must be 1, 2, 4 or 6 channels, and not 0$/],
    [{ channels: "no", sampleRate: 1 }, /channels must be an array of Float32Arrays$/],
    [{ channels: [[0]], sampleRate: 1 }, /channels must be an array of Float32Arrays$/],
    [{ channels: [floats(Number.POSITIVE_INFINITY)], sampleRate: 1 }, /channel 0 has Infinity at frame 0/],
    [{ channels: [floats(0)], sampleRate: 0 }, /sampleRate must be a whole number of hertz, and not 0$/],
  ];
  for (const [audio, message] of wrong) await assert.rejects(wavOf(audio as never, "clip"), message);
});
