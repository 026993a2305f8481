/**
 * The recordings to export, `{ files, clipSeconds, rate, pcm }`. `files` are clips to play in a row, `clipSeconds` of
 * each, at `rate`. `pcm` is the expected result, as 16-bit stereo. All are file names inside MATERIAL.
 *
 * - `clips(format)`: ten minutes of speech as 60 clips of ten seconds, cut from the sample's lines.
 * - `passage(sound, seconds)`: speech, or music, as one WAV at 48 kHz, the rate that PEAQ requires.
 *
 * ffmpeg and quality/music.mjs make each file once.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { musicWav } from "./quality/music.mjs";

const SAMPLE = join("www", "sample");
/** The folder for all recordings; the bench's server serves it as /material/. */
export const MATERIAL = join("target", "bench", "material");

const CLIPS = 60;
const CLIP_SECONDS = 10;
const CLIP_RATE = 44_100;
const PASSAGE_RATE = 48_000;

const CODECS = { mp3: ["-c:a", "libmp3lame", "-b:a", "128k"], wav: ["-c:a", "pcm_s16le"] };

/** @param {"mp3" | "wav"} format */
export function clips(format) {
  const files = Array.from({ length: CLIPS }, (_, i) => `${format}-${String(i + 1).padStart(2, "0")}.${format}`);
  files.forEach((file, i) => {
    make(file, (path) => {
      const cut = ["-ss", `${i * CLIP_SECONDS}`, "-t", `${CLIP_SECONDS}`, "-i", make("speech.wav", makeSpeech)];
      ffmpeg([...cut, "-map_metadata", "-1", ...CODECS[format], path]);
    });
  });
  return recording(format, files, CLIP_SECONDS, CLIP_RATE);
}

/**
 * @param {"speech" | "music"} sound
 * @param {number} seconds up to ten minutes
 */
export function passage(sound, seconds) {
  const file = `${sound}-${seconds}.wav`;
  make(file, (path) => {
    if (sound === "music") writeFileSync(path, musicWav(seconds, PASSAGE_RATE));
    else {
      const cut = ["-t", `${seconds}`, "-i", make("speech.wav", makeSpeech)];
      ffmpeg([...cut, "-ar", `${PASSAGE_RATE}`, ...CODECS.wav, path]);
    }
  });
  return recording(`${sound}-${seconds}`, [file], seconds, PASSAGE_RATE);
}

function recording(name, files, clipSeconds, rate) {
  const pcm = `${name}.pcm`;
  make(pcm, (path) => {
    const inputs = files.flatMap((file) => ["-i", join(MATERIAL, file)]);
    const cut = files.map((_, i) => `[${i}]atrim=end_sample=${clipSeconds * rate}[c${i}]`).join(";");
    const row = `${files.map((_, i) => `[c${i}]`).join("")}concat=n=${files.length}:v=0:a=1`;
    ffmpeg([...inputs, "-filter_complex", `${cut};${row}`, "-f", "s16le", path]);
  });
  return { files, clipSeconds, rate, pcm };
}

/** Repeats the sample's lines, for one second more than needed: ffmpeg may stop a few samples short. */
function makeSpeech(path) {
  const lines = JSON.parse(readFileSync(join(SAMPLE, "project.json"), "utf8")).clips.filter((clip) => !clip.lane);
  const inputs = lines.flatMap((clip) => ["-i", join(SAMPLE, clip.file)]);
  const same = lines.map((_, i) => `[${i}]aformat=sample_rates=${CLIP_RATE}:channel_layouts=stereo[s${i}]`).join(";");
  const row = `${lines.map((_, i) => `[s${i}]`).join("")}concat=n=${lines.length}:v=0:a=1,aloop=-1:2e9`;
  ffmpeg([...inputs, "-filter_complex", `${same};${row}`, "-t", `${CLIPS * CLIP_SECONDS + 1}`, path]);
}

/** Makes a file unless it exists. It gets its final name only once complete. Returns its path. */
function make(name, write) {
  const path = join(MATERIAL, name);
  if (existsSync(path)) return path;
  mkdirSync(MATERIAL, { recursive: true });
  const unfinished = join(MATERIAL, `unfinished-${name}`);
  write(unfinished);
  renameSync(unfinished, path);
  return path;
}

function ffmpeg(args) {
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);
}
