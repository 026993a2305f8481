/**
 * Responsiveness: how an export of ten minutes affects the page's thread, and how quickly a cancel takes effect. It
 * cancels at CANCELS random moments of the export (default 50).
 *
 * Figures are `{ watched, cancels: [{ afterMs, heardMs, releasedMs }] }`.
 */
import { median } from "./figures.mjs";
import { clips } from "./material.mjs";
import { withPage } from "./measure.mjs";

const CANCELS = Number(process.env.CANCELS ?? 50);
const TIMEOUT_MS = 300_000;

export const title = "Responsiveness";

export async function run(keep) {
  const job = { ...clips("mp3"), bitRate: 128_000 };
  const contestant = { page: "ours", options: {} };
  await withPage(contestant, job, { timeoutMs: TIMEOUT_MS }, async ({ call }) => {
    const watched = await call("watch");
    const cancels = [];
    while (cancels.length < CANCELS) {
      const afterMs = Math.random() * watched.wallSeconds * 1000;
      const { ended, ...cancel } = await call("cancel", afterMs);
      // A cancel after the export's end measures nothing.
      if (ended === "done") continue;
      if (ended !== "AbortError") throw new Error(`A cancelled export ended with ${ended}`);
      cancels.push({ ...cancel, afterMs });
      console.log(`Cancelled after ${(afterMs / 1000).toFixed(2)} s: let go in ${cancel.releasedMs.toFixed(1)} ms`);
      keep({ watched, cancels });
    }
  });
}

export function section({ watched, cancels }) {
  const worst = cancels.reduce((a, b) => (a.releasedMs > b.releasedMs ? a : b));
  const shown = (name) => {
    const all = cancels.map((cancel) => cancel[name]);
    return `median ${median(all).toFixed(1)} ms, worst ${Math.max(...all).toFixed(1)} ms`;
  };
  const tasks = watched.longTasks.map(({ ms }) => ms);
  const tooLong = tasks.length === 0 ? "none" : `${tasks.length}, the longest ${Math.max(...tasks).toFixed(0)} ms`;
  return `An export of ten minutes of MP3 clips at 128 kb/s by ${watched.workers} workers (${watched.wallSeconds.toFixed(1)} s).

- Main-thread tasks over 50 ms (\`longtask\`): ${tooLong}. The longest time by which a timer's tick came late, whoever
  was at work: ${watched.longestGapMs.toFixed(0)} ms. No task was longer than that and the 4 ms between two ticks.
- Cancel, at ${cancels.length} random moments. From \`abort()\` to the rejected promise: ${shown("heardMs")}.
  To when the worker has let go and answers something else: ${shown("releasedMs")}
  (that one was ${(worst.afterMs / 1000).toFixed(1)} s after the start).`;
}
