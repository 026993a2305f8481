/**
 * The bare page in which contestants run. The bench drives it through `window.bench`: `prepare`, `run`, `deliver`.
 *
 * A contestant is a module with `prepare(job)`. It loads all code and does all work that is not part of the export,
 * then returns the export: a function that resolves with `{ file }`, a Blob, and optional further facts. A job is
 * `{ clips: Blob[], clipSeconds, rate, bitRate, pcm, options }`: stereo clips to play in a row, `clipSeconds` of each.
 */
import { boxesOf } from "./boxes.mjs";
import { live } from "./live.mjs";

/** Each entry loads only its own code, so that no contestant pays for another's. */
const CONTESTANTS = {
  ours: () => import("./ours.mjs"),
  adding: () => import("./adding.mjs"),
  encoder: () => import("./encoder.mjs"),
  ffmpegWasm: () => import("./ffmpeg-wasm.mjs"),
  mediabunny: () => import("./mediabunny.mjs"),
  offlineAudio: () => import("./offline-audio.mjs"),
};

let start;
let made;

/** Runs the export, timed from the call to the finished Blob. Returns the contestant's facts, the time and the size. */
async function run() {
  const began = performance.now();
  const { file, ...facts } = await start();
  const wallSeconds = (performance.now() - began) / 1000;
  made = file;
  return { ...facts, wallSeconds, bytes: file.size };
}

window.bench = {
  /** Fetches the clips and prepares a contestant, before the clock starts. Returns the seconds that preparing took. */
  async prepare(contestant, { files, ...job }) {
    const clips = await Promise.all(files.map(async (file) => (await fetch(`/material/${file}`)).blob()));
    const began = performance.now();
    const { prepare } = await CONTESTANTS[contestant]();
    start = await prepare({ ...job, clips });
    return (performance.now() - began) / 1000;
  },

  run,

  /** Sends the finished file to the bench. */
  async deliver(name) {
    await fetch(`/${name}`, { method: "PUT", body: made });
  },

  /** Returns the finished file's boxes with their offsets: `[["ftyp", 0], ...]`. */
  boxes: () => boxesOf(made),

  ...live(run, () => start),
};
