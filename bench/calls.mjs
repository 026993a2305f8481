/**
 * One call: ten minutes of 60 MP3 clips from Blobs to a Blob by `exportClips`, with nothing kept, beside the peers'
 * calls; and in Node from files to a file, beside ffmpeg natively. ROUNDS rounds, each contestant in turn.
 *
 * Figures are those of one work of `speed.mjs`.
 */
import { titleOf } from "./contestants.mjs";
import { measureWork, timesAsLong, typical } from "./speed.mjs";
import { megabytes, table } from "./table.mjs";

const NAMES = ["ours-clips", "ours-n", "ffmpeg", "mediabunny", "node", "native-ffmpeg"];

export const title = "One call";

export async function run(keep) {
  keep(await measureWork("mp3-128", NAMES));
}

export function section(work) {
  const ratio = (other) => (row) => timesAsLong(work, row.name, other)?.toFixed(2);
  const columns = [
    ["", ({ name }) => titleOf(name)],
    ["rounds", ({ rounds }) => rounds.length],
    ["wall, s", (row) => typical(row, "wallSeconds")?.toFixed(2) ?? row.failure],
    ["÷ `exportClips`", ratio("ours-clips")],
    ["÷ Node", ratio("node")],
    ["CPU, s", (row) => typical(row, "cpuSeconds")?.toFixed(1)],
    ["peak memory, MB", (row) => megabytes(typical(row, "peakBytes"))],
    ["output, MB", (row) => megabytes(typical(row, "bytes"), 2)],
  ];
  const rows = Object.entries(work.runs).map(([name, run]) => ({ name, ...run }));
  return `${INTRODUCTION}\n\n${table(columns, rows)}`;
}

const INTRODUCTION = `Ten minutes of speech, 60 MP3 clips of ten seconds, to one stereo AAC-LC file at 44.1 kHz and 128 kb/s.
A browser's time is that from Blobs in the page to the finished Blob. \`exportClips\` looks into every clip first, as the
peers do, and keeps nothing. The time of Node, and of ffmpeg natively, is that from files to a file, with the program's
start.`;
