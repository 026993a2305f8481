/**
 * Time, between the package's seconds and OpenTimelineIO's values at rates. Both are read on the engine's own grid of
 * flicks (src/timeline/time.rs), into which every audio rate and every film rate divides, and sums on it are exact.
 */
import { double, isObject, type Json, type JsonObject, numberIn, OtioError } from "./json.js";

/** A count of flicks: whole, and below 2^53, which is 147 days. */
export type Flicks = number;

const FLICKS_PER_SECOND = 705_600_000;

/** A stretch of time. */
export interface Range {
  start: Flicks;
  length: Flicks;
}

/** The nearest flick, as the engine has it. */
export function flicksOf(seconds: number, where = ""): Flicks {
  const flicks = Math.round(seconds * FLICKS_PER_SECOND);
  if (!Number.isSafeInteger(flicks)) throw new OtioError(`${seconds} s is no time within 147 days`, where);
  return flicks;
}

/** The nearest number of seconds. */
export function secondsOf(flicks: Flicks): number {
  return flicks / FLICKS_PER_SECOND;
}

/** Reads a `RationalTime`, and the rate at which it is told. */
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

/** Reads a `TimeRange`, and the rate of its length. */
export function readRange(range: Json | undefined, where: string): Range & { rate: number } {
  if (!isObject(range)) throw new OtioError("a TimeRange was expected", where);
  const { flicks: length, rate } = readTime(range.duration, `${where}.duration`);
  if (length < 0) throw new OtioError("it must not be negative", `${where}.duration`);
  const { flicks: start } = readTime(range.start_time, `${where}.start_time`);
  if (!Number.isSafeInteger(start + length)) throw new OtioError("it ends later than 147 days from zero", where);
  return { start, length, rate };
}

/**
 * Whether a range of a lane's track shows nothing of what is in it. Then it is no trim, but tells the time of day:
 * lists of edits are converted that way.
 */
export function isClock({ start, length }: Range, content: Flicks): boolean {
  return start + length <= 0 || start >= content;
}

/** Writes a `TimeRange`, at one rate for both. */
export function writeRange({ start, length }: Range, rates: readonly number[]): JsonObject {
  const rate = rateFor([start, length], rates);
  return {
    OTIO_SCHEMA: "TimeRange.1",
    duration: timeAt(length, rate),
    start_time: timeAt(start, rate),
  };
}

/** The first of these rates at which all times are whole, or else the lowest at which they are. */
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

/** How long one tick at a rate takes. */
function flicksAt(rate: number): number {
  const [ticks, seconds] = exactRate(rate);
  return (FLICKS_PER_SECOND * seconds) / ticks;
}

/** A rate as a fraction. What is written as 23.976, 23.98 or 29.97 is 24000/1001 or 30000/1001. */
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
