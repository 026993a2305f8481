/**
 * Long tasks: tasks of over 50 ms on the page's main thread, as the browser reports them (the Long Tasks API).
 * Chromium only.
 */
import assert from "node:assert/strict";

const LONG_TASK_MS = 50;

/**
 * Records long tasks from now on, until the assertion. A script in the page can limit the range with `beginLongTasks`
 * and `endLongTasks`.
 */
export function watchLongTasks(driver) {
  return driver.executeScript(() => {
    window.beginLongTasks = () => {
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
    };
    window.beginLongTasks();
  });
}

/** Asserts that no recorded task took `milliseconds` or longer. */
export async function assertNoLongTask(driver, milliseconds = LONG_TASK_MS) {
  const durations = await driver.executeScript("return window.endLongTasks()");
  assert.deepEqual(
    durations.filter((duration) => duration >= milliseconds),
    [],
  );
}

/**
 * Does something until it caused no task of `milliseconds` or longer, at most three times, and returns its result. A
 * busy machine makes any task longer by chance, but a task that is long by itself is so every time.
 */
export async function withoutLongTask(driver, act, milliseconds = LONG_TASK_MS) {
  for (let attempts = 3; ; attempts -= 1) {
    await watchLongTasks(driver);
    const result = await act();
    try {
      await assertNoLongTask(driver, milliseconds);
      return result;
    } catch (error) {
      if (attempts === 1) throw error;
    }
  }
}
