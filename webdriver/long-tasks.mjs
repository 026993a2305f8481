/**
 * Tasks that hold a page up: those of its main thread that take over 50 ms, as its browser reports them (the Long Tasks
 * API). Chromium only.
 *
 * The 50 ms are meant for a laptop. On a slower machine, a busy one that tests others beside, as much more is allowed as a
 * fixed piece of work takes longer there.
 */
import assert from "node:assert/strict";

const LONG_TASK_MS = 50;
/** What the piece of work takes on a laptop, in milliseconds. */
const LAPTOP_MS = 10;

/** Notes long tasks from now on, until they are asserted on or the page calls `endLongTasks`. */
export function watchLongTasks(driver) {
  return driver.executeScript(() => {
    window.longTaskObserver?.disconnect();
    window.longTasks = [];
    const note = (entries) => window.longTasks.push(...entries.map(({ duration }) => duration));
    window.longTaskObserver = new PerformanceObserver((list) => note(list.getEntries()));
    window.longTaskObserver.observe({ type: "longtask" });
    window.endLongTasks = () => {
      note(window.longTaskObserver.takeRecords());
      window.longTaskObserver.disconnect();
      return window.longTasks;
    };
  });
}

/** Asserts that no task among them took longer than `milliseconds` would be on a laptop. */
export async function assertNoLongTask(driver, milliseconds = LONG_TASK_MS) {
  const durations = await driver.executeScript("return window.endLongTasks()");
  if (!durations.some((duration) => duration > milliseconds)) return;
  const slowness = Math.max(1, (await driver.executeScript(timeWork)) / LAPTOP_MS);
  const limit = milliseconds * slowness;
  assert.deepEqual(
    durations.filter((duration) => duration > limit),
    [],
    `A task took over ${limit.toFixed(0)} ms; this machine takes ${slowness.toFixed(2)} times as long as a laptop.`,
  );
}

/** The median time of a piece of work such as pages do: objects are made, sorted by words, and looked up. */
function timeWork() {
  // The first rounds are the compiler's.
  const times = Array.from({ length: 19 }, () => {
    const began = performance.now();
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ at, word: ((at * 7919) % 20_011).toString(36) }));
    rows.sort((one, other) => (one.word < other.word ? -1 : 1));
    const places = new Map(rows.map(({ word }, place) => [word, place]));
    for (const row of rows) row.place = places.get(row.word);
    return performance.now() - began;
  });
  return times.sort((one, other) => one - other)[9];
}
