/**
 * Measures the import of audio in the studio, in Chromium: 60 MP3s of ten seconds, an hour of MP3, two hours of WAV,
 * and 1,500 files. Prints for each the time until all is added, the time until the first row has its waveform, the
 * longest task of the page, and the CPU time of the browser's processes, with the two copies of a file that the studio
 * keeps. Beside it is the CPU time of ffmpeg's decoder for the same files, in the same run.
 *
 *     ONLY="an hour of MP3" ROUNDS=3 node --import tsx webdriver/importing.mjs
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { cpuSecondsOf } from "./processes.mjs";
import { startSession } from "./session.mjs";

const FOLDER = resolve("target", "importing");
const ROUNDS = Number(process.env.ROUNDS ?? 1);

const KINDS = {
  "60 MP3s": copies(60, "line #.mp3", 10, ["-c:a", "libmp3lame", "-b:a", "128k"]),
  "an hour of MP3": [made("hour.mp3", 3600, ["-c:a", "libmp3lame", "-b:a", "128k"])],
  "two hours of WAV": [made("two hours.wav", 7200, ["-c:a", "pcm_s16le"])],
  "1,500 files": copies(1500, "take #.wav", 2, ["-c:a", "pcm_s16le"]),
};

console.log("| import | all added | first waveform | longest task | browser's CPU | ffmpeg's CPU |");
console.log("|---|---:|---:|---:|---:|---:|");
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, files] of Object.entries(KINDS)) {
    if (process.env.ONLY && process.env.ONLY !== kind) continue;
    const { wall, first, task, cpu } = await imported(files);
    const times = [`${wall.toFixed(1)} s`, `${Math.round(first)} ms`, `${Math.round(task)} ms`];
    console.log(`| ${[kind, ...times, `${cpu.toFixed(1)} s`, `${decoded(files).toFixed(1)} s`].join(" | ")} |`);
  }
}

/** Makes a file of speech and music from the sample project, unless it is there. Returns its path. */
function made(name, seconds, codec) {
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const speech = ["-stream_loop", "-1", "-i", resolve("www/sample/01-odette.mp3")];
  const music = ["-stream_loop", "-1", "-i", resolve("www/sample/music.m4a")];
  const mix = ["-filter_complex", "[0]aresample=44100[a];[1]aresample=44100[b];[a][b]amix=2:duration=longest"];
  const unfinished = join(FOLDER, `unfinished-${name}`);
  ffmpeg([...speech, ...music, ...mix, "-t", `${seconds}`, "-ac", "2", ...codec, unfinished]);
  renameSync(unfinished, path);
  return path;
}

/** Makes a file, and copies of it. Returns their paths. */
function copies(count, name, seconds, codec) {
  const original = made(name, seconds, codec);
  return Array.from({ length: count }, (_, n) => {
    const path = join(FOLDER, name.replace("#", `${n + 1}`));
    if (!existsSync(path)) copyFileSync(original, path);
    return path;
  });
}

function ffmpeg(args) {
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);
}

/** Adds files to an empty project of a new browser. */
async function imported(files) {
  const session = await startSession();
  try {
    const { driver, studio, site, browser } = session;
    await driver.manage().setTimeouts({ script: 600_000 });
    await studio.open(site.url);
    await studio.clear();
    await driver.executeScript(watch);
    const before = cpuSecondsOf(browser.pid);
    await studio.element("#add-audio").sendKeys(files.join("\n"));
    const found = await driver.executeAsyncScript("watched.then(arguments[0])");
    return { ...found, cpu: cpuSecondsOf(browser.pid) - before };
  } finally {
    await session.close();
  }
}

/** The CPU time in which ffmpeg decodes the files, one after the other, in seconds. */
function decoded(files) {
  const script = 'TIMEFORMAT="%U"; time for file in "$@"; do ffmpeg -nostdin -v error -i "$file" -f null -; done 2>&1';
  return Number(execFileSync("bash", ["-c", `{ ${script}; } 2>&1`, "bash", ...files], { encoding: "utf8" }));
}

/** Runs in the page: `watched` resolves when all audio has been added. */
function watch() {
  let task = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) task = Math.max(task, duration);
  }).observe({ type: "longtask" });
  window.watched = new Promise((resolve) => {
    document.querySelector("#add-audio").addEventListener(
      "change",
      () => {
        const began = performance.now();
        let first;
        let has = false;
        const look = setInterval(() => {
          const now = performance.now() - began;
          if (document.querySelector("#clips > li[data-state=ready]")) first ??= now;
          const isAdding = document.querySelector("#clips").ariaBusy === "true";
          has ||= isAdding;
          if (!has || isAdding) return;
          clearInterval(look);
          // The observer hears of the last tasks a little later.
          setTimeout(() => resolve({ wall: now / 1000, first: first ?? Number.NaN, task }), 500);
        }, 20);
      },
      { capture: true, once: true },
    );
  });
}
