/**
 * What a player plays is what an export of the same timeline holds, and goes on through seeks, loops and edits without
 * a gap. The sound is captured behind the player's own worklet, by a second one.
 *
 *     PROJECTS=20 node --import tsx --test webdriver/player.test.mjs
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startPage } from "./page-module.mjs";

const PROJECTS = Number(process.env.PROJECTS ?? 3);
/** The least signal-to-noise ratio of the encoder, in decibels, for these tones at 320 kb/s. */
const ENCODER_DB = 28;

/** A worklet that passes on all that it hears. */
const RECORDER = `registerProcessor("recorder", class extends AudioWorkletProcessor {
  process([input]) {
    if (input.length > 0) this.port.postMessage([input[0].slice(), (input[1] ?? input[0]).slice()]);
    return true;
  }
});`;

describe("chromium", () => {
  let page;
  before(async () => {
    page = await startPage(
      "chromium",
      [recording, wavOf, seeded, ratioDb, rampLibrary, framesIn, playProject, playRamp, playEdits, playFaults],
      (folder) => writeFileSync(join(folder, "recorder.js"), RECORDER),
    );
  });
  after(() => page?.close());
  const run = async (...how) => {
    const { error, ...result } = await page.run(...how);
    assert.equal(error, undefined);
    return result;
  };

  for (let seed = 1; seed <= PROJECTS; seed++) {
    test(`what was played equals the export, project ${seed}`, async () => {
      const found = await run(playProject, seed);
      assert.equal(found.underruns, 0);
      assert.equal(found.played, found.frames, "every frame, and no other");
      for (const { as, late, swapped } of found.ratios) {
        assert.ok(as > ENCODER_DB, `${JSON.stringify(found)}`);
        assert.ok(as > late + 6, `one frame later is worse: ${JSON.stringify(found)}`);
        if (swapped !== undefined) assert.ok(as > swapped + 10, `so are other channels: ${JSON.stringify(found)}`);
      }
    });
  }

  test("a pause, a seek and a loop are where they should be, to the frame", async () => {
    const { pausedAt, stretches, rate, underruns, ended, position, levels } = await run(playRamp);
    assert.equal(underruns, 0);
    const [first, resumed, sought, ...loops] = stretches;
    assert.equal(first.from, 0, "it begins with the first frame");
    // A fade takes 5 ms at each side.
    const fade = Math.ceil(0.005 * rate) + 1;
    assert.ok(Math.abs(first.to - pausedAt) <= 2 * fade, JSON.stringify({ first, pausedAt }));
    assert.ok(resumed.from >= first.to && resumed.from - first.to <= 2 * fade, JSON.stringify({ first, resumed }));
    assert.ok(sought.from - 2 * rate <= fade && sought.from >= 2 * rate, JSON.stringify(sought));
    assert.ok(loops.length >= 3, JSON.stringify(stretches));
    // The seek into the loop fades in.
    for (const { from } of loops.slice(1, -1)) assert.equal(from, 1.5 * rate);
    for (const { to } of loops.slice(0, 2)) assert.equal(to, 1.7 * rate);
    assert.ok(ended);
    assert.equal(position, 3);
    assert.ok(levels.some(({ shortTermLufs, truePeakDb }) => shortTermLufs === undefined && truePeakDb < 0));
  });

  test("an edit is heard without a gap, soon, and a crash of the worker only costs time", async () => {
    const { gains, steps, underruns, seconds, longer, revived } = await run(playEdits);
    assert.equal(underruns, 0);
    assert.deepEqual(gains, [1, 0.5]);
    assert.ok(steps < 0.01, `the sound goes on: ${steps}`);
    assert.ok(seconds < 0.5, `it took ${seconds} s`);
    assert.equal(longer, 4);
    assert.ok(revived > 0.2, "another worker goes on");
  });

  test("what cannot be played is refused by its name", async () => {
    const found = await run(playFaults);
    assert.deepEqual(found, {
      unknown: "timeline-not-found",
      missing: "missing-asset gone",
      silent: ["gone"],
      closed: "playback-failed",
      seek: "TypeError",
      rate: "unsupported",
    });
  });
});

// The functions below run in the page.

/** Returns a node that records what it gets. */
async function recording(sampleRate) {
  const context = new AudioContext({ sampleRate });
  await context.audioWorklet.addModule("/recorder.js");
  const node = new AudioWorkletNode(context, "recorder");
  const heard = [[], []];
  node.port.onmessage = ({ data }) => {
    for (const [channel, samples] of data.entries()) heard[channel].push(samples);
  };
  return {
    node,
    context,
    /** What was recorded so far, one channel. */
    samples(channel) {
      const parts = heard[channel];
      const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
    async settle() {
      await new Promise((resolve) => setTimeout(resolve, 60));
    },
  };
}

/** Returns a WAV file of 32-bit floats. */
function wavOf(planes, sampleRate) {
  const bytes = planes[0].length * planes.length * 4;
  const view = new DataView(new ArrayBuffer(44 + bytes));
  const text = (at, letters) => {
    for (const [n, letter] of [...letters].entries()) view.setUint8(at + n, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, planes.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * planes.length * 4, true);
  view.setUint16(32, planes.length * 4, true);
  view.setUint16(34, 32, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
  for (let n = 0; n < planes[0].length; n++) {
    for (let channel = 0; channel < planes.length; channel++) {
      view.setFloat32(44 + (n * planes.length + channel) * 4, planes[channel][n], true);
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}

/** Returns a generator of numbers from 0 to 1. */
function seeded(seed) {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Returns how far the difference of two signals is below the first, in decibels. */
function ratioDb(signal, other, shift = 0) {
  let [power, noise] = [0, 0];
  for (let n = 8; n < signal.length - 8; n++) {
    power += signal[n] ** 2;
    noise += (signal[n] - (other[n + shift] ?? 0)) ** 2;
  }
  return 10 * Math.log10(power / Math.max(noise, 1e-20));
}

/** Plays a random timeline of tones, each clip and channel with its own, and compares it with its export. */
async function playProject(seed, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const random = seeded(seed);
  const between = (least, most) => least + random() * (most - least);
  const library = await openLibrary({ storage: "memory" });
  const clips = [];
  for (let index = 0; index < 5; index++) {
    const sampleRate = random() < 0.5 ? 44_100 : 48_000;
    const seconds = between(0.3, 0.7);
    const planes = Array.from({ length: random() < 0.7 ? 2 : 1 }, () => {
      const pitches = [between(900, 1500), between(1700, 3000)];
      const tone = (n) => pitches.reduce((sum, hz) => sum + Math.cos((2 * Math.PI * hz * n) / sampleRate), 0);
      return Float32Array.from({ length: seconds * sampleRate }, (_, n) => 0.25 * tone(n));
    });
    const { id } = await library.addAsset(wavOf(planes, sampleRate));
    const skipped = random() < 0.5 ? between(0, 0.1) : 0;
    clips.push({
      assetId: id,
      sourceStart: skipped,
      duration: seconds - skipped - 0.01,
      offset: between(0, 1),
      lane: index,
      volumeDb: between(-8, 6),
      pan: random() < 0.5 ? between(-1, 1) : 0,
      fadeIn: between(0, 0.1),
      fadeOut: between(0, 0.1),
    });
  }
  clips[0].offset = 0;
  clips[0].fadeIn = 0;
  const audioRate = random() < 0.5 ? 44_100 : 48_000;
  const audioLayout = random() < 0.3 ? "mono" : "stereo";
  const { id } = await library.buildTimeline("Random", clips, { audioRate, audioLayout });
  const gainDb = random() < 0.5 ? 3 : 0;
  const { file } = await library.exportAudio(id, { bitRate: 320_000 });
  const decoded = await new OfflineAudioContext(2, 1, audioRate).decodeAudioData(await file.arrayBuffer());
  const recorder = await recording(audioRate);
  const player = await library.player(id, { output: recorder.node });
  const ended = new Promise((resolve) => player.addEventListener("ended", resolve));
  await player.play();
  await ended;
  await recorder.settle();
  const heard = [0, 1].map((channel) => recorder.samples(channel));
  const isSound = (_, n) => heard[0][n] !== 0 || heard[1][n] !== 0;
  const first = heard[0].findIndex(isSound);
  const last = heard[0].findLastIndex(isSound);
  const { length: frames } = decoded;
  const parts = heard.map((plane) => plane.subarray(first, first + frames));
  const of = (channel) => decoded.getChannelData(Math.min(channel, decoded.numberOfChannels - 1));
  const ratios = [0, 1].map((channel) => ({
    as: ratioDb(of(channel), parts[channel]),
    late: ratioDb(of(channel), parts[channel], 1),
    ...(decoded.numberOfChannels > 1 && { swapped: ratioDb(of(channel), parts[1 - channel]) }),
  }));
  const { underruns } = player;
  await library.close();
  await recorder.context.close();
  done({ ratios, underruns, frames, played: Math.max(last - first + 1, 0), audioRate, audioLayout, gainDb });
}

/** Opens a library with a ramp of some seconds, whose samples are their own places. */
async function rampLibrary(seconds) {
  const { openLibrary } = await import("/secuencia/index.js");
  const library = await openLibrary({ storage: "memory" });
  const rate = 44_100;
  const plane = Float32Array.from({ length: seconds * rate }, (_, n) => (0.8 * (n + 1)) / (seconds * rate));
  const asset = await library.addAsset(wavOf([plane], rate), { id: "ramp" });
  return { library, rate, asset, placeOf: (sample) => (sample * seconds * rate) / 0.8 - 1 };
}

/** Finds the stretches of whole, consecutive frames in recorded places: the first frame of each, and the one after. */
function framesIn(places) {
  const stretches = [];
  for (const place of places) {
    const frame = Math.round(place);
    const last = stretches.at(-1);
    if (Math.abs(place - frame) > 0.1 || frame < 0) continue;
    if (last?.to === frame) last.to += 1;
    else stretches.push({ from: frame, to: frame + 1 });
  }
  return stretches.filter(({ from, to }) => to - from > 500);
}

async function playRamp(done) {
  const { library, rate, placeOf } = await rampLibrary(3);
  const recorder = await recording(rate);
  const player = await library.player({ clips: ["ramp"], audioLayout: "mono" }, { output: recorder.node });
  const levels = [];
  player.addEventListener("levels", ({ detail }) => levels.push(detail));
  const until = (isReached) =>
    new Promise((resolve) => {
      const look = () => isReached(player.position) && resolve(player.removeEventListener("time", look));
      player.addEventListener("time", look);
    });
  await player.play();
  await until((position) => position > 0.4);
  player.pause();
  await recorder.settle();
  const pausedAt = player.position * rate;
  await player.play();
  await until((position) => position > 0.7);
  player.seek(2);
  await until((position) => position > 2.2);
  player.loop({ start: 1.5, end: 1.7 });
  player.seek(1.5);
  let rounds = 0;
  let before = 0;
  await until((position) => {
    rounds += position < before;
    before = position;
    return rounds >= 4;
  });
  player.loop();
  const ended = new Promise((resolve) => player.addEventListener("ended", () => resolve(true)));
  const result = { pausedAt, rate, ended: await ended, position: player.position, underruns: player.underruns };
  await recorder.settle();
  const stretches = framesIn(Array.from(recorder.samples(0), placeOf));
  await library.close();
  await recorder.context.close();
  done({ ...result, stretches, levels });
}

async function playEdits(done) {
  const Started = window.Worker;
  let worker;
  window.Worker = class extends Started {
    constructor(...how) {
      super(...how);
      worker = this;
    }
  };
  const { library, rate, placeOf } = await rampLibrary(4);
  const recorder = await recording(rate);
  const draft = (volumeDb) => ({ clips: [{ assetId: "ramp", volumeDb, duration: volumeDb ? 4 : 3 }] });
  const player = await library.player({ ...draft(0), audioLayout: "mono" }, { output: recorder.node });
  const until = (isReached) =>
    new Promise((resolve) => {
      const look = () => isReached(player.position) && resolve(player.removeEventListener("time", look));
      player.addEventListener("time", look);
    });
  await player.play();
  await until((position) => position > 0.5);
  const asked = player.position;
  await player.update({ ...draft(20 * Math.log10(0.5)), audioLayout: "mono" });
  await until((position) => position > asked + 0.8);
  const { underruns } = player;
  const longer = player.durationSeconds;
  const samples = recorder.samples(0);
  const first = samples.findIndex((sample) => sample !== 0);
  const gains = [];
  let [steps, heardAt] = [0, 0];
  for (let n = first; n < samples.length && samples[n] !== 0; n++) {
    const gain = samples[n] / ((0.8 * (n - first + 1)) / (4 * rate));
    const known = Math.round(gain * 1000) / 1000;
    if ((known === 1 || known === 0.5) && gains.at(-1) !== known && n - first > 100) {
      gains.push(known);
      heardAt = (n - first) / rate;
    }
    if (n > first) steps = Math.max(steps, Math.abs(samples[n] - samples[n - 1]));
  }
  if (gains[0] !== 1) gains.unshift(1);
  // The last worker that was started is the player's.
  const before = player.position;
  worker.onerror(new ErrorEvent("error", { message: "lost", cancelable: true }));
  await until((position) => position > before + 0.3);
  const revived = player.position - before;
  await library.close();
  await recorder.context.close();
  done({ gains, steps, underruns, seconds: heardAt - asked, longer, revived, place: placeOf(0) });
}

async function playFaults(done) {
  const { library, rate } = await rampLibrary(1);
  const recorder = await recording(rate);
  const output = recorder.node;
  const of = async (work) => {
    try {
      await work();
      return "none";
    } catch ({ name, code, assetId }) {
      return [code ?? name, assetId].filter(Boolean).join(" ");
    }
  };
  await library.buildTimeline("Gone", ["ramp"], { id: "t" });
  const [first] = (await library.timeline("t")).clips;
  const saved = await library.timeline("t");
  await library.saveTimeline({ ...saved, id: "gone", clips: [first, { ...first, id: "gone", assetId: "gone" }] });
  const unknown = await of(() => library.player("none", { output }));
  const missing = await of(() => library.player("gone", { output }));
  const silent = await library.player("gone", { output, onUnreadableClip: "silence" });
  const silentClips = silent.unreadable.map(({ clipId }) => clipId);
  const rateFault = await of(() => library.player({ clips: ["ramp"], audioRate: 48_000 }, { output }));
  const seek = await of(() => silent.seek(-1));
  await silent.close();
  const closed = await of(() => silent.play());
  await library.close();
  await recorder.context.close();
  done({ unknown, missing, silent: silentClips, closed, seek, rate: rateFault });
}
