/**
 * More cores than this machine has: the schedule of an export, replayed for 4 to 64 workers (`schedule.mjs`). The times
 * of its segments are those of the crate on one thread, natively, for ten minutes of MP3 clips at 128 kb/s and for an
 * hour of them, in ROUNDS rounds.
 *
 * Figures are `{ runs: [{ minutes, rounds: Parts[] }] }`, where `Parts` are those of `schedule.mjs`.
 */
import { median } from "./figures.mjs";
import { clips } from "./material.mjs";
import { measure } from "./measure.mjs";
import { gainOf, replay, saturation } from "./schedule.mjs";
import { table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WORKERS = [2, 4, 8, 16, 64];
const LENGTHS = [10, 60];

export const title = "More cores";

export async function run(keep) {
  const recording = { ...clips("mp3"), bitRate: 128_000 };
  const runs = LENGTHS.map((minutes) => ({ minutes, rounds: [] }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { minutes, rounds } of runs) {
      const files = Array(minutes / 10)
        .fill(recording.files)
        .flat();
      const { parts } = await measure({ name: "cores", native: "crate" }, { ...recording, files });
      rounds.push(parts);
      console.log(
        `${minutes} minutes: ${parts.segments.length} segments, 8 workers ${gainOf(parts, 8).toFixed(2)} times`,
      );
      keep({ runs });
    }
  }
}

export function section({ runs }) {
  const typical = (read) => (run) => median(run.rounds.map(read));
  const shown = (read, digits) => (run) => typical(read)(run).toFixed(digits);
  const columns = [
    ["minutes", ({ minutes }) => minutes],
    ["segments", ({ rounds }) => rounds[0].segments.length],
    ["1 worker, s", shown((parts) => replay(parts, 1), 2)],
    ...WORKERS.map((workers) => [`${workers} workers`, shown((parts) => gainOf(parts, workers), 2)]),
    ["at most", shown((parts) => saturation(parts).most, 1)],
    ["95 % of that with", shown((parts) => saturation(parts).workers, 0)],
  ];
  return `${INTRODUCTION}\n\n${table(columns, runs)}`;
}

const INTRODUCTION = `How many times as fast as one worker more would be, on a machine with a core for each: the schedule
replayed, from the times that each segment took natively on one thread. It leaves out what a browser adds, the start of
workers and the compilation of the engine, and that cores slow each other down. An export cannot be faster than what one
worker does alone and its longest segment, so a short one gains from few cores, and a long one from many.`;
