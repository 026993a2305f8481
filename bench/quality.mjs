/**
 * Quality: what each encoder preserves of speech and of music at 64, 128 and 256 kb/s, by PEAQ and its noise-to-mask
 * ratio.
 *
 * PASSAGES=speech-64,music-128 selects the passages, ONLY=name,name the contestants. A contestant that shares its
 * encoder with another is left out. Each makes its file as for "Speed"; ffmpeg decodes all of them.
 *
 * Figures are `{ passages: { [passage]: { [contestant]: { odg, nmr, kilobits } or { failure } } } }`.
 */
import { join } from "node:path";
import { chosen, titleOf } from "./contestants.mjs";
import { decode, lags } from "./exact.mjs";
import { MATERIAL, passage } from "./material.mjs";
import { measure, reasonOf } from "./measure.mjs";
import { peaq } from "./quality/peaq.mjs";
import { table } from "./table.mjs";

const ENCODERS = [
  ...["ours-n", "native-encoder", "ours-draft"],
  ...["ffmpeg", "ffmpeg-fast", "mediabunny", "native-ffmpeg", "native-ffmpeg-fast"],
];
const USUAL = "speech-64,speech-128,speech-256,music-64,music-128,music-256";
/** The passages to encode. */
export const PASSAGES = (process.env.PASSAGES ?? USUAL).split(",");
const SECONDS = 60;
const TIMEOUT_MS = 300_000;

export const title = "Quality";

export async function run(keep) {
  const passages = {};
  for (const name of PASSAGES) {
    passages[name] = {};
    for (const contestant of chosen(ENCODERS)) {
      const { nmrOfFrames, seams, ...result } = await judge(contestant, name, SECONDS).catch((error) => ({
        failure: reasonOf(error),
      }));
      passages[name][contestant.name] = result;
      console.log(name, contestant.name, result);
    }
    keep({ passages });
  }
}

/**
 * Encodes a passage with a contestant, and compares the result with the original.
 *
 * @param {string} name a sound and a bit rate in kb/s, such as `speech-64`
 * @param {number} seconds the passage's length
 * @returns the result of `peaq`, the file's own bit rate as `kilobits`, and `seams` if the contestant reports them
 */
export async function judge(contestant, name, seconds) {
  const [sound, kilobits] = name.split("-");
  const recording = passage(sound, seconds);
  const job = { ...recording, bitRate: Number(kilobits) * 1000 };
  const { path, bytes, seams } = await measure(contestant, job, { timeoutMs: TIMEOUT_MS });
  const [reference, test] = [await planes(join(MATERIAL, job.files[0]), job.rate), await planes(path, job.rate)];
  const { startLag } = lags(mono(test), mono(reference));
  const [referenceFrom, testFrom] = [Math.max(0, -startLag), Math.max(0, startLag)];
  const { odg, nmr, nmrOfFrames } = peaq(
    reference.map((plane) => plane.subarray(referenceFrom)),
    test.map((plane) => plane.subarray(testFrom)),
  );
  return { odg, nmr, nmrOfFrames, seams, kilobits: (bytes * 8) / seconds / 1000 };
}

/** Returns a file's two channels. */
async function planes(path, rate) {
  const chunks = [];
  for await (const chunk of decode(path, rate, "f32le")) chunks.push(chunk);
  const samples = new Float32Array(new Uint8Array(Buffer.concat(chunks)).buffer);
  return [0, 1].map((channel) => Float32Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + channel]));
}

function mono([left, right]) {
  return left.map((value, i) => (value + right[i]) / 2);
}

export function section({ passages }) {
  const tables = MEASURES.map(
    (measure) => `### ${measure.title}\n\n${table(columns(passages, measure), rows(passages))}`,
  );
  return [INTRODUCTION, ...tables].join("\n\n");
}

const rows = (passages) => ENCODERS.filter((name) => Object.values(passages).some((results) => name in results));

const MEASURES = [
  { title: "PEAQ, objective difference grade", read: ({ odg }) => odg.toFixed(2) },
  { title: "Noise-to-mask ratio, dB", read: ({ nmr }) => nmr.toFixed(1) },
  { title: "Bit rate of the file, kb/s", read: ({ kilobits }) => kilobits.toFixed(0) },
];

/** Secuencia's encoder alone makes its file without segments, so its row compares the two. */
const shownAs = (name) => (name === "native-encoder" ? "Secuencia, not in segments" : titleOf(name));

function columns(passages, { read }) {
  const shown = (result) => result && (result.failure ?? read(result));
  return [
    ["", shownAs],
    ...Object.entries(passages).map(([name, results]) => [name.replace("-", ", "), (row) => shown(results[row])]),
  ];
}

const INTRODUCTION = `Speech: the sample's lines in a row. Music: plucked strings, a drum and a shaker, made by
\`bench/quality/music.mjs\`. A minute of each, at 48 kHz, as WAV. The files are those that the contestants made, in the
browser or natively; ffmpeg decodes them, and they are aligned with the original before they are compared. The browser's
OfflineAudioContext has mediabunny's encoder, and ffmpeg.wasm with threads has that of the one without.
*Not in segments* is what the encoder makes in one go.

PEAQ is the basic version of ITU-R BS.1387-1 (\`bench/quality/peaq.mjs\`): 0 is imperceptible,
−1 perceptible but not annoying, −4 very annoying. The noise-to-mask ratio is its *Total NMR*: how far what an encoder
adds lies above what the sound masks; the lower, the better.`;
