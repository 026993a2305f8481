/**
 * The bare page in which contestants run. The bench drives it through `window.bench`: `prepare`, `run`, `deliver`.
 *
 * A contestant is a module with `prepare(job)`, which loads all its code and whatever else is not the export itself,
 * and returns the export: a function that resolves with `{ file }`, a Blob, and may add facts of its own. A job is `{
 * clips: Blob[], clipSeconds, rate, bitRate, pcm, options }`: clips to play in a row, stereo, each for so long.
 */
import { boxesOf } from "./boxes.mjs";
import { live } from "./live.mjs";

/** Each loads its own code only, so that none pays for another's. */
const CONTESTANTS = {
  ours: () => import("./ours.mjs"),
  encoder: () => import("./encoder.mjs"),
  ffmpegWasm: () => import("./ffmpeg-wasm.mjs"),
  mediabunny: () => import("./mediabunny.mjs"),
  offlineAudio: () => import("./offline-audio.mjs"),
};

let start;
let made;

/** Runs it, from the call to the finished Blob. Returns the contestant's facts, with the time and the size. */
async function run() {
  const began = performance.now();
  const { file, ...facts } = await start();
  const wallSeconds = (performance.now() - began) / 1000;
  made = file;
  return { ...facts, wallSeconds, bytes: file.size };
}

window.bench = {
  /** Fetches the clips and readies a contestant: the clock does not run yet. Returns how long readying took. */
  async prepare(contestant, { files, ...job }) {
    const clips = await Promise.all(files.map(async (file) => (await fetch(`/material/${file}`)).blob()));
    const began = performance.now();
    const { prepare } = await CONTESTANTS[contestant]();
    start = await prepare({ ...job, clips });
    return (performance.now() - began) / 1000;
  },

  run,

  /** Sends what was made to the bench. */
  async deliver(name) {
    await fetch(`/${name}`, { method: "PUT", body: made });
  },

  /** Where the boxes of the file that was made begin: `[["ftyp", 0], ...]`. */
  boxes: () => boxesOf(made),

  ...live(run, () => start),
};
