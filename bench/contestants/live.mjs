/** Measures how an export affects the page's thread, and how quickly a cancel takes effect. */

/** The interval of the timer that probes the page's thread. */
const TICK_MS = 4;

/**
 * @param {() => Promise<object>} run exports, and returns facts
 * @param {() => object} contestant returns the prepared export: a function that takes options and has `released`
 */
export function live(run, contestant) {
  return {
    /** Calls `run`, and adds to its facts the tasks over 50 ms and the longest delay of a tick. */
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
      // The observer reports the current task only after it ends.
      await new Promise((resolve) => setTimeout(resolve, 100));
      observer.disconnect();
      return { ...facts, longTasks, longestGapMs };
    },

    /**
     * Starts an export and cancels it after `afterMs`. Returns, in milliseconds, the time until the export's promise
     * settled and the time until the worker was free for other work.
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
