/**
 * What is exported and measured. All of it is made by ffmpeg and by the code beside it, once, in
 * target/bench/material.
 *
 * - `clips(format)`: ten minutes of speech as 60 clips of ten seconds, cut from the sample's lines.
 * - `passage(name)`: a minute of speech, or of music, as one WAV at 48 kHz, the rate that PEAQ asks for.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { musicWav } from "./quality/music.mjs";

const SAMPLE = join("www", "sample");
/** Where it is all kept; the bench's server serves it as /material/. */
export const MATERIAL = join("target", "bench", "material");

const CLIPS = 60;
const CLIP_SECONDS = 10;
export const CLIP_RATE = 44_100;
const PASSAGE_SECONDS = 60;
export const PASSAGE_RATE = 48_000;

const CODECS = { mp3: ["-c:a", "libmp3lame", "-b:a", "128k"], wav: ["-c:a", "pcm_s16le"] };

/**
 * The clips of a format.
 *
 * @param {"mp3" | "wav"} format
 * @returns {{ files: string[], clipSeconds: number }} paths inside MATERIAL, and each clip's length
 */
export function clips(format) {
  const files = Array.from({ length: CLIPS }, (_, i) => `${format}-${String(i + 1).padStart(2, "0")}.${format}`);
  files.forEach((file, i) => {
    make(file, (path) => {
      const cut = ["-ss", `${i * CLIP_SECONDS}`, "-t", `${CLIP_SECONDS}`, "-i", make("speech.wav", makeSpeech)];
      ffmpeg([...cut, "-map_metadata", "-1", ...CODECS[format], path]);
    });
  });
  return { files, clipSeconds: CLIP_SECONDS };
}

/** The ten minutes as they should come out: 16-bit stereo, each clip cut to its length. Returns the file's path. */
export function reference(format) {
  const { files } = clips(format);
  return make(`${format}.pcm`, (path) => {
    const inputs = files.flatMap((file) => ["-i", join(MATERIAL, file)]);
    const cut = files.map((_, i) => `[${i}]atrim=end_sample=${CLIP_SECONDS * CLIP_RATE}[c${i}]`).join(";");
    const row = `${files.map((_, i) => `[c${i}]`).join("")}concat=n=${files.length}:v=0:a=1`;
    ffmpeg([...inputs, "-filter_complex", `${cut};${row}`, "-f", "s16le", path]);
  });
}

/**
 * A minute of one kind of sound.
 *
 * @param {"speech" | "music"} name
 * @returns {{ files: string[], clipSeconds: number }} as `clips` does, with one file
 */
export function passage(name) {
  const file = `${name}-passage.wav`;
  make(file, (path) => {
    if (name === "music") writeFileSync(path, musicWav(PASSAGE_SECONDS, PASSAGE_RATE));
    else {
      const cut = ["-t", `${PASSAGE_SECONDS}`, "-i", make("speech.wav", makeSpeech)];
      ffmpeg([...cut, "-ar", `${PASSAGE_RATE}`, ...CODECS.wav, path]);
    }
  });
  return { files: [file], clipSeconds: PASSAGE_SECONDS };
}

/** The sample's lines, again and again, and a second more than it takes: ffmpeg may stop a few samples short. */
function makeSpeech(path) {
  const lines = JSON.parse(readFileSync(join(SAMPLE, "project.json"), "utf8")).clips.filter((clip) => !clip.lane);
  const inputs = lines.flatMap((clip) => ["-i", join(SAMPLE, clip.file)]);
  const same = lines.map((_, i) => `[${i}]aformat=sample_rates=${CLIP_RATE}:channel_layouts=stereo[s${i}]`).join(";");
  const row = `${lines.map((_, i) => `[s${i}]`).join("")}concat=n=${lines.length}:v=0:a=1,aloop=-1:2e9`;
  ffmpeg([...inputs, "-filter_complex", `${same};${row}`, "-t", `${CLIPS * CLIP_SECONDS + 1}`, path]);
}

/** Makes a file unless it is there, under another name until it is whole. Returns its path. */
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
