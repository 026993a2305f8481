/**
 * Replays an export's schedule for any number of workers, from the measured times of its parts.
 *
 * Segments are begun in order, each by the worker that is free first. What one worker does alone comes before the first
 * segment and after the last one. So the result says how far the division of the work carries, for workers that do not
 * slow each other down, as those of a machine with too few cores or too little memory bandwidth do.
 *
 * @typedef {{ before: number, segments: number[], after: number }} Parts the seconds of an export's parts
 */

/**
 * Returns the seconds that an export takes.
 *
 * @param {Parts} parts
 * @param {number} workers
 */
export function replay({ before, segments, after }, workers) {
  const free = Array.from({ length: Math.min(workers, segments.length) }, () => 0);
  for (const seconds of segments) {
    const first = free.indexOf(Math.min(...free));
    free[first] += seconds;
  }
  return before + Math.max(0, ...free) + after;
}

/** Returns how many times as fast as one worker some workers are. */
export function gainOf(parts, workers) {
  return replay(parts, 1) / replay(parts, workers);
}

/** Returns how many times as fast as one worker any number is at most, and the fewest workers that reach 95 % of it. */
export function saturation(parts) {
  const most = gainOf(parts, parts.segments.length);
  let workers = 1;
  while (gainOf(parts, workers) < 0.95 * most) workers += 1;
  return { most, workers };
}
