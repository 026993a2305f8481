/** Progress of a call that is made of several jobs. */
import { tell } from "./listener.js";
import type { JobOptions, Progress } from "./types.js";

/** The least time between two reports, in milliseconds. */
const INTERVAL_MS = 100;

/**
 * Returns a listener that passes reports on as one job would: never going back, at most ten a second, and the last one
 * always.
 */
export function steady(onProgress: JobOptions["onProgress"]): (progress: Progress) => void {
  let reached = 0;
  let told = Number.NEGATIVE_INFINITY;
  return (progress) => {
    reached = Math.max(reached, progress.completed);
    const now = performance.now();
    if (progress.phase !== "done" && now - told < INTERVAL_MS) return;
    told = now;
    tell(onProgress, { ...progress, completed: reached });
  };
}

/** Returns a listener for a job that is a part of the whole, from one percentage to another. */
export function partOf(whole: (progress: Progress) => void, from: number, to: number): (progress: Progress) => void {
  return (progress) => {
    const completed = from + ((to - from) * progress.completed) / 100;
    // Only the end of the whole is its end.
    if (progress.phase !== "done" || to === 100) whole({ ...progress, completed });
  };
}
