/** Bad input: each kind gets its sentence, about the file or clip concerned, and the next export works. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { decode, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

const DATA = resolve("webdriver/data");

let session;
let studio;
let tone;
before(async () => {
  session = await startSession();
  studio = session.studio;
  await studio.open(session.site.url);
  await studio.clear();
  tone = writeTone(join(session.folder, "tone.wav"), { frequency: 440, seconds: 1 });
});
after(() => session?.close());

afterEach(async () => {
  await studio.clear();
  await studio.addAudio(tone);
  const { state, result } = await studio.export();
  assert.equal(state, "done", "the next export works");
  assert.equal(decode(await session.browser.take(result.name)).length, 44_100);
  await studio.clear();
  await studio.reload();
});

test("an empty project has nothing to export", async () => {
  await assertFails("no-audio-elements", /nothing to export/);
});

for (const [name, file] of [
  ["a text file named .mp3", "not-audio.mp3"],
  ["a file of zero bytes", "empty.wav"],
]) {
  test(`${name} is not added, and named`, async () => {
    await studio.addAudio(join(DATA, file), tone);
    assert.deepEqual(
      (await studio.clips()).map(({ text }) => text),
      ["tone.wav"],
    );
    const { problems } = await studio.view();
    assert.equal(problems.length, 1);
    assert.ok(problems[0].startsWith(`${file} could not be added: `), problems[0]);
    await session.screenshot(`bad-input-${file}`);
  });
}

test("a truncated file gives the audio it has, and a warning on the result", async () => {
  const whole = readFileSync("www/sample/04-bram.flac");
  const truncated = join(session.folder, "truncated.flac");
  writeFileSync(truncated, whole.subarray(0, whole.length * 0.6));
  await studio.addAudio(truncated);
  const [clip] = await studio.clips();
  assert.equal(clip.state, "ready");
  assert.match((await studio.view()).problems.join(), /^truncated.flac was added, but not all of it could be read/);

  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.ok(result.durationSeconds > 1 && result.durationSeconds < 3.8);
  assert.deepEqual(
    result.warnings.map(({ clipId }) => clipId),
    [clip.id],
  );
  const samples = decode(await session.browser.take(result.name));
  assert.ok(samples.some((sample) => Math.abs(sample) > 0.1));
  await session.screenshot("bad-input-truncated");
});

test("a clip that starts past its audio's end, or at it, is named, and works again when that is put right", async () => {
  await studio.addAudio(tone);
  const [{ id }] = await studio.clips();
  for (const start of ["999", "1"]) {
    await setSourceStart(id, start);
    const { error } = await assertFails("invalid-audio", /tone\.wav/);
    assert.equal(error.clipId, id);
  }
  await session.screenshot("bad-input-source-start");
  await setSourceStart(id, "0.25");
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.equal(decode(await session.browser.take(result.name)).length, 0.75 * 44_100);
});

test("a clip whose audio is gone from the browser's storage is named", async () => {
  await studio.addAudio(tone);
  const [{ id }] = await studio.clips();
  await session.driver.executeAsyncScript((done) => {
    const opening = indexedDB.open("secuencia");
    opening.onsuccess = () => {
      const clearing = opening.result.transaction(["assets", "contents"], "readwrite");
      for (const store of ["assets", "contents"]) clearing.objectStore(store).clear();
      clearing.oncomplete = () => {
        opening.result.close();
        done();
      };
    };
  });
  const { error } = await assertFails("missing-asset", /no longer here/);
  assert.equal(error.clipId, id);
});

test("a bad project file is refused with all its faults, and the open project stays", async () => {
  await studio.addAudio(tone);
  const before = await studio.clips();
  await studio.openProject([join(DATA, "wrong-types.json"), join(DATA, "empty.wav")]);
  assert.deepEqual(await studio.clips(), before);
  const { problems } = await studio.view();
  for (const fault of ["gapSeconds", "Clip 1’s “offset”", "Clip 1’s “lane”", "Clip 2’s “file”", "Clip 2’s “isMuted”"]) {
    assert.ok(
      problems.some((problem) => problem.includes(fault)),
      `${fault} is not in ${problems}`,
    );
  }
});

/** Exports, and finds it refused for this reason. */
async function assertFails(code, words) {
  const view = await studio.export();
  assert.equal(view.state, "failed");
  assert.equal(view.error.code, code);
  assert.match(view.error.text, words);
  return view;
}

async function setSourceStart(id, seconds) {
  await studio.press(id, "Edit");
  await studio.type("#clip-editor [name=sourceStart]", seconds);
  await studio.click("#clip-editor [type=submit]");
}
