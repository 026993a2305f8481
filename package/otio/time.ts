/**
 * Converts between the package's seconds and OpenTimelineIO's values at rates. Both are converted to the engine's
 * flicks (src/timeline/time.rs), which every audio and film rate divides, so sums are exact.
 */
import { double, isObject, type Json, type JsonObject, numberIn, OtioError } from "./json.js";

/** A whole number of flicks below 2^53, which is 147 days. */
export type Flicks = number;

const FLICKS_PER_SECOND = 705_600_000;

/** A stretch of time. */
export interface Range {
  start: Flicks;
  length: Flicks;
}

/** Returns the nearest flick, rounded as the engine does. */
export function flicksOf(seconds: number, where = ""): Flicks {
  const flicks = Math.round(seconds * FLICKS_PER_SECOND);
  if (!Number.isSafeInteger(flicks)) throw new OtioError(`${seconds} s is no time within 147 days`, where);
  return flicks;
}

export function secondsOf(flicks: Flicks): number {
  return flicks / FLICKS_PER_SECOND;
}

/** Reads a `RationalTime`. Returns its rate too. */
export function readTime(time: Json | undefined, where: string): { flicks: Flicks; rate: number } {
  if (!isObject(time)) throw new OtioError("a RationalTime was expected", where);
  const value = finite(time.value, `${where}.value`);
  const rate = finite(time.rate, `${where}.rate`);
  if (rate <= 0) throw new OtioError(`the rate must be more than 0, and not ${rate}`, `${where}.rate`);
  const [ticks, seconds] = exactRate(rate);
  const scaled = value * seconds;
  const rest = scaled % ticks;
  const flicks =
    Math.round((scaled - rest) / ticks) * FLICKS_PER_SECOND + Math.round((rest / ticks) * FLICKS_PER_SECOND);
  if (!Number.isSafeInteger(flicks)) {
    throw new OtioError(`${value} at a rate of ${rate} is no time within 147 days`, where);
  }
  return { flicks, rate };
}

/** Reads a `TimeRange`. Returns the rate of its length too. */
export function readRange(range: Json | undefined, where: string): Range & { rate: number } {
  if (!isObject(range)) throw new OtioError("a TimeRange was expected", where);
  const { flicks: length, rate } = readTime(range.duration, `${where}.duration`);
  if (length < 0) throw new OtioError("it must not be negative", `${where}.duration`);
  const { flicks: start } = readTime(range.start_time, `${where}.start_time`);
  if (!Number.isSafeInteger(start + length)) throw new OtioError("it ends later than 147 days from zero", where);
  return { start, length, rate };
}

/**
 * Returns whether the range of a lane's track shows none of its contents. Such a range is not a trim but a time of
 * day, as converters of edit decision lists write it.
 */
export function isClock({ start, length }: Range, content: Flicks): boolean {
  return start + length <= 0 || start >= content;
}

/** Writes a `TimeRange` with the same rate for both times. */
export function writeRange({ start, length }: Range, rates: readonly number[]): JsonObject {
  const rate = rateFor([start, length], rates);
  return {
    OTIO_SCHEMA: "TimeRange.1",
    duration: timeAt(length, rate),
    start_time: timeAt(start, rate),
  };
}

/** Returns the first of these rates at which all times are whole, or else the lowest such rate. */
export function rateFor(times: readonly Flicks[], rates: readonly number[]): number {
  const fits = (rate: number) => {
    const step = flicksAt(rate);
    return Number.isInteger(step) && times.every((time) => time % step === 0);
  };
  return rates.find(fits) ?? FLICKS_PER_SECOND / times.reduce(greatestDivisor, FLICKS_PER_SECOND);
}

function timeAt(flicks: Flicks, rate: number): JsonObject {
  return { OTIO_SCHEMA: "RationalTime.1", rate: double(rate), value: double(flicks / flicksAt(rate)) };
}

/** Returns the length of one tick at a rate. */
function flicksAt(rate: number): number {
  const [ticks, seconds] = exactRate(rate);
  return (FLICKS_PER_SECOND * seconds) / ticks;
}

/** Returns a rate as a fraction. 23.976, 23.98 and 29.97 mean 24000/1001 and 30000/1001. */
function exactRate(rate: number): [ticks: number, seconds: number] {
  if (Number.isInteger(rate)) return [rate, 1];
  const pulledDown = Math.round(rate * 1.001);
  return pulledDown > 0 && Math.abs(rate * 1.001 - pulledDown) < 0.005 ? [pulledDown * 1000, 1001] : [rate, 1];
}

function finite(value: Json | undefined, where: string): number {
  const number = numberIn(value);
  if (number === undefined || !Number.isFinite(number)) throw new OtioError("a number was expected", where);
  return number;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestDivisor(b, a % b);
}
