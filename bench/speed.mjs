/**
 * Speed: ten minutes of 60 clips, by every contestant in turn, ROUNDS times, a new browser for each measurement.
 *
 * WORK=mp3-128,wav-256 chooses the work, ONLY=name,name the contestants. One that fails is not asked again.
 */
import { chosen } from "./contestants.mjs";
import { compare } from "./exact.mjs";
import { CLIP_RATE, clips, reference } from "./material.mjs";
import { measure, Skipped } from "./measure.mjs";
import { median, megabytes, table, writeSection } from "./report.mjs";

const WORK = (process.env.WORK ?? "mp3-128,mp3-256,wav-128,wav-256").split(",");
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** ffmpeg.wasm with threads never comes back from more than 32 inputs. */
const TIMEOUT_MS = 120_000;

export async function speed() {
  const sections = [];
  for (const work of WORK) sections.push(await measureWork(work));
  writeSection("Speed", [INTRODUCTION, ...sections].join("\n\n"));
}

async function measureWork(work) {
  const [format, kilobits] = work.split("-");
  const { files, clipSeconds } = clips(format);
  const seconds = files.length * clipSeconds;
  const job = { files, clipSeconds, rate: CLIP_RATE, bitRate: Number(kilobits) * 1000 };
  const runs = chosen().map((contestant) => ({ contestant, rounds: [] }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const run of runs.filter(({ failure }) => !failure)) {
      try {
        const { path, ...facts } = await measure(run.contestant, job, { timeoutMs: TIMEOUT_MS });
        run.exact ??= await compare(path, reference(format), CLIP_RATE);
        run.rounds.push(facts);
        console.log(`${work}, round ${round}, ${run.contestant.name}: ${facts.wallSeconds.toFixed(2)} s`, run.exact);
      } catch (error) {
        run.failure = error instanceof Skipped ? error.message : `It failed: ${error.message.split("\n")[0]}`;
        console.log(`${work}, ${run.contestant.name}: ${run.failure}`);
      }
    }
  }
  return `### ${work.replace("-", " clips, ")} kb/s\n\n${table(columns(seconds, runs), runs)}`;
}

/** The medians of the rounds, beside the fastest of ours. */
function columns(seconds, runs) {
  const of = (run, read) => (run.rounds.length > 0 ? median(run.rounds.map(read)) : undefined);
  const wall = (run) => of(run, ({ wallSeconds }) => wallSeconds);
  const best = Math.min(
    ...runs
      .filter(({ contestant }) => contestant.page === "ours")
      .map(wall)
      .filter(Boolean),
  );
  const shown = (read, show) => (run) => (run.rounds.length > 0 ? show(of(run, read)) : undefined);
  const lag = ({ startLag, endLag }) => (startLag === endLag ? startLag : `${startLag} to ${endLag}`);
  return [
    ["", ({ contestant }) => contestant.title],
    ["wall, s", (run) => wall(run)?.toFixed(2) ?? run.failure],
    ["spread, s", ({ rounds }) => spread(rounds.map(({ wallSeconds }) => wallSeconds))],
    ["× real time", (run) => wall(run) && (seconds / wall(run)).toFixed(1)],
    ["times ours", (run) => wall(run) && Number.isFinite(best) && (wall(run) / best).toFixed(2)],
    [
      "CPU, s",
      shown(
        ({ cpuSeconds }) => cpuSeconds,
        (value) => value.toFixed(1),
      ),
    ],
    ["peak memory, MB", shown(({ peakBytes }) => peakBytes, megabytes)],
    [
      "peak wasm, MB",
      (run) =>
        run.rounds[0]?.peakWasmBytes &&
        megabytes(
          of(run, (r) => r.peakWasmBytes),
          1,
        ),
    ],
    ["workers", ({ rounds }) => rounds[0]?.workers],
    [
      "output, MB",
      shown(
        ({ bytes }) => bytes,
        (value) => megabytes(value, 2),
      ),
    ],
    ["frames too many", ({ exact }) => exact?.extraFrames],
    ["frames late", ({ exact }) => exact && lag(exact)],
  ];
}

function spread(values) {
  return values.length > 0 ? `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}` : undefined;
}

const INTRODUCTION = `Ten minutes of speech, 60 clips of ten seconds, to one stereo AAC-LC file at 44.1 kHz.
Rounds: ${ROUNDS}; in each, every contestant in turn, in a new browser; medians. Before the clock starts, clips are
Blobs in the page (in the library, for Secuencia) and all of the contestant's code is loaded but Secuencia's export
workers. It runs from the call to the finished Blob. Natively, ffmpeg is timed from its start to its end, and the crate
from when the clips are in its library; its CPU time has what looking into them took, too.

- *times ours*: its wall time over that of the fastest of Secuencia's.
- *CPU*: of the browser's whole process tree, driver included.
- *peak memory*: the most that the renderer's process (or the native one) held during the export (\`VmHWM\`): the
  browser's own code, the page, its workers, the clips.
- *peak wasm*: the most that any one of Secuencia's workers held.
- *frames too many*, as ffmpeg decodes the file; its decoder may keep what the last packet has behind the audio's end.
- *frames late*: how far the first and the last sound lie behind their places, by cross-correlation with the clips
  as ffmpeg decodes them.`;
