/**
 * Length: exports of 1, 10, 60 and 600 minutes (or LENGTHS=1,10), to show that time grows with the length and memory
 * does not. All are saved to a file; some also to a Blob, to show what a finished Blob costs.
 *
 * The timelines repeat the same 60 clips. Clips with the same content share one asset.
 *
 * Figures are `{ runs: [{ minutes, toDisk, count, rounds }] }`. A round is the result of `measure`, plus how exact the
 * file is.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { compareEnd } from "./exact.mjs";
import { clips, MATERIAL } from "./material.mjs";
import { measure } from "./measure.mjs";
import { typical } from "./speed.mjs";
import { megabytes, table } from "./table.mjs";

const LENGTHS = (process.env.LENGTHS ?? "1,10,60,600").split(",").map(Number);
const ALSO_AS_BLOB = [10, 600];
/** Short exports run more often: costs that do not depend on length weigh more in them. */
const rounds = (minutes) => (minutes <= 10 ? 3 : 1);
const BIT_RATE = 128_000;
const TIMEOUT_MS = 60 * 60_000;

export const title = "Length";

export async function run(keep) {
  const runs = [];
  for (const minutes of LENGTHS) {
    for (const toDisk of ALSO_AS_BLOB.includes(minutes) ? [true, false] : [true]) {
      const run = { minutes, toDisk, rounds: [] };
      runs.push(run);
      for (let round = 1; round <= rounds(minutes); round += 1) {
        run.rounds.push(await measureLength(minutes, toDisk));
        console.log(`${minutes} minutes`, run.rounds.at(-1));
        keep({ runs });
      }
    }
  }
}

async function measureLength(minutes, toDisk) {
  const recording = clips("mp3");
  const { files, clipSeconds, rate, pcm } = recording;
  const count = (minutes * 60) / clipSeconds;
  const used = files.slice(0, Math.min(count, files.length));
  const contestant = { name: "length", page: "ours", options: { repeat: count / used.length, toDisk } };
  const job = { ...recording, files: used, bitRate: BIT_RATE };
  const { path, ...facts } = await measure(contestant, job, { timeoutMs: TIMEOUT_MS, how: "watch" });
  const exact = await compareEnd(path, join(MATERIAL, pcm), used.length * clipSeconds, rate, minutes * 60);
  rmSync(path);
  return { ...facts, count, exact };
}

export function section({ runs }) {
  return `${INTRODUCTION}\n\n${table(COLUMNS, runs)}`;
}

const isHeaderFirst = ({ boxes }) => boxes.indexOf("moov") < boxes.indexOf("mdat");

/** Columns show the median of the rounds, or the worst round for faults. */
const COLUMNS = [
  ["minutes", ({ minutes }) => minutes],
  ["clips", ({ rounds }) => rounds[0].count],
  ["saved to", ({ toDisk }) => (toDisk ? "a file" : "a Blob")],
  ["rounds", ({ rounds }) => rounds.length],
  ["wall, s", (run) => typical(run, "wallSeconds").toFixed(2)],
  ["wall per minute, s", (run) => (typical(run, "wallSeconds") / run.minutes).toFixed(3)],
  ["CPU per minute, s", (run) => (typical(run, "cpuSeconds") / run.minutes).toFixed(3)],
  ["workers", ({ rounds }) => rounds[0].workers],
  ["peak wasm per worker, MB", (run) => megabytes(typical(run, "peakWasmBytes"), 1)],
  ["peak renderer, MB", (run) => megabytes(typical(run, "peakBytes"))],
  ["output, MB", (run) => megabytes(typical(run, "bytes"), 1)],
  ["frames too many", ({ rounds }) => rounds.map(({ exact }) => exact.extraFrames).join(", ")],
  ["last sound late, frames", ({ rounds }) => rounds.map(({ exact }) => exact.endLag).join(", ")],
  ["`moov` before `mdat`", ({ rounds }) => (rounds.every(isHeaderFirst) ? "yes" : "no")],
  ["page's tasks over 50 ms", ({ rounds }) => rounds.flatMap(({ longTasks }) => longTasks).length],
];

const INTRODUCTION = `MP3 clips of ten seconds to one stereo AAC-LC file at 128 kb/s, 44.1 kHz. There are 60 contents;
longer timelines play them again and again, and all clips of a content share its asset. *A file* is one in the page's
own folder (OPFS), through the same kind of handle as the save dialog gives. *Frames too many* is as ffmpeg decodes the
file; *last sound late* is how far behind its place. The page's tasks are counted from before the timeline is built to
after the file is saved. The other columns: see "Speed".`;
