/**
 * Points that are moved on a drawing: where a clip begins and ends in its audio, and where a marked part of the project
 * does. Times are in seconds.
 */
import { type Extent, type Stretch, stretchOf } from "./placement.ts";

/** One of the two points. */
export type TrimEdge = "start" | "end";

/** The two fields that hold the points. One that is left out has the default of `stretchOf`. */
export interface Trimmed {
  sourceStart?: number;
  duration?: number;
}

/** The shortest stretch that is left of a clip. */
const LEAST = 0.02;

/** How much is seen on either side of a point that is looked at closely. */
const CLOSE = 4;

/**
 * The fields after a point was moved. The other point stays where it is. A point at its default place is left out, so
 * that the clip follows its audio when that is replaced.
 */
export function movedEdge({ sourceStart, length }: Stretch, edge: TrimEdge, to: number, audio: Extent): Trimmed {
  const end = sourceStart + length;
  const whole = audio.durationSeconds;
  const least = Math.min(LEAST, whole);
  const from = edge === "start" ? floored(within(to, 0, Math.min(end, whole) - least)) : sourceStart;
  const until = edge === "end" ? within(to, Math.min(from + least, whole), whole) : end;
  const usual = stretchOf({}, audio);
  const start = isNear(from, usual.sourceStart) ? {} : { sourceStart: from };
  const usualEnd = from + stretchOf({ sourceStart: from }, audio).length;
  return isNear(until, usualEnd) ? start : { ...start, duration: floored(until - from) };
}

/** The part of the audio that is seen when a point is looked at closely. */
export function viewAround(point: number, whole: number): { start: number; end: number } {
  const width = Math.min(2 * CLOSE, whole);
  const start = within(point - width / 2, 0, whole - width);
  return { start, end: start + width };
}

/** A stretch of the project. */
export interface Part {
  start: number;
  end: number;
}

/** The shortest part that can be marked. A shorter one cannot be played again and again. */
export const LEAST_PART = 0.1;

/** The part with one of its points moved. The other one stays. */
export function partMoved({ start, end }: Part, edge: TrimEdge, to: number, whole: number): Part {
  const least = Math.min(LEAST_PART, whole);
  if (edge === "start") return { start: within(to, 0, end - least), end };
  return { start, end: within(to, start + least, whole) };
}

/** The part between two times, in any order, and never too short. */
export function partBetween(one: number, other: number, whole: number): Part {
  const start = within(Math.min(one, other), 0, Math.max(0, whole - LEAST_PART));
  return partMoved({ start, end: whole }, "end", Math.max(one, other), whole);
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** Whole milliseconds: less cannot be heard, and makes long numbers in the fields. Rounded up, it might be too much. */
function floored(time: number): number {
  return Math.floor(time * 1000 + 1e-6) / 1000;
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 0.0005;
}
