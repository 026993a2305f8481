/**
 * Checks the arguments of public calls. One of the wrong type is a `TypeError` that names the argument, what is wanted
 * and what was given, as in any browser API.
 */
import type { ExportOptions, JobOptions } from "./types.js";

/** Returns a text, such as an ID. */
export function text(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw wrong(name, "a string", value);
}

/** Returns a Blob. */
export function blob(name: string, value: unknown): Blob {
  if (value instanceof Blob) return value;
  throw wrong(name, "a Blob", value);
}

/** Returns an array. */
export function list<T>(name: string, value: readonly T[], of: string): readonly T[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, `an array of ${of}`, value);
}

/** Returns a list of any kind, such as an array or an input's files. */
export function items<T>(name: string, value: Iterable<T>, of: string): Iterable<T> {
  if (typeof value === "object" && typeof value?.[Symbol.iterator] === "function") return value;
  throw wrong(name, `a list of ${of}`, value);
}

/** Returns an object with fields, such as options. */
export function fields<T extends object>(name: string, value: T): T {
  if (isPlain(value)) return value;
  throw wrong(name, "an object", value);
}

/** Returns the options of a job, of which the listener and the signal are checked. */
export function job<T extends JobOptions & Pick<ExportOptions, "leaveDestination">>(value: T): T {
  const { onProgress, signal, leaveDestination } = fields("the options", value);
  if (onProgress !== undefined && typeof onProgress !== "function") throw wrong("onProgress", "a function", onProgress);
  if (signal !== undefined && !isSignal(signal)) throw wrong("signal", "an AbortSignal", signal);
  if (leaveDestination !== undefined && !isSignal(leaveDestination)) {
    throw wrong("leaveDestination", "an AbortSignal", leaveDestination);
  }
  return value;
}

/** Returns the error for an argument of the wrong type. */
export function wrong(name: string, wanted: string, given: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${inWords(given)}`);
}

/** Returns whether a value is an object of fields: no list, no Blob, nothing that the browser made. */
export function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";
}

/** A signal may be another frame's. */
function isSignal(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AbortSignal]";
}

/** Describes a value, such as `null`, `5`, `a string` or `a Blob`. */
function inWords(value: unknown): string {
  if (typeof value === "string" || typeof value === "symbol" || typeof value === "function") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === "Object" ? "a plain object" : `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}
