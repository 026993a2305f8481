/**
 * A player plays the samples that an export of the same timeline holds, through seeks, loops and edits. The sound is
 * captured behind the player's own worklet, by a second one. A busy machine may be late, so gaps are no failure: they
 * are silence that the player has counted, and the sound goes on after them where it stopped.
 *
 *     PROJECTS=20 node --import tsx --test webdriver/player.test.mjs
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
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

/**
 * Hangs a worker at its second in a timeline: a quiet one each time, and a less quiet one only after a second of
 * playing, so that it goes on with the next worker.
 */
const HANG = `{
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    const { levels, frame, number } = message;
    const isThere = levels && frame > 40_000 && frame < 80_000;
    while (isThere && (levels.truePeakDb < -50 || (levels.truePeakDb < -30 && number >= 9)));
    return postMessage.call(this, message, ...rest);
  };
}
`;

describe("chromium", () => {
  let page;
  before(async () => {
    const functions = [recording, wavOf, seeded, ratioDb, withoutGaps, rampLibrary, framesIn, until];
    const tests = [beginHanging, endHanging, playProject, playRamp, playEdits, playFaults];
    page = await startPage("chromium", [...functions, ...tests], (folder) => {
      writeFileSync(join(folder, "recorder.js"), RECORDER);
      const worker = join(folder, "secuencia/worker.js");
      writeFileSync(worker, HANG + readFileSync(worker, "utf8"));
    });
    // It takes 20 s, and the other tests go on meanwhile.
    await page.run(beginHanging);
  });
  after(() => page?.close());
  const run = async (...how) => {
    const { error, ...result } = await page.run(...how);
    assert.equal(error, undefined);
    return result;
  };

  for (let seed = 1; seed <= PROJECTS; seed++) {
    test(`what was played equals the export, project ${seed}`, async (t) => {
      const found = await run(playProject, seed);
      if (found.gaps > 0) t.diagnostic(`${found.gaps} gaps`);
      assert.equal(found.gaps, found.underruns, "all gaps are counted");
      assert.equal(found.played, found.frames, "every frame, and no other");
      for (const { as, late, swapped } of found.ratios) {
        assert.ok(as > ENCODER_DB, `${JSON.stringify(found)}`);
        assert.ok(as > late + 6, `one frame later is worse: ${JSON.stringify(found)}`);
        if (swapped !== undefined) assert.ok(as > swapped + 10, `so are other channels: ${JSON.stringify(found)}`);
      }
    });
  }

  test("a pause, a seek and a loop are where they should be, to the frame", async (t) => {
    const { pausedAt, runs, splits, rate, fade, underruns, ended, position, levels } = await run(playRamp);
    if (underruns > 0) t.diagnostic(`${underruns} gaps`);
    // After a gap, the sound fades in.
    const slack = underruns > 0 ? fade : 0;
    const [first, sought, ...loops] = runs;
    const shown = JSON.stringify({ pausedAt, runs, splits, underruns });
    assert.equal(first.from, 0, `it begins with the first frame: ${shown}`);
    assert.ok(
      splits.some((place) => Math.abs(place - pausedAt) <= 2 * fade),
      `it goes on where it was paused: ${shown}`,
    );
    assert.ok(sought.from - 2 * rate <= fade && sought.from >= 2 * rate, shown);
    assert.ok(loops.length >= 3, shown);
    // The seek into the loop fades in.
    for (const { from } of loops.slice(1, -1)) assert.ok(Math.abs(from - 1.5 * rate) <= slack, shown);
    for (const { to } of loops.slice(0, 2)) assert.equal(to, 1.7 * rate, shown);
    assert.ok(ended);
    assert.equal(position, 3);
    assert.ok(levels.some(({ shortTermLufs, truePeakDb }) => shortTermLufs === undefined && truePeakDb < 0));
  });

  test("an edit is heard without a gap, and a crash of the worker only costs time", async (t) => {
    const { gains, steps, underruns, longer, revived } = await run(playEdits);
    if (underruns > 0) t.diagnostic(`${underruns} gaps`);
    assert.deepEqual(gains, [1, 0.5]);
    assert.ok(underruns > 0 || steps < 0.01, `the sound goes on: ${steps}`);
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

  test("a worker that hangs is replaced where it was, and at its second hang there the player says so", async () => {
    const { once, always } = await run(endHanging);
    assert.ok(once.ended && once.underruns > 0);
    assert.equal(always.code, "playback-failed");
    assert.match(always.message, /^The sound stopped at 1\.\d s: the worker does not answer\./);
    assert.equal(always.isPlaying, false);
    assert.ok(always.again > 0.2, "it can play again");
  });
});

test("webkit: it plays to its end, and again from another place", async (t) => {
  const page = await startPage("webkit", [until, playAgain]);
  t.after(page.close);
  const { error, position } = await page.run(playAgain);
  assert.equal(error, undefined);
  assert.ok(position > 2);
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
    /** The recording so far, one channel. */
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
    /** Waits until nothing is heard. */
    async silence() {
      const isSilent = () => heard[0].slice(-10).every((part) => part.every((sample) => sample === 0));
      await new Promise((resolve) => setTimeout(resolve, 60));
      while (!isSilent()) await new Promise((resolve) => setTimeout(resolve, 60));
    },
  };
}

/** Waits until a player's position is as it should be. */
function until(player, isReached) {
  return new Promise((resolve) => {
    const look = () => isReached(player.position) && resolve(player.removeEventListener("time", look));
    player.addEventListener("time", look);
  });
}

/** Removes gaps from a recording that has a sound everywhere. Also returns the frames that are whole, and not faded. */
function withoutGaps([left, right], rate) {
  const fade = Math.ceil(0.005 * rate) + 1;
  const places = [];
  const whole = [];
  let gaps = 0;
  let faded = 0;
  for (let n = 0; n < left.length; n++) {
    if (left[n] === 0 && right[n] === 0) {
      if (left[n - 1] !== 0 || right[n - 1] !== 0) gaps += 1;
      faded = fade;
      continue;
    }
    if (faded === 0) whole.push(places.length);
    else faded -= 1;
    places.push(n);
  }
  const planes = [left, right].map((plane) => Float32Array.from(places, (n) => plane[n]));
  return { planes, whole, gaps };
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

/** Returns how far the difference of two signals is below the first, in decibels, in these frames. */
function ratioDb(signal, other, frames, shift = 0) {
  let [power, noise] = [0, 0];
  for (const n of frames) {
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
  // A sound everywhere, so that silence is a gap.
  const always = Float32Array.from({ length: 1.8 * 44_100 }, (_, n) => 0.1 * Math.cos(n / 11));
  const { id: everywhere } = await library.addAsset(wavOf([always], 44_100));
  clips.push({ assetId: everywhere, offset: 0, lane: clips.length });
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
  await recorder.silence();
  const heard = [0, 1].map((channel) => recorder.samples(channel));
  const isSound = (_, n) => heard[0][n] !== 0 || heard[1][n] !== 0;
  const [first, last] = [heard[0].findIndex(isSound), heard[0].findLastIndex(isSound)];
  const { planes, whole, gaps } = withoutGaps(
    heard.map((plane) => plane.subarray(first, last + 1)),
    audioRate,
  );
  const frames = whole.filter((n) => n >= 8 && n < decoded.length - 8);
  const of = (channel) => decoded.getChannelData(Math.min(channel, decoded.numberOfChannels - 1));
  const ratios = [0, 1].map((channel) => ({
    as: ratioDb(of(channel), planes[channel], frames),
    late: ratioDb(of(channel), planes[channel], frames, 1),
    ...(decoded.numberOfChannels > 1 && { swapped: ratioDb(of(channel), planes[1 - channel], frames) }),
  }));
  const { underruns } = player;
  await library.close();
  await recorder.context.close();
  const played = planes[0].length;
  done({ ratios, underruns, gaps, frames: decoded.length, played, audioRate, audioLayout, gainDb });
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
  await player.play();
  await until(player, (position) => position > 0.4);
  player.pause();
  await recorder.silence();
  const pausedAt = player.position * rate;
  await player.play();
  await until(player, (position) => position > 0.7);
  player.seek(2);
  await until(player, (position) => position > 2.2);
  player.loop({ start: 1.5, end: 1.7 });
  player.seek(1.5);
  let rounds = 0;
  let before = 0;
  await until(player, (position) => {
    rounds += position < before;
    before = position;
    return rounds >= 4;
  });
  player.loop();
  const ended = await new Promise((resolve) => player.addEventListener("ended", () => resolve(true)));
  const { position, underruns } = player;
  await recorder.silence();
  const stretches = framesIn(Array.from(recorder.samples(0), placeOf));
  await library.close();
  await recorder.context.close();
  // A fade takes 5 ms at each side of a split.
  const fade = Math.ceil(0.005 * rate) + 1;
  const runs = [];
  const splits = [];
  for (const { from, to } of stretches) {
    const run = runs.at(-1);
    if (run && from >= run.to && from - run.to <= 2 * fade) {
      splits.push(run.to);
      run.to = to;
    } else {
      runs.push({ from, to });
    }
  }
  done({ pausedAt, rate, fade, ended, position, underruns, runs, splits, levels });
}

/** Plays to the end twice, through an audio context of the player's own, which is suspended in between. */
async function playAgain(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const library = await openLibrary({ storage: "memory" });
  const content = await fetch("/sample/05-pip.wav");
  await library.addAsset(await content.blob(), { id: "line" });
  const player = await library.player({ clips: ["line"] });
  const end = () =>
    new Promise((resolve, reject) => {
      player.addEventListener("ended", resolve, { once: true });
      player.addEventListener("error", ({ detail }) => reject(detail), { once: true });
    });
  for (const position of [0, 1, 1.5]) {
    const played = end();
    player.seek(position);
    await player.play();
    await played;
    // The context is suspended, or is being suspended.
    await new Promise((resolve) => setTimeout(resolve, 300 * position));
  }
  await library.close();
  done({ position: player.position });
}

async function playEdits(done) {
  const { library, rate } = await rampLibrary(4);
  const recorder = await recording(rate);
  const draft = (volumeDb) => ({ clips: [{ assetId: "ramp", volumeDb, duration: volumeDb ? 4 : 3 }] });
  const Started = window.Worker;
  const workers = [];
  window.Worker = class extends Started {
    constructor(...how) {
      super(...how);
      workers.push(this);
    }
  };
  const player = await library.player({ ...draft(0), audioLayout: "mono" }, { output: recorder.node });
  window.Worker = Started;
  await player.play();
  await until(player, (position) => position > 0.5);
  await player.update({ ...draft(20 * Math.log10(0.5)), audioLayout: "mono" });
  const longer = player.durationSeconds;
  /** The gains that were heard, each for some hundred frames, and the largest step between two frames. */
  const heard = () => {
    const samples = recorder.samples(0).filter((sample) => sample !== 0);
    const gains = [];
    let steps = 0;
    for (let n = 500; n < samples.length; n += 500) {
      const known = Math.round((1000 * samples[n]) / ((0.8 * (n + 1)) / (4 * rate))) / 1000;
      if ((known === 1 || known === 0.5) && gains.at(-1) !== known) gains.push(known);
    }
    for (let n = 1; n < samples.length; n++) steps = Math.max(steps, Math.abs(samples[n] - samples[n - 1]));
    return { gains, steps };
  };
  await until(player, (position) => position > 3.5 || heard().gains.length > 1);
  const { underruns } = player;
  const found = heard();
  const before = player.position;
  for (const worker of workers) worker.onerror(new ErrorEvent("error", { message: "lost", cancelable: true }));
  await until(player, (position) => position > before + 0.3);
  const revived = player.position - before;
  await library.close();
  await recorder.context.close();
  done({ ...found, underruns, longer, revived });
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

/** Begins to play two timelines whose worker hangs at the first second: once, and always. */
async function beginHanging(done) {
  const { library, rate } = await rampLibrary(3);
  const recorder = await recording(rate);
  const play = async (gainDb) => {
    const player = await library.player({ clips: ["ramp"] }, { output: recorder.node, gainDb });
    await player.play();
    return player;
  };
  const [once, always] = await Promise.all([play(-30), play(-55)]);
  const ended = new Promise((resolve) => once.addEventListener("ended", () => resolve(true)));
  const stopped = new Promise((resolve) => always.addEventListener("error", ({ detail }) => resolve(detail)));
  window.hanging = async () => {
    const { code, message } = await stopped;
    const { isPlaying } = always;
    always.seek(0);
    await always.play();
    await until(always, (position) => position > 0.3);
    const result = {
      once: { ended: await ended, underruns: once.underruns },
      always: { code, message, isPlaying, again: always.position },
    };
    await library.close();
    await recorder.context.close();
    return result;
  };
  done({});
}

async function endHanging(done) {
  done(await window.hanging());
}
