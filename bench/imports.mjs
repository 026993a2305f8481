/**
 * Imports: adding 60 MP3 clips of ten seconds to an empty library, beside exporting them, in ROUNDS rounds. Each is
 * in a new browser, and their order changes from round to round. Adding a clip decodes it once, for its exact length
 * and its waveform, and stores it.
 *
 * Figures are `{ rounds: [{ adding, exporting }] }`, of which each has `wallSeconds` and `cpuSeconds`.
 */
import { median } from "./figures.mjs";
import { clips } from "./material.mjs";
import { measure } from "./measure.mjs";
import { table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 5);

const WORK = {
  adding: { name: "adding", page: "adding", options: {} },
  exporting: { name: "exporting", page: "ours", options: {} },
};

export const title = "Imports";

export async function run(keep) {
  const job = { ...clips("mp3"), bitRate: 128_000 };
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const order = round % 2 ? Object.keys(WORK) : Object.keys(WORK).toReversed();
    const measured = {};
    for (const name of order) {
      const { wallSeconds, cpuSeconds } = await measure(WORK[name], job);
      measured[name] = { wallSeconds, cpuSeconds };
    }
    console.log(`Round ${round}`, measured);
    rounds.push(measured);
    keep({ rounds });
  }
}

/** Returns the time of adding the clips as a part of the time of exporting them: the median of the rounds' ratios. */
export function partOfExport({ rounds }, fact = "wallSeconds") {
  return median(rounds.map(({ adding, exporting }) => adding[fact] / exporting[fact]));
}

export function section(figures) {
  const { rounds } = figures;
  const middle = (name, fact) => median(rounds.map((round) => round[name][fact]));
  const columns = [
    ["", ([title]) => title],
    ["rounds", () => rounds.length],
    ["wall, s", ([, name]) => middle(name, "wallSeconds").toFixed(2)],
    ["CPU, s", ([, name]) => middle(name, "cpuSeconds").toFixed(1)],
  ];
  const rows = [
    ["adding the clips", "adding"],
    ["exporting them", "exporting"],
  ];
  const [wall, cpu] = ["wallSeconds", "cpuSeconds"].map((fact) => partOfExport(figures, fact).toFixed(2));
  const ratio = `Adding takes ${wall} of the time of exporting, and ${cpu} of its CPU time.`;
  return [INTRODUCTION, table(columns, rows), ratio].join("\n\n");
}

const INTRODUCTION = `The 60 MP3 clips of ten minutes, added to an empty library by \`addAssets\`: from the call until all are
stored, the workers' start included. Beside it is their export at 128 kb/s, in a new browser of its own.`;
