/**
 * Workers: what a second one is worth, on MP3 clips at 128 kb/s, ROUNDS times (9, if not said: a machine's speed
 * wanders by more than what is to be seen), a new browser for each measurement. In one the page exports ten minutes,
 * twice: the first time the engine is compiled while it works, and what compiles it runs on the cores too; the second
 * time it is there. Then the page is loaded anew, as on another visit, and exports once more. In another browser the
 * first export is of an hour. And what the machine's two cores are worth by themselves: the native encoder, alone and
 * two at once. What is compared is measured one right after the other, and who comes first changes from round to round.
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
/** How long Chromium has to put away what it compiled. It waits for two seconds in which it compiles nothing. */
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

/** Ten minutes: a page's first export, its second, and the first when it is loaded anew. */
function minutes(workers, job) {
  return inNewBrowser({ workers }, job, async ({ run, reload }) => {
    const [first, second] = [await run(), await run()];
    await sleep(PUT_AWAY_MS);
    await reload();
    return { first, second, again: await run() };
  });
}

/** An hour: a page's first export. */
function hour(workers, job) {
  return inNewBrowser({ workers, repeat: 6 }, job, ({ run }) => run());
}

/** `run` exports, and says how long that took. */
function inNewBrowser(options, job, use) {
  return withPage({ page: "ours", options }, job, { timeoutMs: TIMEOUT_MS }, ({ call, reload }) =>
    use({ run: async () => (await call("run")).wallSeconds, reload }),
  );
}

/** How long a native encoder takes alone, and two together. */
async function nativeEncoders(order, job) {
  const seconds = {};
  for (const count of order) {
    const names = Array.from({ length: count }, (_, i) => `encoder-${i + 1}`);
    const runs = await Promise.all(names.map((name) => measure({ name, native: "encoder" }, job)));
    seconds[count] = Math.max(...runs.map(({ wallSeconds }) => wallSeconds));
  }
  return { alone: seconds[1], together: seconds[2] };
}

/** How many times as fast two workers are as one: the median of the rounds' ratios. */
export function gain({ runs }, which) {
  return median(gains(runs, which));
}

function gains(runs, which) {
  return runs[2].map((round, i) => runs[1][i][which] / round[which]);
}

/** Their median, and from the least to the most. */
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
