/**
 * Workers: the gain from a second worker, on MP3 clips at 128 kb/s, in ROUNDS rounds. The default is 9, because a
 * machine's speed varies by more than the difference to be seen. In one new browser the page exports ten minutes
 * twice: V8 compiles the engine during the first export, on the same cores, and is done by the second. After a reload,
 * as on another visit, it exports once more. In another new browser the first export is of an hour. The native
 * encoder, alone and two at once, measures the gain that the machine's two cores allow. Compared runs follow one
 * another directly, and their order changes from round to round.
 *
 * Figures are `{ runs: { [workers]: [{ first, second, again, hour }] }, cores: [{ alone, together }] }`, in seconds.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./figures.mjs";
import { clips } from "./material.mjs";
import { measure, withPage } from "./measure.mjs";
import { table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 9);
const TIMEOUT_MS = 600_000;
/**
 * The wait until Chromium has cached its compiled code. Chromium starts to cache after two seconds without compiling.
 */
const PUT_AWAY_MS = 10_000;

export const title = "Workers";

export async function run(keep) {
  const job = { ...clips("mp3"), bitRate: 128_000 };
  const runs = { 1: [], 2: [] };
  const cores = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const order = round % 2 ? [1, 2] : [2, 1];
    const measured = { 1: {}, 2: {} };
    for (const workers of order) measured[workers] = await minutes(workers, job);
    for (const workers of order) measured[workers].hour = await hour(workers, job);
    for (const workers of order) runs[workers].push(measured[workers]);
    cores.push(await nativeEncoders(order, job));
    console.log(`Round ${round}`, measured, cores.at(-1));
    keep({ runs, cores });
  }
}

/** Times exports of ten minutes: a page's first, its second, and the first after a reload. */
function minutes(workers, job) {
  return inNewBrowser({ workers }, job, async ({ run, reload }) => {
    const [first, second] = [await run(), await run()];
    await sleep(PUT_AWAY_MS);
    await reload();
    return { first, second, again: await run() };
  });
}

/** Times an export of an hour: a page's first. */
function hour(workers, job) {
  return inNewBrowser({ workers, repeat: 6 }, job, ({ run }) => run());
}

/** Calls `use` with `run`, which exports and returns the seconds that took. */
function inNewBrowser(options, job, use) {
  return withPage({ page: "ours", options }, job, { timeoutMs: TIMEOUT_MS }, ({ call, reload }) =>
    use({ run: async () => (await call("run")).wallSeconds, reload }),
  );
}

/** Times a native encoder alone, and two together. */
async function nativeEncoders(order, job) {
  const seconds = {};
  for (const count of order) {
    const names = Array.from({ length: count }, (_, i) => `encoder-${i + 1}`);
    const runs = await Promise.all(names.map((name) => measure({ name, native: "encoder" }, job)));
    seconds[count] = Math.max(...runs.map(({ wallSeconds }) => wallSeconds));
  }
  return { alone: seconds[1], together: seconds[2] };
}

/** Returns how many times as fast two workers are as one: the median of the rounds' ratios. */
export function gain({ runs }, which) {
  return median(gains(runs, which));
}

function gains(runs, which) {
  return runs[2].map((round, i) => runs[1][i][which] / round[which]);
}

/** Formats the median, the minimum and the maximum. */
function spread(values) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

export function section({ runs, cores }) {
  const shown = (which) => (row) => spread(runs[row]?.map((round) => round[which]) ?? gains(runs, which));
  const columns = [
    ["workers", (row) => row],
    ["rounds", () => runs[1].length],
    ["a page's first export, s", shown("first")],
    ["its second, s", shown("second")],
    ["its first on another visit, s", shown("again")],
    ["a page's first, of an hour, s", shown("hour")],
  ];
  const worth = cores.map(({ alone, together }) => (2 * alone) / together);
  const machine = `By themselves the machine's two cores were worth ${spread(worth)} of one: that many times as fast were two
native encoders at once as one after the other.`;
  return [INTRODUCTION, table(columns, ["1", "2", "how many times as fast"]), machine].join("\n\n");
}

const INTRODUCTION = `Ten minutes of MP3 clips at 128 kb/s, as under "Speed", by turns with one worker and with two, each in a new
browser: once, once more in the same page, and once when the page was loaded anew; and an hour of them in another new
browser. In a page's first export V8 compiles the engine's hot functions while they run, for about half a second of CPU,
however long the export is. One worker leaves a core to that; two do not, and in an hour it is little. Chromium keeps what
it compiled: another visit has most of it from the start.`;
