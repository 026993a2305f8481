/**
 * JSON in OpenTimelineIO's dialect: with NaN and infinities, and with integers and floats distinguished. Each number
 * keeps its exact text, even if JavaScript's numbers cannot represent it.
 */

import { MOST_FIELDS, MOST_JSON_BYTES, MOST_LEVELS, MOST_VALUES } from "../limits.js";

/** A value in a file. Objects have no prototype, so a key may be any word. */
export type Json = null | boolean | number | string | Numeral | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A number that JavaScript would write differently: `1.0`, `1e3`, `9007199254740993`, `NaN`. */
export class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A fault in a timeline: `message` is a sentence that names the place. */
export class OtioError extends Error {
  /** The name of the class. */
  override readonly name = "OtioError";
  /** The place of the fault in the text, or the path of the field, such as `tracks.children[2].source_range`. */
  readonly where: string;

  /** @internal */
  constructor(reason: string, where: string) {
    super(where ? `${where}: ${reason}` : reason);
    this.where = where;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /null|true|false|NaN|[+-]?Inf(?:inity)?/y;
const SPACE = /[ \t\n\r]*/y;

/** Parses a text. Throws an `OtioError` with the line and column where it stops being JSON. */
export function parseJson(text: string): Json {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let depth = 0;
  let values = 0;
  if (text.length > MOST_JSON_BYTES) fail("The file is too large");
  const value = readValue();
  skipSpace();
  if (at < text.length) fail("The text goes on after its end");
  return value;

  function readValue(): Json {
    skipSpace();
    values += 1;
    if (values > MOST_VALUES) fail(`It has more than ${MOST_VALUES.toLocaleString("en")} values`);
    const first = text[at];
    if (first === "{") return nested(readObject);
    if (first === "[") return nested(readList);
    if (first === '"') return readString();
    const word = taken(WORD);
    if (word !== undefined) return word === "null" ? null : /^[tf]/.test(word) ? word === "true" : new Numeral(word);
    const digits = taken(NUMBER);
    if (digits === undefined) fail(at < text.length ? `“${text[at]}” is no JSON` : "The text ends too early");
    const number = Number(digits);
    return String(number) === digits ? number : new Numeral(digits);
  }

  function nested<T>(read: () => T): T {
    depth += 1;
    if (depth > MOST_LEVELS) fail(`It is nested more than ${MOST_LEVELS} levels deep`);
    at += 1;
    const value = read();
    depth -= 1;
    return value;
  }

  function readObject(): JsonObject {
    const object: JsonObject = Object.create(null);
    if (follows("}")) return object;
    let fields = 0;
    do {
      skipSpace();
      fields += 1;
      if (fields > MOST_FIELDS) fail(`An object has more than ${MOST_FIELDS.toLocaleString("en")} fields`);
      if (text[at] !== '"') fail("A field’s name was expected");
      const key = readString();
      if (!follows(":")) fail("A colon was expected");
      object[key] = readValue();
    } while (follows(","));
    if (!follows("}")) fail("A comma or the object’s end was expected");
    return object;
  }

  function readList(): Json[] {
    const list: Json[] = [];
    if (follows("]")) return list;
    do list.push(readValue());
    while (follows(","));
    if (!follows("]")) fail("A comma or the list’s end was expected");
    return list;
  }

  function readString(): string {
    let end = text.indexOf('"', at + 1);
    while (end > 0 && isEscaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0) fail("A text does not end");
    try {
      const string: string = JSON.parse(text.slice(at, end + 1));
      at = end + 1;
      return string;
    } catch {
      return fail("A text has a character that must be escaped, or a wrong escape");
    }
  }

  function isEscaped(place: number): boolean {
    let before = place;
    while (text[before - 1] === "\\") before -= 1;
    return (place - before) % 2 === 1;
  }

  function follows(sign: string): boolean {
    skipSpace();
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  }

  function skipSpace(): void {
    taken(SPACE);
  }

  function taken(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function fail(reason: string): never {
    const lines = text.slice(0, at).split("\n");
    throw new OtioError(reason, `line ${lines.length}, column ${(lines.at(-1) as string).length + 1}`);
  }
}

/** Writes a text that `parseJson` reads back unchanged: on one line, or indented by `indent` spaces per level. */
export function writeJson(value: Json, indent = 0): string {
  return written(value, "");

  function written(value: Json, margin: string): string {
    if (value instanceof Numeral) return value.text;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const [open, close, parts] = Array.isArray(value)
      ? ["[", "]", value.map((part) => written(part, margin + " ".repeat(indent)))]
      : ["{", "}", Object.entries(value).map((field) => writtenField(field, margin + " ".repeat(indent)))];
    if (indent === 0 || parts.length === 0) return `${open}${parts.join(",")}${close}`;
    const line = `\n${margin}`;
    const further = line + " ".repeat(indent);
    return `${open}${further}${parts.join(`,${further}`)}${line}${close}`;
  }

  function writtenField([key, value]: [string, Json], margin: string): string {
    return `${JSON.stringify(key)}:${indent === 0 ? "" : " "}${written(value, margin)}`;
  }
}

/** Returns a number as it is written in a float field: `24.0`. */
export function double(number: number): Numeral | number {
  return Number.isInteger(number) && String(number).length < 17 ? new Numeral(`${number}.0`) : number;
}

/** Returns a value's number; undefined for other values. */
export function numberIn(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (!(value instanceof Numeral)) return undefined;
  const sign = value.text.startsWith("-") ? -1 : 1;
  return /Inf/.test(value.text) ? sign * Number.POSITIVE_INFINITY : Number(value.text);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral);
}

/** Converts the page's plain data to a file's. The data must be representable in JSON. */
export function fromPlain(value: unknown): Json {
  return parseJson(JSON.stringify(value));
}

/** Converts a file's data to plain objects. Numbers outside JSON become `null`, as in `JSON.stringify`. */
export function toPlain(value: Json): unknown {
  if (value instanceof Numeral) {
    const number = numberIn(value) as number;
    return Number.isFinite(number) ? number : null;
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toPlain(part)]));
}
