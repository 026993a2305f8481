/**
 * Length: 1, 10, 60 and 600 minutes (LENGTHS=1,10 for others), to see that time grows with the length and memory does
 * not.
 *
 * The timelines play the same 60 clips again and again: all clips of a content share its asset.
 */
import { rmSync } from "node:fs";
import { framesOf } from "./exact.mjs";
import { CLIP_RATE, clips } from "./material.mjs";
import { measure } from "./measure.mjs";
import { megabytes, table, writeSection } from "./report.mjs";

const LENGTHS = (process.env.LENGTHS ?? "1,10,60,600").split(",").map(Number);
/** Lengths that are saved in both ways, so that what the finished Blob costs shows. */
const ALSO_AS_BLOB = [10];
const BIT_RATE = 128_000;
const TIMEOUT_MS = 60 * 60_000;

export async function length() {
  const rows = [];
  for (const minutes of LENGTHS) {
    for (const toDisk of ALSO_AS_BLOB.includes(minutes) ? [true, false] : [true]) {
      rows.push(await measureLength(minutes, toDisk));
      console.log(rows.at(-1));
    }
  }
  writeSection("Length", `${INTRODUCTION}\n\n${table(COLUMNS, rows)}`);
}

async function measureLength(minutes, toDisk) {
  const { files, clipSeconds } = clips("mp3");
  const count = (minutes * 60) / clipSeconds;
  const used = files.slice(0, Math.min(count, files.length));
  const contestant = { name: "length", page: "ours", options: { repeat: count / used.length, toDisk } };
  const job = { files: used, clipSeconds, rate: CLIP_RATE, bitRate: BIT_RATE };
  const { path, ...facts } = await measure(contestant, job, { timeoutMs: TIMEOUT_MS });
  const extraFrames = (await framesOf(path, CLIP_RATE)) - minutes * 60 * CLIP_RATE;
  rmSync(path);
  return { ...facts, minutes, toDisk, count, extraFrames };
}

const COLUMNS = [
  ["minutes", ({ minutes }) => minutes],
  ["clips", ({ count }) => count],
  ["saved to", ({ toDisk }) => (toDisk ? "a file" : "a Blob")],
  ["wall, s", ({ wallSeconds }) => wallSeconds.toFixed(2)],
  ["wall per minute, s", ({ wallSeconds, minutes }) => (wallSeconds / minutes).toFixed(3)],
  ["CPU per minute, s", ({ cpuSeconds, minutes }) => (cpuSeconds / minutes).toFixed(3)],
  ["workers", ({ workers }) => workers],
  ["peak wasm per worker, MB", ({ peakWasmBytes }) => megabytes(peakWasmBytes, 1)],
  ["peak renderer, MB", ({ peakBytes }) => megabytes(peakBytes)],
  ["output, MB", ({ bytes }) => megabytes(bytes, 1)],
  ["frames too many", ({ extraFrames }) => extraFrames],
  ["`moov` before `mdat`", ({ boxes }) => (boxes.indexOf("moov") < boxes.indexOf("mdat") ? "yes" : "no")],
];

const INTRODUCTION = `MP3 clips of ten seconds to one stereo AAC-LC file at 128 kb/s, 44.1 kHz. There are 60 contents;
longer timelines play them again and again, and all clips of a content share its asset. *A file* is one in the page's
own folder (OPFS), through the same kind of handle as the save dialog gives. *Frames too many* is as ffmpeg decodes the
file. The other columns: see "Speed".`;
