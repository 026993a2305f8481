/** What the page's thread notices of an export, and how soon an export hears that it was cancelled. */

/** How often the thread is asked for a sign of life, in milliseconds. */
const TICK_MS = 4;

/** @param {() => object} contestant gives the export that was prepared, which takes options and has `released` */
export function live(contestant) {
  return {
    /** Exports, and returns how long it took, the tasks over 50 ms, and the longest time with no sign of life. */
    async watch() {
      const tasks = [];
      const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)));
      observer.observe({ type: "longtask" });
      let last = performance.now();
      let longestGapMs = 0;
      const ticks = setInterval(() => {
        const now = performance.now();
        longestGapMs = Math.max(longestGapMs, now - last - TICK_MS);
        last = now;
      }, TICK_MS);
      const began = performance.now();
      await contestant()();
      const wallSeconds = (performance.now() - began) / 1000;
      clearInterval(ticks);
      observer.disconnect();
      return { wallSeconds, longTasksMs: tasks, longestGapMs };
    },

    /**
     * Starts an export and cancels it after a while. Returns how long it took in milliseconds until the page heard
     * that it is cancelled, and until the worker was free for something else.
     */
    async cancel(afterMs) {
      const abort = new AbortController();
      const outcome = contestant()({ signal: abort.signal }).then(
        () => "done",
        (error) => error.name,
      );
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const began = performance.now();
      abort.abort();
      const released = contestant().released();
      const ended = await outcome;
      const heardMs = performance.now() - began;
      await released;
      return { ended, heardMs, releasedMs: performance.now() - began };
    },
  };
}
