/** What the page's thread notices of an export, and how soon an export hears that it was cancelled. */

/** How often the thread is asked for a sign of life, in milliseconds. */
const TICK_MS = 4;

/**
 * @param {() => Promise<object>} run exports, and returns facts
 * @param {() => object} contestant gives the export that was prepared, which takes options and has `released`
 */
export function live(run, contestant) {
  return {
    /** As `run`; its facts have the tasks over 50 ms too, and the longest time with no sign of life. */
    async watch() {
      const began = performance.now();
      const longTasks = [];
      const add = ({ startTime, duration }) => longTasks.push({ afterMs: startTime - began, ms: duration });
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(add));
      observer.observe({ type: "longtask" });
      let last = began;
      let longestGapMs = 0;
      const ticks = setInterval(() => {
        const now = performance.now();
        longestGapMs = Math.max(longestGapMs, now - last - TICK_MS);
        last = now;
      }, TICK_MS);
      const facts = await run();
      clearInterval(ticks);
      // The task that ends here is reported only behind it.
      await new Promise((resolve) => setTimeout(resolve, 100));
      observer.disconnect();
      return { ...facts, longTasks, longestGapMs };
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
