/**
 * Speed: ten minutes of 60 clips, by every contestant in turn, ROUNDS times, each in a new browser.
 *
 * WORK=mp3-128,wav-256 selects the work, and keeps earlier figures of the rest, also in the report. ONLY=name,name
 * selects the contestants. After a failure, a contestant is skipped.
 *
 * Figures are `{ works: { [work]: { machine, load, date, seconds, runs: { [contestant]: { rounds, exact, failure } } }
 * } }`. A round is the result of `measure`, plus the file's hash.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTESTANTS, chosen, titleOf } from "./contestants.mjs";
import { compare } from "./exact.mjs";
import { circumstances, kept, median, stamp } from "./figures.mjs";
import { clips, MATERIAL } from "./material.mjs";
import { measure, reasonOf } from "./measure.mjs";
import { megabytes, table } from "./table.mjs";

const ALL_WORK = ["mp3-128", "mp3-256", "wav-128", "wav-256"];
const WORK = process.env.WORK?.split(",") ?? ALL_WORK;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const TIMEOUT_MS = 120_000;

/** Those that part `calls` compares. */
const ELSEWHERE = ["ours-clips", "node"];
const NAMES = CONTESTANTS.map(({ name }) => name).filter((name) => !ELSEWHERE.includes(name));

export const title = "Speed";
export const keepsOld = true;

export async function run(keep) {
  const works = process.env.WORK ? { ...kept("speed")?.works } : {};
  for (const work of WORK) {
    works[work] = await measureWork(work, NAMES);
    keep({ works });
  }
}

/** Measures contestants on a work, such as `mp3-128`. */
export async function measureWork(work, names) {
  const [format, kilobits] = work.split("-");
  const recording = clips(format);
  const job = { ...recording, bitRate: Number(kilobits) * 1000 };
  const runs = Object.fromEntries(chosen(names).map(({ name }) => [name, { rounds: [] }]));
  const began = circumstances();
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const contestant of chosen(names).filter(({ name }) => !runs[name].failure)) {
      const run = runs[contestant.name];
      try {
        const { path, ...facts } = await measure(contestant, job, { timeoutMs: TIMEOUT_MS });
        run.exact ??= await compare(path, join(MATERIAL, job.pcm), job.rate);
        run.rounds.push({ ...facts, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") });
        console.log(`${work}, round ${round}, ${contestant.name}: ${facts.wallSeconds.toFixed(2)} s`, run.exact);
      } catch (error) {
        run.failure = reasonOf(error);
        console.log(`${work}, ${contestant.name}: ${run.failure}`);
      }
    }
  }
  return { ...began, seconds: recording.files.length * recording.clipSeconds, runs };
}

/**
 * Returns the time of `one` divided by that of `other`, as the median of the rounds; `undefined` if one did not run.
 */
export function timesAsLong(work, one, other) {
  const [ours, theirs] = [one, other].map((name) => work?.runs[name]?.rounds ?? []);
  const ratios = ours.slice(0, theirs.length).map(({ wallSeconds }, i) => wallSeconds / theirs[i].wallSeconds);
  return ratios.length > 0 ? median(ratios) : undefined;
}

/** Returns the median of a fact over the rounds that have it; `undefined` if none has. */
export function typical({ rounds }, fact) {
  const values = rounds.map((round) => round[fact]).filter((value) => value !== undefined);
  return values.length > 0 ? median(values) : undefined;
}

/** The work that the report lists: the usual, plus any other that was asked for. */
const listed = (works) => [...new Set([...ALL_WORK, ...Object.keys(works)])];

/** Renders the section. Work without figures keeps its text from the last section, `old`. */
export function section({ works }, old) {
  const oldTables = old.split(/\n\n(?=### )/);
  const tables = listed(works).map((work) => {
    const [format, kilobits] = work.split("-");
    const heading = `### ${format.toUpperCase()} clips, ${kilobits} kb/s`;
    const figures = works[work];
    if (!figures) return oldTables.find((text) => text.startsWith(`${heading}\n`));
    const rows = Object.entries(figures.runs).map(([name, run]) => ({ name, ...run }));
    return `${heading}\n\n${table(columns(figures), rows)}\n\n${stamp(figures)}`;
  });
  const bounded = `### What bounds it\n\n${BOUNDS}\n\n${bounds(works, old)}`;
  return [INTRODUCTION, ...tables.filter(Boolean), bounded].join("\n\n");
}

function timesRealTime(work, name) {
  const run = work.runs[name];
  return run?.rounds.length > 0 ? work.seconds / typical(run, "wallSeconds") : undefined;
}

/** What an hour of audio costs, if the work costs this much. */
const perHour = (work, cost) => cost && (cost * 3600) / work.seconds;

/** Formats a value with this many digits; empty for no value. */
const shown = (value, digits) => value?.toFixed(digits);

function columns(work) {
  const lag = ({ startLag, endLag }) => (startLag === endLag ? startLag : `${startLag} to ${endLag}`);
  const spread = (values) => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
  return [
    ["", ({ name }) => titleOf(name)],
    ["rounds", ({ rounds }) => rounds.length],
    ["wall, s", (run) => shown(typical(run, "wallSeconds"), 2) ?? run.failure],
    ["spread, s", ({ rounds }) => (rounds.length > 0 ? spread(rounds.map((round) => round.wallSeconds)) : "")],
    ["× real time", ({ name }) => shown(timesRealTime(work, name), 1)],
    ["÷ ours", ({ name }) => shown(timesAsLong(work, name, "ours-n"), 2)],
    ["÷ draft", ({ name }) => shown(timesAsLong(work, name, "ours-draft"), 2)],
    ["CPU, s", (run) => shown(typical(run, "cpuSeconds"), 1)],
    ["CPU for an hour of audio, s", (run) => shown(perHour(work, typical(run, "cpuSeconds")), 0)],
    ["peak memory, MB", (run) => megabytes(typical(run, "peakBytes"))],
    ["peak wasm, MB", (run) => megabytes(typical(run, "peakWasmBytes"), 1)],
    ["workers", ({ rounds }) => rounds[0]?.workers],
    ["output, MB", (run) => megabytes(typical(run, "bytes"), 2)],
    ["frames too many", ({ exact }) => exact?.extraFrames],
    ["frames late", ({ exact }) => exact && lag(exact)],
  ];
}

/** Tabulates the export and its encoder, in the browser and natively, one thread each. */
function bounds(works, old) {
  const speed = (name) => (row) => shown(timesRealTime(row.work, name), 1);
  const share = (one, other) => (row) => {
    const ratio = timesAsLong(row.work, one, other);
    return ratio && `${(100 * ratio).toFixed(0)} %`;
  };
  const columns = [
    ["", ({ name }) => name.replace("-", ", ")],
    ["export, × real time", speed("ours-1")],
    ["natively", speed("native-ours")],
    ["share", share("native-ours", "ours-1")],
    ["encoder, × real time", speed("encoder")],
    ["natively", speed("native-encoder")],
    ["share", share("native-encoder", "encoder")],
    ["encoding in the export's time", share("encoder", "ours-1")],
    ["export in the native encoder's speed", share("native-encoder", "ours-1")],
  ];
  const [head, rule] = table(columns, []).split("\n");
  const rows = listed(works).map((name) => {
    const work = works[name];
    const rowOf = (text) => text.split("\n").find((line) => line.startsWith(`| ${name.replace("-", ", ")} |`));
    return rowOf(work ? table(columns, [{ name, work }]) : old);
  });
  return [head, rule, ...rows.filter(Boolean)].join("\n");
}

const INTRODUCTION = `Ten minutes of speech, 60 clips of ten seconds, to one stereo AAC-LC file at 44.1 kHz. In each
round every contestant in turn, in a new browser; medians. Before the clock starts, clips are Blobs in the page (in the
library, for Secuencia) and all of the contestant's code is loaded but Secuencia's export workers. It runs from the
call to the finished Blob. Natively, ffmpeg is timed from its start to its end, and the crate from when the clips are
in its library; its CPU time has what looking into them took, too.

- *÷ ours*, *÷ draft*: how many times as long it takes as Secuencia with as many workers as it chooses, and as a draft.
- *CPU*: of the browser's whole process tree, driver included. For an hour of audio it is a measure of the energy.
- *peak memory*: the most that the renderer's process (or the native one) held during the export (\`VmHWM\`): the
  browser's own code, the page, its workers, the clips.
- *peak wasm*: the most that any one of Secuencia's workers held.
- *frames too many*, as ffmpeg decodes the file; its decoder may keep what the last packet has behind the audio's end.
- *frames late*: how far the first and the last sound lie behind their places, by cross-correlation with the clips
  as ffmpeg decodes them.`;

const BOUNDS = `The export by one worker, and FDK's encoder alone, fed with the same samples by one call: in Chromium, and
natively as the machine's C++ compiler makes it. *Share*: the speed in the browser as a share of the native one.
What of the export's time is not encoding goes to starting workers and their compilation, decoding and mixing.`;
