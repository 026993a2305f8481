/**
 * Workers: what a second one is worth, on MP3 clips at 128 kb/s, ROUNDS times (5, if not said), a new browser for each
 * measurement. In one the page exports ten minutes, twice: the first time the engine is compiled while it works, and what
 * compiles it runs on the cores too; the second time it is there. In another the first export is of an hour.
 *
 * Figures are `{ runs: { [workers]: [{ first, second, hour }] } }`, in seconds.
 */
import { median } from "./figures.mjs";
import { clips } from "./material.mjs";
import { withPage } from "./measure.mjs";
import { table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const TIMEOUT_MS = 600_000;

export const title = "Workers";

export async function run(keep) {
  const job = { ...clips("mp3"), bitRate: 128_000 };
  const runs = { 1: [], 2: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const workers of [1, 2]) {
      const [first, second] = await exportsOf({ workers }, 2, job);
      const [hour] = await exportsOf({ workers, repeat: 6 }, 1, job);
      runs[workers].push({ first, second, hour });
      console.log(`Round ${round}, ${workers} workers`, runs[workers].at(-1));
    }
    keep({ runs });
  }
}

/** How long the first so many exports of a new page take. */
function exportsOf(options, count, job) {
  return withPage({ page: "ours", options }, job, { timeoutMs: TIMEOUT_MS }, async ({ call }) => {
    const taken = [];
    while (taken.length < count) taken.push((await call("run")).wallSeconds);
    return taken;
  });
}

/** How many times as fast two workers are as one: the median of the rounds' ratios. */
export function gain({ runs }, which) {
  return median(runs[2].map((round, i) => runs[1][i][which] / round[which]));
}

export function section({ runs }) {
  const shown = (which) => (workers) => {
    const seconds = runs[workers].map((round) => round[which]);
    const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
    return `${median(seconds).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
  };
  const columns = [
    ["workers", (workers) => workers],
    ["rounds", (workers) => runs[workers].length],
    ["a page's first export, s", shown("first")],
    ["its second, s", shown("second")],
    ["a page's first, of an hour, s", shown("hour")],
  ];
  return `${INTRODUCTION}\n\n${table(columns, ["1", "2"])}`;
}

const INTRODUCTION = `Ten minutes of MP3 clips at 128 kb/s, as under "Speed", by turns with one worker and with two, each in a new
browser, and each time once more in the same page; and an hour of them in another new browser. In a page's first export V8
compiles the engine's hot functions while they run, for half a second of CPU on the machine of "Speed", however long the
export is. One worker leaves a core to that; two do not.`;
