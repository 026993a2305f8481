/**
 * Checks that an exported file, as ffmpeg decodes it, has the right samples at the right places.
 *
 * The file's lag behind the reference is where the two match best (the largest normalised cross-correlation). It is
 * measured at the first and at the last sound.
 */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";

const CHANNELS = 2;
const FRAME_BYTES = 2 * CHANNELS;
/** The largest lag to search, and the length of the compared stretch, in frames. */
const MOST_LAG = 4096;
const STRETCH = 8192;
/** The mean magnitude above which a stretch counts as sound. */
const LOUD = 0.01;

/**
 * @param {string} path the file
 * @param {string} reference 16-bit stereo PCM that the file should contain
 * @param {number} rate hertz
 * @returns {Promise<{ extraFrames: number, startLag: number, endLag: number }>} the number of surplus frames, as
 *   ffmpeg decodes the file, and the delay in frames of its first and its last sound
 */
export async function compare(path, reference, rate) {
  const [decoded, wanted] = [await mono(decode(path, rate)), await mono(createReadStream(reference))];
  return { extraFrames: decoded.length - wanted.length, ...lags(decoded, wanted) };
}

/**
 * Does the same for a file of any length, but compares only its end.
 *
 * @param {string} reference the expected PCM up to `seconds`, which then repeats
 * @param {number} wholeSeconds how long the file should be
 */
export async function compareEnd(path, reference, seconds, rate, wholeSeconds) {
  const wanted = await mono(createReadStream(reference, { end: seconds * rate * FRAME_BYTES - 1 }));
  const kept = wanted.length * FRAME_BYTES;
  let [bytes, waiting, chunks] = [0, 0, []];
  for await (const chunk of decode(path, rate)) {
    bytes += chunk.length;
    waiting += chunk.length;
    chunks.push(chunk);
    if (waiting > 2 * kept) {
      chunks = [Buffer.concat(chunks).subarray(-kept)];
      waiting = kept;
    }
  }
  const extraFrames = bytes / FRAME_BYTES - wholeSeconds * rate;
  const end = mixed(Buffer.concat(chunks).subarray(-kept));
  return { extraFrames, endLag: lags(end, wanted).endLag + extraFrames };
}

/** Returns the delay of the first and of the last sound in `decoded` against `wanted`, in frames. */
export function lags(decoded, wanted) {
  const first = loudFrom(wanted, MOST_LAG, STRETCH);
  const last = loudFrom(wanted, wanted.length - STRETCH - MOST_LAG, -STRETCH);
  return { startLag: lagAt(decoded, wanted, first), endLag: lagAt(decoded, wanted, last) };
}

/** Decodes a file with ffmpeg. Returns a stream of raw samples. */
export function decode(path, rate, format = "s16le") {
  const args = ["-nostdin", "-v", "error", "-i", path, "-f", format, "-ac", `${CHANNELS}`, "-ar", `${rate}`, "-"];
  return spawn("ffmpeg", args, { stdio: ["ignore", "pipe", "inherit"] }).stdout;
}

/** Returns the mean of both channels, from -1 to 1. */
async function mono(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return mixed(Buffer.concat(chunks));
}

function mixed(bytes) {
  const samples = new Int16Array(new Uint8Array(bytes).buffer);
  const sums = new Float32Array(samples.length / CHANNELS);
  for (let i = 0; i < sums.length; i += 1) sums[i] = (samples[2 * i] + samples[2 * i + 1]) / 65_536;
  return sums;
}

/** Returns the start of the first loud stretch, searching from a frame on in steps. */
function loudFrom(samples, from, step) {
  const isLoud = (at) => samples.subarray(at, at + STRETCH).reduce((sum, x) => sum + Math.abs(x), 0) > LOUD * STRETCH;
  let at = from;
  while (at >= MOST_LAG && at < samples.length - STRETCH && !isLoud(at)) at += step;
  return at;
}

function lagAt(decoded, wanted, at) {
  const stretch = wanted.subarray(at, at + STRETCH);
  let best = { score: -Infinity, lag: 0 };
  for (let lag = -MOST_LAG; lag <= MOST_LAG; lag += 1) {
    const other = decoded.subarray(at + lag, at + lag + STRETCH);
    let product = 0;
    let energy = 1e-9;
    for (let i = 0; i < other.length; i += 1) {
      product += stretch[i] * other[i];
      energy += other[i] * other[i];
    }
    const score = product / Math.sqrt(energy);
    if (score > best.score) best = { score, lag };
  }
  return best.lag;
}
