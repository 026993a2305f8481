/** `make demo` as a program: its line of facts, and its refusals. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { timelineToOtio } from "../package/otio.ts";
import { zip } from "../package/zip.ts";
import { decode, writeTone } from "./audio.mjs";
import { readLabels, readSrt, readTiming, readWebvtt } from "./sidecars.mjs";

const folder = mkdtempSync(join(tmpdir(), "secuencia-demo-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a project file becomes an exact M4A and one line of facts", async () => {
  writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1 });
  const clips = [
    { file: "tone.wav", id: "one", text: "First", voice: "TONE" },
    { file: "tone.wav", sourceStart: 0.25, duration: 0.5 },
    { file: "tone.wav", lane: 1, offset: 2.5, volumeDb: -6 },
    { file: "tone.wav", lane: 1, isMuted: true },
  ];
  const project = join(folder, "project.json");
  writeFileSync(project, JSON.stringify({ name: "Demo", gapSeconds: 0.25, clips }));
  const out = join(folder, "out.m4a");

  const { code, stdout, stderr } = await demo({ PROJECT: project, OUT: out });
  assert.equal(code, 0, stderr);
  const facts = JSON.parse(stdout.trimEnd().split("\n").at(-1));
  const { name, durationSeconds, sampleRate, channels, bytes, workers, ...measured } = facts;
  // The muted clip follows on its lane, from 3.75 to 4.75 s, and counts towards the length.
  assert.deepEqual(
    { name, durationSeconds, sampleRate, channels },
    { name: "Demo.m4a", durationSeconds: 4.75, sampleRate: 44_100, channels: 2 },
  );
  for (const key of ["wallSeconds", "realTimeFactor", "peakWasmBytes"]) assert.ok(measured[key] > 0, key);
  assert.ok(bytes > 10_000 && workers >= 1);
  const samples = decode(out);
  assert.equal(samples.length, 4.75 * 44_100);
  assert.ok(samples.subarray(3.6 * 44_100).every((sample) => Math.abs(sample) < 0.001));
  assert.match(stderr, /^ +\d+% .*\n(.*\n)*Wrote .*out\.m4a$/m);
});

test("a project file says how its sound is made, and the facts tell that it was", async () => {
  writeTone(join(folder, "voice.wav"), { frequency: 440, seconds: 3 });
  const settings = {
    name: "Mastered",
    gapSeconds: 0,
    loudness: "podcast-mono",
    ceilingDb: -2,
    edgeFadeSeconds: 0.005,
    audioLayout: "mono",
    audioRate: 48_000,
    bitRate: 64_000,
    onUnreadableClip: "silence",
  };
  const clips = [{ file: "voice.wav", fadeIn: 0.5, fadeOut: 0.25, pan: -0.5 }, { file: "voice.wav" }];
  const project = join(folder, "mastered.json");
  writeFileSync(project, JSON.stringify({ ...settings, clips }));
  const out = join(folder, "mastered.m4a");

  const { code, stdout, stderr } = await demo({ PROJECT: project, OUT: out });
  assert.equal(code, 0, stderr);
  const facts = JSON.parse(stdout);
  const { durationSeconds, sampleRate, channels, bytes, silent } = facts;
  assert.deepEqual({ durationSeconds, sampleRate, channels }, { durationSeconds: 6, sampleRate: 48_000, channels: 1 });
  assert.deepEqual(silent, []);
  assert.ok(Math.abs(facts.loudness.integratedLufs + 19) < 0.3, `${facts.loudness.integratedLufs} LUFS`);
  assert.ok(facts.loudness.truePeakDb <= -2, `${facts.loudness.truePeakDb} dBTP`);
  const bitRate = (bytes * 8) / durationSeconds;
  assert.ok(bitRate > 56_000 && bitRate < 80_000, `${bitRate} bits a second`);
  const samples = decode(out);
  const peakOf = (from, to) =>
    samples.subarray(from * 48_000, to * 48_000).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assert.equal(samples.length, 6 * 48_000);
  assert.ok(peakOf(0, 0.1) < peakOf(1, 2) / 4, "the first clip fades in");
  assert.ok(peakOf(2.95, 3) < peakOf(1, 2) / 4, "and out");
});

test("the text files that are asked for lie beside it, and name it as it is called", async () => {
  writeTone(join(folder, "line.wav"), { frequency: 440, seconds: 1 });
  const project = join(folder, "lines.json");
  const clips = [
    { file: "line.wav", id: "one", text: "First & last", voice: "TONE" },
    { file: "line.wav", id: "two", text: "Over it", voice: "ECHO", lane: 1, offset: 0.5 },
  ];
  writeFileSync(project, JSON.stringify({ name: "Lines", sidecars: ["chapters"], clips }));
  const out = join(folder, "take.m4a");

  const { code, stdout, stderr } = await demo({ PROJECT: project, OUT: out, SIDECARS: "webvtt,json,srt,labels" });
  assert.equal(code, 0, stderr);
  const names = ["take.vtt", "take.m4a.timing.json", "take.srt", "take.labels.txt"];
  assert.deepEqual(JSON.parse(stdout).sidecars, names);
  const [webvtt, timing, srt, labels] = names.map((name) => readFileSync(join(folder, name), "utf8"));
  const cues = [
    { id: "one", start: 0, end: 1000, voice: "TONE", text: "First & last" },
    { id: "two", start: 500, end: 1500, voice: "ECHO", text: "Over it" },
  ];
  assert.deepEqual(readWebvtt(webvtt), cues);
  assert.deepEqual(readTiming(timing), cues);
  assert.equal(JSON.parse(timing).audioFile, "take.m4a");
  assert.deepEqual(
    readSrt(srt).map(({ text }) => text),
    ["TONE: First & last", "ECHO: Over it"],
  );
  assert.equal(readLabels(labels).length, 2);
});

test("a saved project and a timeline are exported as the project file is", async () => {
  const tone = writeTone(join(folder, "a tone.wav"), { frequency: 440, seconds: 1 });
  const clips = [
    { file: "a tone.wav", id: "one", text: "Hello." },
    { file: "a tone.wav", id: "two" },
  ];
  const json = JSON.stringify({ name: "Packed", gapSeconds: 0.25, clips });
  const saved = join(folder, "packed.secuencia");
  const packed = await zip([
    { path: "project.json", content: new Blob([json]) },
    { path: "a tone.wav", content: new Blob([readFileSync(tone)]) },
  ]);
  writeFileSync(saved, Buffer.from(await packed.arrayBuffer()));
  const timeline = join(folder, "packed.otio");
  const [one, two] = clips.map(({ id }) => ({
    ...{ id, name: id, assetId: "a", offset: id === "one" ? 0 : 1.25, duration: 1, sourceStart: 0 },
    ...{ lane: 0, volumeDb: 0, isMuted: false },
  }));
  const head = { id: "t", name: "Packed", audioLayout: "stereo", audioRate: 44_100 };
  const asset = { id: "a", name: "a tone.wav", durationSeconds: 1, sampleRate: 44_100 };
  writeFileSync(timeline, timelineToOtio({ ...head, clips: [one, two] }, [asset]));

  const [fromFile, fromTimeline] = [join(folder, "from-file.m4a"), join(folder, "from-timeline.m4a")];
  const file = await demo({ PROJECT: saved, OUT: fromFile, SIDECARS: "webvtt" });
  assert.equal(file.code, 0, file.stderr);
  assert.deepEqual(JSON.parse(file.stdout).sidecars, ["from-file.vtt"]);
  const { code, stderr } = await demo({ PROJECT: timeline, OUT: fromTimeline });
  assert.equal(code, 0, stderr);
  assert.equal(decode(fromFile).length, 2.25 * 44_100);
  assert.deepEqual(readFileSync(fromTimeline), readFileSync(fromFile));
});

test("text files that there are not are refused with a clear error", async () => {
  const { code, stderr } = await demo({ SIDECARS: "lrc" });
  assert.notEqual(code, 0);
  assert.match(stderr, /“sidecars” must be a list of webvtt, json, srt, chapters, show-notes or labels\./);
});

for (const [project, words] of [
  ["nobody-has-this.json", /cannot be read/],
  ["nobody-has-this.secuencia", /cannot be read/],
  ["not-json.json", /not valid JSON/],
  ["no-clips.json", /at least one clip/],
  ["missing-audio.json", /no audio file “.*nobody-has-this\.wav”/],
  ["missing-picture.json", /no picture “.*nobody-has-this\.png”/],
  ["wrong-types.json", /“gapSeconds” must be .*\n.*Clip 1’s “offset” must be .*\n.*Clip 1’s “lane” must be /],
  ["not-audio.json", /not-audio\.mp3 could not be added/],
]) {
  test(`${project} is refused with a clear error`, async () => {
    const { code, stdout, stderr } = await demo({ PROJECT: join("webdriver/data", project) });
    assert.notEqual(code, 0);
    assert.equal(stdout, "");
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, /\n\s+at /, "an error for a person has no stack");
  });
}

function demo(settings) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "webdriver/demo.mjs"], {
      env: { ...process.env, ...settings },
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].on("data", (data) => {
        output[name] += data;
      });
    }
    child.once("error", reject).once("close", (code) => resolve({ code, ...output }));
  });
}
