/**
 * Recordings of a browser's MediaRecorder are read as that browser reads them: with the same length, and every sound
 * at its place.
 *
 * Two chirps a second apart are recorded in every type that Chromium offers, and once with a pause between them.
 * Firefox is left out: without a sound device, its AudioContext does not run.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startSession } from "./session.mjs";

const OPUS = "audio/webm;codecs=opus";
const TYPES = [OPUS, "audio/mp4;codecs=opus", "audio/mp4", "audio/webm;codecs=pcm"];
/** Seconds from the signal's start: when the chirps sound, and when one recorder pauses and resumes. */
const SIGNAL = { sampleRate: 48_000, seconds: 2.5, chirps: [0.7, 1.7], pause: [1.1, 1.4] };
const PLACE_SECONDS = 0.002;

let recordings;
before(async () => {
  const session = await startSession();
  try {
    await session.driver.get(session.site.url);
    // Audio may start only after a click.
    await session.studio.click("h2");
    const found = await session.driver.executeAsyncScript(record, SIGNAL, TYPES, OPUS);
    assert.equal(found.error, undefined);
    recordings = found.recordings;
  } finally {
    await session.close();
  }
});

for (const type of TYPES) {
  test(`${type} is read as the browser reads it`, (t) => {
    const recording = recordings.find((one) => one.type === type && !one.isPaused);
    if (!recording) return t.skip("the browser does not record it");
    assertRead(recording);
    assert.ok(Math.abs(distance(recording.exported) - 1) < PLACE_SECONDS, `${recording.exported.chirps}`);
  });
}

test("a recording that was paused is read as the browser reads it", () => {
  const paused = recordings.find((one) => one.isPaused);
  assertRead(paused);
  assert.ok(distance(paused.exported) < 0.8, "the pause is cut out");
});

/** Asserts that the asset is as long as the browser's decoded audio, with the export's chirps at the same places. */
function assertRead({ error, asset, warnings, exported, decoded }) {
  assert.equal(error, undefined);
  assert.equal(asset.warning, null);
  assert.deepEqual(warnings, []);
  assert.ok(
    Math.abs(asset.durationSeconds - decoded.seconds) < 1 / SIGNAL.sampleRate,
    `${asset.durationSeconds}, ${decoded.seconds}`,
  );
  assert.equal(exported.seconds, decoded.seconds);
  decoded.chirps.forEach((place, index) => {
    assert.ok(Math.abs(exported.chirps[index] - place) < PLACE_SECONDS, `${exported.chirps}, ${decoded.chirps}`);
  });
}

function distance({ chirps: [first, second] }) {
  return second - first;
}

// The functions below run in the page.

/** Records the signal in all types at once. Returns what the library and the browser find in each recording. */
async function record({ sampleRate, seconds, chirps, pause }, types, pausedType, done) {
  const CHIRP_SECONDS = 0.005;
  const chirp = Array.from({ length: CHIRP_SECONDS * sampleRate }, (_, n) => {
    const x = n / (CHIRP_SECONDS * sampleRate);
    return 0.5 * Math.sin(Math.PI * x) ** 2 * Math.sin(2 * Math.PI * (2000 + 2000 * x) * x * CHIRP_SECONDS);
  });
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "recorder" });
    const recordings = [];
    for (const { blob, ...take } of await takes()) {
      recordings.push({ ...take, ...(await exportOf(library, blob)), decoded: await decode(blob) });
    }
    done({ recordings });
  } catch (error) {
    done({ error: String(error) });
  }

  async function takes() {
    const context = new AudioContext({ sampleRate });
    await context.resume();
    const output = context.createMediaStreamDestination();
    // A stream does not start without a playing source.
    const hum = new ConstantSourceNode(context, { offset: 0 });
    hum.connect(output);
    hum.start();
    const all = types.filter((type) => MediaRecorder.isTypeSupported(type)).map((type) => ({ type, isPaused: false }));
    all.push({ type: pausedType, isPaused: true });
    const recorders = all.map(({ type }) => new MediaRecorder(output.stream, { mimeType: type }));
    await Promise.all(recorders.map((recorder) => first(recorder, "start", () => recorder.start())));

    const source = new AudioBufferSourceNode(context, { buffer: signal(context) });
    source.connect(output);
    const start = context.currentTime + 0.1;
    const ended = first(source, "ended", () => source.start(start));
    await clock(output, start + pause[0]);
    recorders.at(-1).pause();
    await clock(output, start + pause[1]);
    recorders.at(-1).resume();
    await ended;
    const events = await Promise.all(
      recorders.map((recorder) => first(recorder, "dataavailable", () => recorder.stop())),
    );
    return all.map((take, index) => ({ ...take, blob: events[index].data }));
  }

  /** Performs an action, and waits for the event that follows. */
  function first(target, event, act) {
    return new Promise((resolve) => {
      target.addEventListener(event, resolve, { once: true });
      act();
    });
  }

  /** Waits by the audio clock. */
  function clock(output, time) {
    const timer = new ConstantSourceNode(output.context, { offset: 0 });
    timer.connect(output);
    return first(timer, "ended", () => {
      timer.start();
      timer.stop(time);
    });
  }

  /** Returns the chirps over inaudible noise, so that no part counts as silence. */
  function signal(context) {
    const buffer = context.createBuffer(1, seconds * sampleRate, sampleRate);
    const samples = buffer.getChannelData(0);
    samples.forEach((_, n) => {
      samples[n] = 0.002 * (Math.random() - 0.5);
    });
    for (const time of chirps) {
      chirp.forEach((value, n) => {
        samples[Math.round(time * sampleRate) + n] += value;
      });
    }
    return buffer;
  }

  async function exportOf(library, blob) {
    try {
      const asset = await library.addAsset(blob);
      const timeline = await library.buildTimeline("Take", [asset.id], { audioLayout: "mono", audioRate: sampleRate });
      const { file, warnings } = await library.exportAudio(timeline.id);
      return {
        asset: { durationSeconds: asset.durationSeconds, warning: asset.warning },
        warnings,
        exported: await decode(file),
      };
    } catch (error) {
      return { error: String(error) };
    }
  }

  async function decode(blob) {
    const audio = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(await blob.arrayBuffer());
    return { seconds: audio.duration, chirps: chirpsIn(audio.getChannelData(0)) };
  }

  /** Returns the chirps' times in seconds: the strongest correlation, and the strongest one apart from it. */
  function chirpsIn(samples) {
    const strength = Float32Array.from({ length: samples.length - chirp.length }, (_, at) =>
      Math.abs(chirp.reduce((sum, value, n) => sum + value * samples[at + n], 0)),
    );
    const one = strength.indexOf(strength.reduce((a, b) => Math.max(a, b), 0));
    strength.fill(0, Math.max(0, one - sampleRate / 4), one + sampleRate / 4);
    const other = strength.indexOf(strength.reduce((a, b) => Math.max(a, b), 0));
    return [one, other].sort((a, b) => a - b).map((at) => at / sampleRate);
  }
}
