/**
 * Sidecars as other programs read them: real browsers' `<track>`, independent readers, and the file system. They
 * recover the input, with any characters, at the times of the sound.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeTone } from "./audio.mjs";
import { withoutLongTask } from "./long-tasks.mjs";
import { startSession } from "./session.mjs";
import { dereferenced, flat, readLabels, readShowNotes, readSrt, readTiming, readWebvtt, shown } from "./sidecars.mjs";

const { cues: HOSTILE } = JSON.parse(readFileSync("tests/data/sidecars/recording.json", "utf8"));
const RATE = 44_100;
const KINDS = ["webvtt", "json", "srt", "chapters", "show-notes", "labels"];

/** Clips that overlap, at fractions of a millisecond, with lines that are difficult in some format. */
const clips = HOSTILE.map(({ clipId, lane, voice, text }, index) => {
  const [start, frames] = [index * 10_007, 22_051];
  return {
    id: clipId,
    lane,
    voice,
    text,
    offset: start / RATE,
    duration: frames / RATE,
    frames: [start, start + frames],
  };
});
const spoken = clips.filter(({ text }) => text.trim() !== "");
const milliseconds = ({ frames }) => frames.map((frame) => Math.floor((frame * 1000) / RATE + 0.5));
const speaker = ({ voice }) => (flat(voice) ? `${flat(voice)}: ` : "");

let session;
let made;
before(async () => {
  session = await startSession();
  await session.studio.open(session.site.url);
  await session.driver.executeScript(prepare, tone(1), clips);
  made = await session.driver.executeAsyncScript(exportSidecars, KINDS);
  assert.equal(made.error, undefined);
});
after(() => session?.close());

const textOf = (kind) => made.sidecars.find((sidecar) => sidecar.kind === kind).text;

test("the package gives what was asked for, by name", () => {
  assert.deepEqual(
    made.sidecars.map(({ kind, name, type }) => [kind, name, type]),
    [
      ["webvtt", "Lines-1.vtt", "text/vtt"],
      ["json", "Lines-1.m4a.timing.json", "application/json"],
      ["srt", "Lines-1.srt", "application/x-subrip"],
      ["chapters", "Lines-1.chapters.json", "application/json+chapters"],
      ["show-notes", "Lines-1.chapters.txt", "text/plain"],
      ["labels", "Lines-1.labels.txt", "text/plain"],
    ],
  );
  assert.deepEqual(made.warnings, []);
});

test("independent readers find every line in every format", () => {
  const expected = spoken.map((clip) => {
    const [start, end] = milliseconds(clip);
    return { start, end, voice: flat(clip.voice).replace(/ +/g, " "), text: shown(clip.text) };
  });
  assert.deepEqual(
    readWebvtt(textOf("webvtt")).map(({ id: _id, ...cue }) => cue),
    expected,
  );
  const unseen = (text) => text.replaceAll("\u200b", "").replaceAll("\u00a0", "");
  assert.deepEqual(
    readSrt(textOf("srt")).map((cue) => ({ ...cue, text: unseen(cue.text) })),
    spoken.map((clip) => {
      const [start, end] = milliseconds(clip);
      return { start, end, text: unseen(speaker(clip) + shown(clip.text)) };
    }),
  );
  assert.deepEqual(
    readTiming(textOf("json")),
    clips.map((clip) => {
      const [start, end] = milliseconds(clip);
      return { id: clip.id, start, end, voice: clip.voice, text: clip.text };
    }),
  );
  const labels = readLabels(textOf("labels"));
  assert.deepEqual(
    labels.map(({ start, end }) => [start, end].map((seconds) => Math.round(seconds * RATE))),
    clips.map(({ frames }) => frames),
  );
  assert.deepEqual(readShowNotes(textOf("show-notes")), [{ start: 0, title: "The lines" }]);
  assert.equal(JSON.parse(textOf("json")).duration, Math.round(made.durationSeconds * 1000) / 1000);
});

for (const engine of ["chromium", "firefox"]) {
  test(`${engine} takes the WebVTT in a <track>: every cue, with its ID, times, voice and text`, async () => {
    const load = ({ driver }) => driver.executeAsyncScript(loadTrack, textOf("webvtt"));
    const { error, cues } = await inBrowser(engine, load);
    assert.equal(error, undefined);
    const written = { "-->\nid": "-- > id", "NOTE to self": "_NOTE to self", "  ": "" };
    const expected = spoken.map((clip) => {
      const [start, end] = milliseconds(clip);
      const id = written[clip.id] ?? clip.id;
      return { id, start, end, voice: flat(clip.voice).replace(/ +/g, " "), text: shown(clip.text) };
    });
    // Firefox does not resolve references in a voice, and readers treat its blanks differently.
    const voiceOf = ({ voice }) => (engine === "firefox" ? dereferenced(voice) : voice).replace(/ +/g, " ");
    assert.deepEqual(
      cues.map((cue) => ({ ...cue, voice: voiceOf(cue) })),
      expected,
    );
  });
}

test("ten thousand cues: no long task on the page, and each browser takes them all", async (t) => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    id: `clip-${index}`,
    text: `Line ${index}: four hundred & ten steps. I count them every night, in case one goes missing.`,
    voice: "ODETTE",
    duration: 441 / RATE,
  }));
  await session.driver.executeScript(prepare, tone(0.01), many);
  const { error, sidecars, stats } = await withoutLongTask(session.driver, () =>
    session.driver.executeAsyncScript(exportSidecars, KINDS),
  );
  assert.equal(error, undefined);
  const { text: webvtt } = sidecars.find(({ kind }) => kind === "webvtt");
  t.diagnostic(`an export of ${stats.realTimeFactor.toFixed(0)}× real time`);
  const found = readWebvtt(webvtt);
  assert.equal(found.length, many.length);
  for (const engine of ["chromium", "firefox"]) {
    const loaded = await inBrowser(engine, ({ driver }) => driver.executeAsyncScript(loadTrack, webvtt));
    t.diagnostic(`${engine} loads ${(webvtt.length / 1e6).toFixed(1)} MB in ${loaded.milliseconds.toFixed(0)} ms`);
    assert.deepEqual(loaded.cues, found);
  }
});

test("in a folder the audio and its sidecars lie beside each other, and nothing there is touched", async () => {
  await session.driver.executeScript(prepare, tone(1), clips);
  const exported = await session.driver.executeAsyncScript(exportIntoFolder, {
    there: { "Lines-1.m4a": "old", "Lines-1 2.srt": "older" },
    times: 2,
  });
  assert.equal(exported.error, undefined);
  const names = (stem) => [`${stem}.m4a`, `${stem}.vtt`, `${stem}.m4a.timing.json`, `${stem}.srt`];
  assert.deepEqual(
    Object.keys(exported.files).sort(),
    ["Lines-1.m4a", "Lines-1 2.srt", ...names("Lines-1 3"), ...names("Lines-1 4")].sort(),
  );
  assert.equal(exported.files["Lines-1.m4a"].text, "old");
  assert.equal(exported.files["Lines-1 2.srt"].text, "older");
  for (const { name, bytes, hasFile, sidecars, warnings } of exported.results) {
    assert.deepEqual([hasFile, warnings], [false, []]);
    assert.equal(exported.files[name].size, bytes);
    for (const sidecar of sidecars) assert.equal(exported.files[sidecar.name].text, sidecar.text);
    assert.equal(JSON.parse(exported.files[`${name}.timing.json`].text).audioFile, name);
  }
});

test("a sidecar that cannot be saved is a warning", async () => {
  const exported = await session.driver.executeAsyncScript(exportIntoFolder, { times: 1, refuse: "Lines-1.srt" });
  assert.equal(exported.error, undefined);
  assert.deepEqual(exported.results[0].warnings, [{ message: "Lines-1.srt could not be saved: refused" }]);
  assert.equal(exported.results[0].sidecars.length, 3);
  assert.deepEqual(Object.keys(exported.files).sort(), ["Lines-1.m4a", "Lines-1.m4a.timing.json", "Lines-1.vtt"]);
});

test("of an export into a folder that fails or is cancelled nothing is left", async () => {
  const failed = await session.driver.executeAsyncScript(exportIntoFolder, { times: 1, withMissing: true });
  assert.match(failed.error, /Missing asset/);
  assert.deepEqual(failed.files, {});
  const long = Array.from({ length: 3000 }, (_, index) => ({ id: `${index}`, text: "Again.", duration: 1 }));
  await session.driver.executeScript(prepare, tone(1), long);
  const cancelled = await session.driver.executeAsyncScript(exportIntoFolder, { times: 1, cancelAt: 70 });
  assert.match(cancelled.error, /AbortError/);
  assert.ok(cancelled.milliseconds < 100, `${cancelled.milliseconds} ms`);
  assert.deepEqual(cancelled.files, {});
});

/** Calls `use` with a page: in Chromium's session, or in a new one of another engine. */
async function inBrowser(engine, use) {
  if (engine === "chromium") return use(session);
  const other = await startSession(engine);
  try {
    await other.studio.open(other.site.url);
    return await use(other);
  } finally {
    await other.close();
  }
}

/** Returns a tone of this many seconds, as base64. */
function tone(seconds) {
  return readFileSync(writeTone(join(session.folder, "tone.wav"), { frequency: 440, seconds }), "base64");
}

// The functions below run in the page.

function prepare(base64, clips) {
  const content = new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type: "audio/wav" });
  /** Calls `use` with a library that has a timeline of the clips, and closes it afterwards. */
  window.withTimeline = async (use) => {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "sidecars" });
    try {
      const { id: assetId } = await library.addAsset(content, { id: "tone" });
      const specs = clips.map(({ frames: _frames, ...clip }) => ({ ...clip, assetId }));
      const chapters = [{ title: "The lines", offset: 0 }];
      window.beginLongTasks?.();
      const { id } = await library.buildTimeline("Lines/1", specs, { id: "lines", chapters });
      return await use(library, id);
    } finally {
      await library.close();
    }
  };
}

function exportSidecars(kinds, done) {
  const exported = window.withTimeline(async (library, id) => {
    const { file: _file, ...facts } = await library.exportAudio(id, { sidecars: kinds });
    // Passing this much to the driver is a long task too, but not the export's.
    window.endLongTasks?.();
    return facts;
  });
  exported.then(done, (error) => done({ error: String(error) }));
}

function loadTrack(text, done) {
  const video = document.createElement("video");
  const track = document.createElement("track");
  track.src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
  track.onerror = () => done({ error: "the track was refused" });
  const started = performance.now();
  track.onload = () => {
    const milliseconds = performance.now() - started;
    const cues = [...track.track.cues].map((cue) => {
      const shown = cue.getCueAsHTML();
      const voice = shown.querySelector("span")?.title ?? "";
      const [start, end] = [cue.startTime, cue.endTime].map((seconds) => Math.round(seconds * 1000));
      return { id: cue.id, start, end, voice, text: shown.textContent };
    });
    video.remove();
    done({ cues, milliseconds });
  };
  video.append(track);
  document.body.append(video);
  track.track.mode = "hidden";
}

async function exportIntoFolder({ there = {}, times, refuse, withMissing, cancelAt }, done) {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
  for (const [name, text] of Object.entries(there)) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(text);
    await file.close();
  }
  const { createWritable } = FileSystemFileHandle.prototype;
  FileSystemFileHandle.prototype.createWritable = function () {
    if (this.name === refuse) throw new DOMException("refused", "NotAllowedError");
    return createWritable.call(this);
  };
  const controller = new AbortController();
  let [aborted, milliseconds] = [0, 0];
  const onProgress = ({ completed }) => {
    if (!(completed > cancelAt)) return;
    aborted ||= performance.now();
    controller.abort();
  };
  const options = { destination: folder, sidecars: ["webvtt", "json", "srt"], signal: controller.signal, onProgress };
  let error;
  const results = await window
    .withTimeline(async (library, id) => {
      if (withMissing) await library.removeAsset("tone");
      const exports = Array.from({ length: times }, () => library.exportAudio(id, options));
      return Promise.all(exports).catch((reason) => {
        milliseconds = performance.now() - aborted;
        throw reason;
      });
    })
    .catch((reason) => {
      error = String(reason);
      return [];
    });
  FileSystemFileHandle.prototype.createWritable = createWritable;
  const files = {};
  for await (const [name, handle] of folder.entries()) {
    const file = await handle.getFile();
    files[name] = { size: file.size, text: name.endsWith(".m4a") && file.size > 10 ? "" : await file.text() };
  }
  done({
    ...(error && { error }),
    milliseconds,
    files,
    results: results.map(({ name, bytes, file, sidecars, warnings }) => {
      return { name, bytes, hasFile: file !== undefined, sidecars, warnings };
    }),
  });
}
