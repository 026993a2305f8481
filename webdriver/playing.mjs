/**
 * Measures how soon a player begins from random positions, and how often it is late in a long play, for timelines of 1,
 * 100 and 1,500 clips. The single clip is an M4A as long as 1,500 clips. Prints a table for docs/playing.md.
 *
 *     SECONDS=600 node --import tsx webdriver/playing.mjs
 *
 * The time is from the call of `play` at another place, with the player's own audio context suspended, to the first
 * block in the audio thread. Only the output device's own delay is not in it.
 */
import { startPage } from "./page-module.mjs";

const STARTS = Number(process.env.STARTS ?? 50);
const SECONDS = Number(process.env.SECONDS ?? 60);

const page = await startPage("chromium", [measure]);
await page.session.driver.manage().setTimeouts({ script: 3_600_000 });
try {
  console.log(
    `| clips | length | opening | start: median | worst of ${STARTS} | edit: median | gaps in ${SECONDS} s |`,
  );
  console.log("|---:|---:|---:|---:|---:|---:|---:|");
  const { error, rows } = await page.run(measure, STARTS, SECONDS);
  if (error) throw new Error(error);
  const shown = (ms) => `${Math.round(ms)} ms`;
  const median = (times) => times.toSorted((one, other) => one - other)[times.length >> 1];
  for (const { clips, minutes, opening, starts, edits, gaps } of rows) {
    const begins = [shown(median(starts)), shown(Math.max(...starts))];
    const cells = [clips.toLocaleString("en"), `${Math.round(minutes)} min`, shown(opening), ...begins];
    console.log(`| ${[...cells, shown(median(edits)), gaps].join(" | ")} |`);
  }
} finally {
  await page.close();
}

// The function below runs in the page.

async function measure(starts, seconds, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const library = await openLibrary({ database: `playing-${Date.now()}` });
  const names = ["04-bram.flac", "05-pip.wav", "06-odette.mp3", "01-odette.mp3", "music.m4a", "rain.mp3"];
  const assets = [];
  for (const name of names) {
    const content = await fetch(`/sample/${name}`);
    assets.push(await library.addAsset(await content.blob(), { id: name }));
  }
  let state = 1;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  const draftOf = (count) => ({
    gapSeconds: 0.3,
    clips: Array.from({ length: count }, (_, n) => {
      const { id, durationSeconds } = assets[n % assets.length];
      return { assetId: id, duration: Math.min(durationSeconds, 4) - 0.01 };
    }),
  });
  const { id } = await library.buildTimeline("Long", draftOf(1500).clips, { gapSeconds: 0.3 });
  const { file } = await library.exportAudio(id);
  const long = await library.addAsset(file, { id: "long" });
  const drafts = [{ clips: [long.id] }, draftOf(100), draftOf(1500)];
  const rows = [];
  for (const draft of drafts) {
    const began = performance.now();
    const player = await library.player(draft);
    const row = { clips: draft.clips.length, minutes: player.durationSeconds / 60, opening: performance.now() - began };
    const heard = () => new Promise((resolve) => player.addEventListener("levels", resolve, { once: true }));
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    row.starts = [];
    for (let n = 0; n < starts; n++) {
      const position = random() * (player.durationSeconds - 10);
      const since = performance.now();
      const sound = heard();
      player.seek(position);
      await player.play();
      await sound;
      row.starts.push(performance.now() - since);
      await wait(200);
      player.pause();
      await wait(300);
    }
    row.edits = [];
    player.seek(random() * (player.durationSeconds - 70));
    await player.play();
    for (let n = 0; n < 10; n++) {
      const since = performance.now();
      await player.update({ ...draft, gapSeconds: 0.3 + n / 100 });
      row.edits.push(performance.now() - since);
      await wait(500);
    }
    player.pause();
    const before = player.underruns;
    player.seek(0);
    await player.play();
    await new Promise((resolve) => {
      const look = () => player.position >= seconds && resolve();
      player.addEventListener("time", look);
      player.addEventListener("ended", resolve);
    });
    row.gaps = player.underruns - before;
    await player.close();
    rows.push(row);
  }
  await library.close();
  done({ rows });
}
