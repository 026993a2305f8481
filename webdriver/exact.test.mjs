/**
 * A browser's own decoder returns exactly the timeline's samples, with every sound at its place, for one clip and for
 * two hundred, of every format and sample rate.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { startSession } from "./session.mjs";

const MEDIA = "tests/data/media";
const GAP_SECONDS = 0.02;
/** The times of each sample file's bursts, in seconds: see tests/data/make-media.sh. */
const BURSTS = [0.05, 0.2];

const sources = JSON.parse(readFileSync(join(MEDIA, "expected.json"), "utf8"));

for (const engine of ["chromium", "firefox"]) {
  for (const count of [1, 200]) {
    test(`${engine} decodes ${count === 1 ? "one clip" : `${count} clips`} to the sample`, async () => {
      const session = await startSession(engine);
      try {
        await session.studio.open(session.site.url);
        const timeline = writeProject(session.folder, count);
        await session.studio.openProject(timeline.paths);
        const { state, result } = await session.studio.export();
        assert.equal(state, "done");
        const path = await session.browser.take(result.name);
        const heard = await session.driver.executeAsyncScript(
          hear,
          readFileSync(path, "base64"),
          result.sampleRate,
          timeline.bursts,
        );
        assert.equal(heard.error, undefined);
        assert.equal(heard.frames, Math.round(timeline.seconds * result.sampleRate));
        heard.lags.forEach((lag, burst) => {
          assert.ok(Math.abs(lag) <= 1, `the burst at ${timeline.bursts[burst]} s is ${lag} samples late`);
        });
      } finally {
        await session.close();
      }
    });
  }
}

/**
 * Writes a project of `count` clips, cycling through the formats. Returns its files, its length and its bursts' times.
 */
function writeProject(folder, count) {
  const clips = [];
  const bursts = [];
  let end = 0;
  for (let index = 0; index < count; index++) {
    const { file, rate, frames, delay } = sources[index % sources.length];
    const start = index === 0 ? 0 : end + GAP_SECONDS;
    bursts.push(...BURSTS.map((burst) => start + delay / rate + burst));
    end = start + frames / rate;
    clips.push({ file });
  }
  const json = join(folder, `exact-${count}.json`);
  writeFileSync(json, JSON.stringify({ name: `Exact ${count}`, gapSeconds: GAP_SECONDS, clips }));
  const audio = new Set(clips.map(({ file }) => resolve(MEDIA, file)));
  return { paths: [json, ...audio], seconds: end, bursts };
}

/**
 * Runs in the page: decodes a file. Returns its length in frames, and each burst's delay in samples, where the burst
 * correlates best.
 */
function hear(base64, sampleRate, bursts, done) {
  const SPREAD_SECONDS = 0.002;
  const REACH = 40;
  const lagOf = (samples, center) => {
    const first = Math.ceil((center - SPREAD_SECONDS) * sampleRate);
    const burst = Array.from({ length: Math.floor(2 * SPREAD_SECONDS * sampleRate) }, (_, n) => {
      const t = (first + n) / sampleRate - center;
      return Math.exp(-((t / 0.0005) ** 2)) * Math.cos(2 * Math.PI * 2500 * t);
    });
    let [best, strongest] = [Number.NaN, 0];
    for (let lag = -REACH; lag <= REACH; lag++) {
      const strength = Math.abs(burst.reduce((sum, value, n) => sum + value * (samples[first + lag + n] ?? 0), 0));
      if (strength > strongest) [best, strongest] = [lag, strength];
    }
    return best;
  };
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes.buffer).then(
    (audio) => done({ frames: audio.length, lags: bursts.map((center) => lagOf(audio.getChannelData(0), center)) }),
    (error) => done({ error: String(error) }),
  );
}
