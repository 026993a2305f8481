/** An export goes to a picked file or a download, and a cancelled one leaves no trace. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { decode, describe } from "./audio.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";
import { withSavePicker } from "./studio.mjs";

const SAMPLE_NAME = "A Letter for the Lighthouse";
const LONG_NAME = "Half an hour of rain";

let session;
let studio;
before(async () => {
  session = await startSession();
  studio = session.studio;
  await studio.open(session.site.url);
});
after(() => session?.close());

test("without a picker the export is downloaded, has exactly the timeline's samples, and plays in the page", async () => {
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  await session.screenshot("exported");
  assert.equal(result.name, `${SAMPLE_NAME}.m4a`);
  const path = await session.browser.take(result.name);
  assert.equal(decode(path).length, Math.round(result.durationSeconds * result.sampleRate));
  await assertReads(path, result);

  const player = await session.driver.executeAsyncScript((done) => {
    const audio = document.querySelector("#player");
    audio.onplaying = () => done({ duration: audio.duration });
    audio.onerror = () => done({ error: audio.error.message });
    audio.play();
  });
  assert.ok(Math.abs(player.duration - result.durationSeconds) < 0.001, JSON.stringify(player));
});

test("a dismissed save dialog is silent, and nothing has begun", async () => {
  await withSavePicker(session.driver, "dismiss");
  await studio.reload();
  const before = await studio.view();
  await studio.click("#export");
  const [asked] = await session.driver.executeScript("return window.picked");
  assert.ok(asked.isActive, "the dialog is asked for from the click itself");
  assert.equal(asked.options.suggestedName, `${SAMPLE_NAME}.m4a`);
  assert.deepEqual(await studio.view(), before);
  assert.equal(await timelinesKept(), 0);
});

test("with a picker the export goes into the picked file", async () => {
  await withSavePicker(session.driver, "accept");
  await studio.reload();
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  const path = await pickedFile(result.name);
  assert.equal(decode(path).length, Math.round(result.durationSeconds * result.sampleRate));
  await assertReads(path, result);
  assert.equal(await timelinesKept(), 0);
});

test("cancelling in the middle of encoding takes no time, and leaves an existing file as it was", async (t) => {
  const rain = resolve("www/sample/rain.mp3");
  const long = writeRepeatingProject(join(session.folder, "long.json"), { name: LONG_NAME, audio: rain, times: 75 });
  await studio.openProject(long);
  await session.driver.executeAsyncScript(async (name, done) => {
    const folder = await navigator.storage.getDirectory();
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write("precious");
    await file.close();
    done();
  }, `${LONG_NAME}.m4a`);

  await studio.click("#export");
  await studio.until(
    "the middle of encoding",
    ({ message, completed }) => message.startsWith("Encoding") && completed > 9,
  );
  await session.screenshot("exporting");
  const milliseconds = await cancel();
  t.diagnostic(`cancelled after ${milliseconds.toFixed(0)} ms`);
  assert.ok(milliseconds < 100);
  await session.screenshot("cancelled");

  const folder = await filesPicked();
  assert.deepEqual(folder[`${LONG_NAME}.m4a`], Buffer.from("precious").toString("base64"));
  assert.deepEqual(Object.keys(folder).sort(), [`${SAMPLE_NAME}.m4a`, `${LONG_NAME}.m4a`].sort());
  assert.equal(await timelinesKept(), 0);
});

test("after a cancelled export the next one works", async () => {
  await studio.click("#undo");
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.equal(decode(await pickedFile(result.name)).length, Math.round(result.durationSeconds * result.sampleRate));
});

/** Asserts that a reader other than ffmpeg finds the same file. */
async function assertReads(path, result) {
  const read = await describe(path);
  assert.match(read.codec, /AAC/);
  assert.equal(read.sampleRate, result.sampleRate);
  assert.equal(read.numberOfChannels, result.channels);
  // The reader counts whole packets, as the track's own header does.
  assert.ok(read.duration >= result.durationSeconds && read.duration < result.durationSeconds + 0.1);
}

/** Clicks Cancel. Returns the milliseconds until the page shows that the export was cancelled. */
function cancel() {
  return session.driver.executeAsyncScript((done) => {
    const panel = document.querySelector("#export-panel");
    const started = performance.now();
    new MutationObserver(() => {
      if (panel.dataset.state === "cancelled") done(performance.now() - started);
    }).observe(panel, { attributes: true });
    document.querySelector("#cancel").click();
  });
}

/** Returns the files behind the picker's handles, by name, as base64. */
function filesPicked() {
  return session.driver.executeAsyncScript(async (done) => {
    const files = {};
    for await (const [name, handle] of (await navigator.storage.getDirectory()).entries()) {
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
      files[name] = btoa(text);
    }
    done(files);
  });
}

/** Writes a picked file's content to disk. Returns its path. */
async function pickedFile(name) {
  const path = join(session.folder, name);
  writeFileSync(path, (await filesPicked())[name], "base64");
  return path;
}

/** Returns the number of timelines in the library. An export must remove its own. */
function timelinesKept() {
  return session.driver.executeAsyncScript((done) => {
    const opening = indexedDB.open("secuencia-studio");
    opening.onsuccess = () => {
      const counting = opening.result.transaction("timelines").objectStore("timelines").count();
      counting.onsuccess = () => {
        opening.result.close();
        done(counting.result);
      };
    };
  });
}
