/**
 * The benchmark's work: ten minutes of speech as 60 MP3 clips of ten seconds, cut from the sample's lines.
 *
 * Made once, in target/bench, by ffmpeg.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CLIPS = 60;
const CLIP_SECONDS = 10;

/** Makes the project in a folder unless it is there. Returns its JSON file's path and its length in seconds. */
export function benchProject(sample, folder) {
  const path = join(folder, "project.json");
  const seconds = CLIPS * CLIP_SECONDS;
  if (existsSync(path)) return { path, seconds };
  mkdirSync(folder, { recursive: true });

  const lines = JSON.parse(readFileSync(join(sample, "project.json"), "utf8")).clips.filter((clip) => !clip.lane);
  const speech = join(folder, "speech.wav");
  const inputs = lines.flatMap((clip) => ["-i", join(sample, clip.file)]);
  const same = lines.map((_, i) => `[${i}]aformat=sample_rates=44100:channel_layouts=stereo[s${i}]`).join(";");
  const joined = `${lines.map((_, i) => `[s${i}]`).join("")}concat=n=${lines.length}:v=0:a=1,aloop=-1:2e9`;
  // A second more than it takes: ffmpeg may stop a few samples short.
  ffmpeg([...inputs, "-filter_complex", `${same};${joined}`, "-t", `${seconds + 1}`, speech]);

  const clips = Array.from({ length: CLIPS }, (_, i) => {
    const file = `clip-${String(i + 1).padStart(2, "0")}.mp3`;
    const cut = ["-ss", `${i * CLIP_SECONDS}`, "-t", `${CLIP_SECONDS}`, "-i", speech];
    ffmpeg([...cut, "-c:a", "libmp3lame", "-b:a", "128k", join(folder, file)]);
    return { id: `clip-${i + 1}`, file, text: `Clip ${i + 1}`, voice: "BENCH" };
  });
  rmSync(speech);
  // Written last: it says that the rest is there.
  writeFileSync(path, JSON.stringify({ name: "Ten minutes", gapSeconds: 0, clips }, undefined, 2));
  return { path, seconds };
}

function ffmpeg(args) {
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);
}
