/** A part of a timeline, and each chapter as a file of its own, exported from the page. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseFile } from "music-metadata";
import { decode, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

test("a range of a timeline is a file of exactly its samples, and of what is said in it", async (t) => {
  const session = await startSession();
  t.after(session.close);
  await session.openBlank();
  const tone = writeTone(join(session.folder, "tone.wav"), { frequency: 330, seconds: 2 });
  const found = await session.driver.executeAsyncScript(exportParts, readFileSync(tone, "base64"));
  assert.equal(found.error, undefined);
  assert.deepEqual(found.frames, [44_100 * 3, 44_100 * 3, 44_100 * 10 - 88_201]);
  assert.deepEqual(found.chapters, [
    ["One", 0, 1.5],
    ["Two", 1.5, 3],
  ]);
  assert.match(found.captions, /00:00:00\.000 --> 00:00:00\.500.*00:00:00\.500 --> 00:00:02\.500.*--> 00:00:03\.000/s);
  assert.ok(found.isSameForAnyWorkers);
  assert.deepEqual(found.plan, { durationSeconds: 3, clips: 3 });
  assert.deepEqual(found.refused, ["TypeError", "TypeError", "empty-timeline", "empty-timeline"]);
});

test("each chapter is a file of its own, and the files joined are the whole", async (t) => {
  const session = await startSession();
  t.after(session.close);
  await session.openBlank();
  const tone = writeTone(join(session.folder, "tone.wav"), { frequency: 330, seconds: 2 });
  const found = await session.driver.executeAsyncScript(exportEach, readFileSync(tone, "base64"));
  assert.equal(found.error, undefined);
  const names = ["01 One.m4a", "02 Two- the door.m4a", "03 Two- the door.m4a"];
  assert.deepEqual(found.names, names);
  const paths = found.files.map((file, index) => {
    const path = join(session.folder, names[index]);
    writeFileSync(path, file, "base64");
    return path;
  });
  const whole = join(session.folder, "whole.m4a");
  writeFileSync(whole, found.whole, "base64");
  const joined = paths.flatMap((path) => [...decode(path)]);
  const expected = decode(whole);
  assert.equal(joined.length, expected.length);
  const worst = joined.reduce((most, sample, at) => Math.max(most, Math.abs(sample - expected[at])), 0);
  assert.ok(worst < 0.02, `${worst}`);
  for (const [index, path] of paths.entries()) {
    const { common } = await parseFile(path);
    assert.equal(common.title, ["One", "Two: the door", "Two: the door"][index]);
    assert.deepEqual(common.track, { no: index + 1, of: 3 });
  }
  assert.deepEqual(new Set(found.gains).size, 1);
  assert.ok(found.gains[0] !== 0);
  assert.ok(found.progress.every((value, at) => at === 0 || value >= found.progress[at - 1]));
  assert.deepEqual([found.progress.at(-1), found.phases.filter((phase) => phase === "done").length], [100, 1]);
  assert.deepEqual(found.saved, [...names, ...names.map((name) => name.replace("m4a", "vtt"))].sort());
  assert.deepEqual(found.afterFailure, []);
  assert.deepEqual(found.refused, ["TypeError", "empty-timeline"]);
});

// The functions below run in the page.

async function exportEach(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "chapters" });
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { id } = await library.addAsset(content, { text: "A tone." });
    const chapters = [
      { title: "One", offset: 0 },
      { title: "Two: the door", offset: 3.00003 },
      { title: "Two: the door", offset: 4.5 },
    ];
    const clips = [{ assetId: id, volumeDb: -12 }, id, id];
    const timeline = (await library.buildTimeline("Tones", clips, { chapters })).id;
    const loudness = { integratedLufs: -14 };
    const base64Of = async (blob) => {
      const reader = new FileReader();
      await new Promise((read) => {
        reader.onload = read;
        reader.readAsDataURL(blob);
      });
      return reader.result.slice(reader.result.indexOf(",") + 1);
    };
    const reports = [];
    const onProgress = (progress) => reports.push(progress);
    const results = await library.exportChapters(timeline, { loudness, onProgress });
    const whole = await library.exportAudio(timeline, { loudness });
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("chapters", { create: true });
    await library.exportChapters(timeline, { destination: folder, sidecars: ["webvtt"] });
    const saved = await Array.fromAsync(folder.keys());
    const broken = await root.getDirectoryHandle("broken", { create: true });
    const abort = new AbortController();
    const refusal = (work) => work.then(String, (error) => error.code ?? error.name);
    await library
      .exportChapters(timeline, {
        destination: broken,
        signal: abort.signal,
        onProgress: ({ completed }) => completed > 70 && abort.abort(),
      })
      .then(
        () => done({ error: "it was not cancelled" }),
        () => {},
      );
    // A cancel rejects at once, and its files go as soon as the worker has let go of them.
    const left = () => Array.fromAsync(broken.keys());
    const since = performance.now();
    while ((await left()).length > 0 && performance.now() - since < 10_000)
      await new Promise((go) => setTimeout(go, 50));
    done({
      names: results.map(({ name }) => name),
      files: await Promise.all(results.map(({ file }) => base64Of(file))),
      gains: [...results, whole].map(({ loudness }) => loudness.gainDb),
      whole: await base64Of(whole.file),
      progress: reports.map(({ completed }) => completed),
      phases: reports.map(({ phase }) => phase),
      saved: saved.sort(),
      afterFailure: await left(),
      refused: [
        await refusal(library.exportChapters(timeline, { destination: new WritableStream() })),
        await refusal(library.exportChapters(timeline, { chapters: "none" })),
      ],
    });
  } catch (error) {
    done({ error: String(error) });
  }
}

async function exportParts(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "range" });
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { id } = await library.addAsset(content, { text: "A tone." });
    const chapters = [
      { title: "One", offset: 0 },
      { title: "Two", offset: 3 },
      { title: "Three", offset: 4.5 },
    ];
    const timeline = (await library.buildTimeline("Tones", [id, id, id, id, id], { chapters })).id;
    const exported = (options) => library.exportAudio(timeline, options);
    const range = { start: 1.5, end: 4.5 };
    const part = await exported({ range, sidecars: ["webvtt"] });
    const alone = await exported({ range, workers: 1 });
    const rest = await exported({ range: { start: 88_201 / 44_100, end: 1e6 } });
    const [one, other] = await Promise.all([part.file.arrayBuffer(), alone.file.arrayBuffer()]);
    const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
    const { durationSeconds, clips } = await library.planExport(timeline, { range });
    const refusal = (work) => work.then(String, (error) => error.code ?? error.name);
    done({
      frames: [part, alone, rest].map((result) => Math.round(result.durationSeconds * 44_100)),
      chapters: part.chapters.map(({ title, startTime, endTime }) => [title, startTime, endTime]),
      captions: part.sidecars[0].text,
      isSameForAnyWorkers: (await hash(one)) === (await hash(other)),
      plan: { durationSeconds, clips },
      refused: [
        await refusal(exported({ range: { start: 3, end: 2 } })),
        await refusal(library.planExport(timeline, { range: { start: "1" } })),
        await refusal(exported({ range: { start: 10 } })),
        await refusal(library.planExport(timeline, { range: { start: 11, end: 12 } })),
      ],
    });
  } catch (error) {
    done({ error: String(error) });
  }
}
