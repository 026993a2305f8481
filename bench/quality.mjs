/**
 * Quality: what each encoder leaves of speech and of music at 64, 128 and 256 kb/s, by PEAQ and its noise-to-mask
 * ratio. And whether the places where Secuencia joined its segments are worse than others.
 *
 * PASSAGES=speech-64,music-128 chooses what is encoded, ONLY=name,name the contestants. Those with the encoder of
 * another are left out. Each makes its file as for "Speed"; ffmpeg decodes all of them.
 */
import { join } from "node:path";
import { chosen } from "./contestants.mjs";
import { decode, lags } from "./exact.mjs";
import { MATERIAL, PASSAGE_RATE, passage } from "./material.mjs";
import { measure, Skipped } from "./measure.mjs";
import { STEP } from "./quality/ear.mjs";
import { peaq } from "./quality/peaq.mjs";
import { median, table, writeSection } from "./report.mjs";

const ENCODERS = ["ours-n", "ours-draft", "ffmpeg", "ffmpeg-fast", "mediabunny", "native-ffmpeg", "native-ffmpeg-fast"];
const USUAL = "speech-64,speech-128,speech-256,music-64,music-128,music-256";
const PASSAGES = (process.env.PASSAGES ?? USUAL).split(",");
const TIMEOUT_MS = 300_000;

/** Keep in step: `PACKETS` in src/export/segment.rs. */
const SEGMENT_PACKETS = 640;
const PACKET_FRAMES = 1024;
/** How far from a seam it could show, in frames of PEAQ: a packet's transform is two packets long. */
const NEAR = 2;

export async function quality() {
  const rows = chosen({ among: ({ name }) => ENCODERS.includes(name) }).map((contestant) => ({
    contestant,
    results: {},
  }));
  for (const name of PASSAGES) {
    const [sound, kilobits] = name.split("-");
    const { files, clipSeconds } = passage(sound);
    const reference = await planes(join(MATERIAL, files[0]));
    const job = { files, clipSeconds, rate: PASSAGE_RATE, bitRate: Number(kilobits) * 1000 };
    for (const row of rows) {
      const result = await judge(row.contestant, job, reference);
      row.results[name] = result;
      console.log(name, row.contestant.name, result.failure ?? `${result.odg.toFixed(2)}, ${result.nmr.toFixed(1)} dB`);
    }
  }
  const ours = rows.find(({ contestant }) => contestant.name === "ours-n");
  const parts = [INTRODUCTION, ...MEASURES.map((one) => `### ${one.title}\n\n${table(columns(one), rows)}`)];
  if (ours) parts.push(seams(ours.results));
  writeSection("Quality", parts.join("\n\n"));
}

async function judge(contestant, job, reference) {
  try {
    const { path, bytes } = await measure(contestant, job, { timeoutMs: TIMEOUT_MS });
    const test = await planes(path);
    const { startLag } = lags(mean(test), mean(reference));
    const [referenceFrom, testFrom] = [Math.max(0, -startLag), Math.max(0, startLag)];
    const { odg, nmr, nmrOfFrames } = peaq(
      reference.map((plane) => plane.subarray(referenceFrom)),
      test.map((plane) => plane.subarray(testFrom)),
    );
    return { odg, nmr, nmrOfFrames, kilobits: (bytes * 8) / job.clipSeconds / 1000 };
  } catch (error) {
    return { failure: error instanceof Skipped ? error.message : `It failed: ${error.message.split("\n")[0]}` };
  }
}

/** A file's two channels. */
async function planes(path) {
  const chunks = [];
  for await (const chunk of decode(path, PASSAGE_RATE, "f32le")) chunks.push(chunk);
  const samples = new Float32Array(new Uint8Array(Buffer.concat(chunks)).buffer);
  return [0, 1].map((channel) => Float32Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + channel]));
}

function mean([left, right]) {
  return left.map((value, i) => (value + right[i]) / 2);
}

const MEASURES = [
  { title: "PEAQ, objective difference grade", read: ({ odg }) => odg.toFixed(2) },
  { title: "Noise-to-mask ratio, dB", read: ({ nmr }) => nmr.toFixed(1) },
  { title: "Bit rate of the file, kb/s", read: ({ kilobits }) => kilobits.toFixed(0) },
];

function columns({ read }) {
  return [
    ["", ({ contestant }) => contestant.title],
    ...PASSAGES.map((name) => [name.replace("-", ", "), ({ results }) => results[name].failure ?? read(results[name])]),
  ];
}

/** The noise-to-mask ratios of frames near seams beside those of all others. */
function seams(results) {
  const rows = Object.entries(results)
    .filter(([, { failure }]) => !failure)
    .map(([name, { nmrOfFrames }]) => {
      const seam = (frame) =>
        Math.round((frame * STEP) / (SEGMENT_PACKETS * PACKET_FRAMES)) * SEGMENT_PACKETS * PACKET_FRAMES;
      const isNear = (frame) => seam(frame) > 0 && Math.abs(frame * STEP - seam(frame)) <= NEAR * STEP;
      const sides = [true, false].map((near) => nmrOfFrames.filter((_, frame) => isNear(frame) === near));
      return { name, near: sides[0], far: sides[1] };
    });
  const three = (title, side) => [
    [`${title}: median`, (row) => median(row[side]).toFixed(1)],
    ["95 %", (row) => row[side].toSorted((a, b) => a - b)[Math.floor((row[side].length - 1) * 0.95)].toFixed(1)],
    ["worst", (row) => Math.max(...row[side]).toFixed(1)],
    ["frames", (row) => row[side].length],
  ];
  const shown = table(
    [["", ({ name }) => name.replace("-", ", ")], ...three("at seams", "near"), ...three("elsewhere", "far")],
    rows,
  );
  return `### Seams\n\nThe noise-to-mask ratio, in dB, of each of PEAQ's frames: those within ${NEAR} frames of
where a segment of ${SEGMENT_PACKETS} packets ends, and all others. \`tests/export_segments.rs\` compares them with
one whole run.

${shown}`;
}

const INTRODUCTION = `Speech: the sample's lines in a row. Music: plucked strings, a drum and a shaker, made by
\`bench/quality/music.mjs\`. A minute of each, at 48 kHz, as WAV. The files are those that the contestants made, in the
browser or natively; ffmpeg decodes them, and they are aligned with the original before they are compared. The browser's
OfflineAudioContext has mediabunny's encoder, and ffmpeg.wasm with threads has that of the one without.

PEAQ is the basic version of ITU-R BS.1387-1 (\`bench/quality/peaq.mjs\`): 0 is imperceptible,
−1 perceptible but not annoying, −4 very annoying. The noise-to-mask ratio is its *Total NMR*: how far what an encoder
adds lies above what the sound masks; the lower, the better.`;
