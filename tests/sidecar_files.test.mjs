/** Other programs read the sidecars that tests/native/sidecar_files.rs expects, and recover even hostile input. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { flat, readLabels, readShowNotes, readSrt, readTiming, readWebvtt, shown } from "../webdriver/sidecars.mjs";

const read = (name) => readFileSync(new URL(`data/sidecars/recording.${name}`, import.meta.url), "utf8");
const recording = JSON.parse(read("json"));

/** The cues in order, with their times in milliseconds. */
const cues = recording.cues
  .map(({ start, end, clipId, ...cue }) => {
    const [from, to] = [start, end].map((frames) => Math.floor((frames * 1000) / recording.rate + 0.5));
    return { ...cue, id: clipId, frames: [start, end], start: from, end: Math.max(to, from + 1) };
  })
  .sort((a, b) => a.frames[0] - b.frames[0] || a.lane - b.lane);
const spoken = cues.filter(({ text }) => text.trim() !== "");
const speaker = ({ voice }) => (flat(voice) ? `${flat(voice)}: ` : "");

test("the W3C's validator finds no fault in the WebVTT, and every cue in it", () => {
  const ids = { "-->\nid": "-- > id", "NOTE to self": "_NOTE to self", "  ": "" };
  const expected = spoken.map((cue) => ({
    id: ids[cue.id] ?? cue.id,
    start: cue.start,
    end: cue.end,
    // The validator collapses an annotation's blanks.
    voice: flat(cue.voice).replace(/ +/g, " "),
    text: shown(cue.text),
  }));
  // The validator sorts cues with the same start by their ends.
  const inOrder = (list) => list.toSorted((a, b) => a.start - b.start || a.id.localeCompare(b.id));
  assert.deepEqual(inOrder(readWebvtt(read("vtt"))), inOrder(expected));
});

test("the SRT has every cue, and shows its words", () => {
  const unseen = (text) => text.replaceAll("\u200b", "").replaceAll("\u00a0", "");
  const found = readSrt(read("srt")).map((cue) => ({ ...cue, text: unseen(cue.text) }));
  const expected = spoken.map((cue) => ({
    start: cue.start,
    end: cue.end,
    text: unseen(speaker(cue) + shown(cue.text)),
  }));
  assert.deepEqual(found, expected);
});

test("the timing file is valid by its schema, and has every cue as it is", () => {
  const expected = cues.map(({ id, start, end, voice, text }) => ({ id, start, end, voice, text }));
  assert.deepEqual(readTiming(read("timing.json")), expected);
  const { audioFile, duration, version } = JSON.parse(read("timing.json"));
  assert.deepEqual(
    { audioFile, duration, version },
    { audioFile: recording.fileName, duration: recording.frames / recording.rate, version: "1.0" },
  );
});

test("what is no timing file is refused by the schema", () => {
  const timing = JSON.parse(read("timing.json"));
  const pretty = (value) => `${JSON.stringify(value, null, 2)}\n`;
  assert.throws(() => readTiming(pretty({ ...timing, version: "2.0" })), /version/);
  const [segment] = timing.segments;
  assert.throws(() => readTiming(pretty({ ...timing, segments: [{ ...segment, startTime: "0" }] })), /startTime/);
});

test("the labels have every clip to the frame, on a line each", () => {
  const labels = readLabels(read("labels.txt"));
  assert.deepEqual(
    labels.map(({ start, end }) => [start, end].map((seconds) => Math.round(seconds * recording.rate))),
    cues.map(({ frames }) => frames),
  );
  assert.deepEqual(
    labels.map(({ text }) => text),
    cues.map((cue) => (cue.text.trim() ? speaker(cue) + flat(cue.text) : cue.name)),
  );
});

test("the chapters are as they were given", () => {
  assert.deepEqual(JSON.parse(read("chapters.json")), {
    version: "1.2.0",
    title: recording.title,
    fileName: recording.fileName,
    chapters: recording.chapters.map(({ title, start }) => ({
      startTime: Math.round((start * 1000) / recording.rate) / 1000,
      title,
    })),
  });
});

test("the show notes have every chapter, at the whole second before it, on a line each", () => {
  assert.deepEqual(
    readShowNotes(read("chapters.txt")),
    recording.chapters.map(({ title, start }) => ({ start: Math.floor(start / recording.rate), title: flat(title) })),
  );
});

test("lines of no chapter, and lines of different forms, are no show notes", () => {
  assert.deepEqual(readShowNotes(""), []);
  for (const text of ["00:00 One", "0:00 One\n", "00:00 One\n1:00:00 Two\n", "0:00:00 One\n59:00 Two\n", "One\n"]) {
    assert.throws(() => readShowNotes(text), { name: "AssertionError" }, text);
  }
});
