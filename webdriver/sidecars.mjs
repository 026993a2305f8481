/**
 * Reads sidecars with independent programs: WebVTT with the W3C's own parser and validator, SRT with
 * @plussub/srt-vtt-parser, and the timing file against its schema with ajv. Labels and chapter lists have no such
 * program; the readers here accept exactly what Audacity's manual and YouTube's help describe. Each reader throws on
 * anything that its format does not allow.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse as parseSrt } from "@plussub/srt-vtt-parser";
import Ajv from "ajv/dist/2020.js";
import webvtt from "webvtt-parser";

const entities = createRequire(import.meta.url)("webvtt-parser/html-entities.json");
const schema = JSON.parse(readFileSync(new URL("../docs/timing.schema.json", import.meta.url), "utf8"));
const isTiming = new Ajv.default({ allErrors: true }).compile(schema);

/**
 * A cue as a reader finds it.
 *
 * @typedef {{ id: string, start: number, end: number, voice: string, text: string }} Cue times are milliseconds
 */

/** @returns {Cue[]} */
export function readWebvtt(file) {
  const { cues, errors } = new webvtt.WebVTTParser(entities).parse(file, "subtitles");
  assert.deepEqual(errors, []);
  return cues.map(({ id, startTime, endTime, tree }) => {
    const [first, ...more] = tree.children;
    const span = more.length === 0 && first.name === "v" ? first : undefined;
    assert.ok(span || tree.children.every(({ type }) => type === "text"), "a cue is one voice span, or text");
    const text = (span ?? tree).children.map(({ value }) => value).join("");
    const voice = dereferenced(span?.value ?? "");
    return { id, ...milliseconds(startTime, endTime), voice, text };
  });
}

/**
 * Resolves the character references in a voice as the specification requires (6.4, the annotation state). The W3C's
 * reader and Firefox do not.
 */
export function dereferenced(voice) {
  const references = { ...entities, "&#45;": "-", "&#92;": "\\" };
  return voice.replace(/&[^;]*;/g, (reference) => references[reference] ?? assert.fail(reference));
}

/** @returns {Omit<Cue, "id" | "voice">[]} */
export function readSrt(file) {
  const { entries } = parseSrt(file);
  assert.deepEqual(
    entries.map(({ id }) => id),
    entries.map((_, index) => `${index + 1}`),
  );
  return entries.map(({ from, to, text }) => ({ start: from, end: to, text }));
}

/** @returns {Cue[]} with an empty text or voice if the file has none */
export function readTiming(file) {
  const timing = JSON.parse(file);
  assert.ok(isTiming(timing), JSON.stringify(isTiming.errors));
  assert.equal(file, `${JSON.stringify(sorted(timing), null, 2)}\n`, "keys are sorted, and it is pretty-printed");
  return timing.segments.map(({ id, startTime, endTime, text, metadata }) => {
    assert.equal(metadata.clipId, id);
    return { id, ...milliseconds(startTime, endTime), voice: metadata.character ?? "", text: text ?? "" };
  });
}

/** @returns {{ start: number, end: number, text: string }[]} times are seconds */
export function readLabels(file) {
  assert.ok(file === "" || file.endsWith("\n"));
  return file
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [, start, end, text] =
        /^(\d+\.\d{6})\t(\d+\.\d{6})\t([^\t\p{Cc}\p{Zl}\p{Zp}]*)$/u.exec(line) ?? assert.fail(line);
      assert.ok(Number(start) <= Number(end), line);
      return { start: Number(start), end: Number(end), text };
    });
}

/**
 * Finds chapters as video sites do: a time at the start of each line, then a title.
 *
 * @returns {{ start: number, title: string }[]} times are whole seconds
 */
export function readShowNotes(file) {
  assert.ok(file === "" || file.endsWith("\n"));
  const lines = file.split("\n").slice(0, -1);
  const withHours = /^\d+:\d\d:\d\d/.test(file);
  const form = withHours ? /^(\d+):([0-5]\d):([0-5]\d)(?: (.+))?$/u : /^()([0-5]\d):([0-5]\d)(?: (.+))?$/u;
  return lines.map((line) => {
    const [, hours, minutes, seconds, title = ""] = form.exec(line) ?? assert.fail(line);
    assert.doesNotMatch(title, /^\p{White_Space}|\p{White_Space}$|[\p{Cc}\p{Zl}\p{Zp}]/u);
    return { start: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), title };
  });
}

/** Returns a clip's text as a caption shows it: its lines, with a no-break space on blank ones between others. */
export function shown(text) {
  const lines = text.replaceAll("\0", "\ufffd").split(/\r\n|\r|\n/);
  const isBlank = (line) => /^\p{White_Space}*$/u.test(line);
  const [first, last] = [lines.findIndex((line) => !isBlank(line)), lines.findLastIndex((line) => !isBlank(line))];
  const within = lines.slice(first, last + 1);
  return within.map((line) => (isBlank(line) ? "\u00a0" : line)).join("\n");
}

/** Returns a name as it shows on one line. */
export function flat(text) {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
}

function milliseconds(start, end) {
  return { start: Math.round(start * 1000), end: Math.round(end * 1000) };
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
