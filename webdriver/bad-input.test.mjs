/** Each kind of bad input gives a sentence about the file or clip, and the next export works. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { decode, writeTone } from "./audio.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

const DATA = resolve("webdriver/data");
const RAIN = resolve("www/sample/rain.mp3");
/** The text that crashes the worker of `crashingSite`. */
const FATAL_WORD = "CRASH";

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
  assert.match((await studio.view()).problems.join(), /^truncated.flac was added, but part of it could not be read/);

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
  const path = join(session.folder, "starts-late.json");
  for (const sourceStart of [999, 1]) {
    writeFileSync(path, JSON.stringify({ name: "Late", clips: [{ file: "tone.wav", sourceStart }] }));
    await studio.openProject([path, tone]);
    const { error } = await assertFails("bad-clip", /tone\.wav/);
    assert.equal(error.clipId, (await studio.clips())[0].id);
  }
  await session.screenshot("bad-input-source-start");
  // The dialog does not take such a start again.
  const [{ id }] = await studio.clips();
  await studio.openClip(id);
  const field = studio.element("#clip-editor [name=sourceStart]");
  const fault = () => session.driver.executeScript((input) => input.validationMessage, field);
  await studio.type("#clip-editor [name=sourceStart]", "2");
  assert.equal(await fault(), "The audio lasts only 1 s, so less than that can be skipped.");
  await studio.type("#clip-editor [name=sourceStart]", "0.25");
  assert.equal(await fault(), "");
  await studio.click("#clip-editor [type=submit]");
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.equal(decode(await session.browser.take(result.name)).length, 0.75 * 44_100);
});

test("a clip whose audio is gone from the browser's storage is named", async () => {
  await studio.addAudio(tone);
  const [{ id }] = await studio.clips();
  await session.driver.executeAsyncScript((done) => {
    const opening = indexedDB.open("secuencia-studio");
    opening.onsuccess = () => {
      const clearing = opening.result.transaction(["assets", "contents"], "readwrite");
      for (const store of ["assets", "contents"]) clearing.objectStore(store).clear();
      clearing.oncomplete = () => {
        opening.result.close();
        done();
      };
    };
  });
  const { error } = await assertFails("missing-asset", /is missing/);
  assert.equal(error.clipId, id);
});

test("all clips that cannot be used are named, and the export goes on with silence in their place", async () => {
  // They are added by name: this one is between the others.
  const [lost, spoilt] = ["lost.wav", "unlike.wav"].map((name) =>
    writeTone(join(session.folder, name), { frequency: 660, seconds: 1 }),
  );
  await studio.set({ gapSeconds: 0 });
  await studio.addAudio(lost, tone, spoilt);
  const [{ id: lostId }, , { id: spoiltId }] = await studio.clips();
  await studio.replaceContent("lost.wav");
  await studio.replaceContent("unlike.wav", readFileSync(join(DATA, "not-audio.mp3")));

  const { state, unreadable } = await studio.export();
  assert.equal(state, "failed");
  assert.equal(unreadable.length, 2);
  assert.equal(unreadable[0], "“lost.wav” Its audio is missing.");
  assert.match(unreadable[1], /^“unlike.wav” [A-Z].*\.$/);
  await session.screenshot("bad-input-unreadable");
  await studio.click("#export-error li:last-child button");
  assert.equal(
    await session.driver.executeScript("return document.activeElement.dataset.clipId"),
    spoiltId,
    "its link leads to the clip",
  );

  const next = await studio.exportWithSilence();
  assert.equal(next.state, "done");
  assert.deepEqual(
    next.result.unreadable.map(({ clipId, code }) => [clipId, code]),
    [
      [lostId, "missing-asset"],
      [spoiltId, "invalid-audio"],
    ],
  );
  assert.equal(next.unreadable.length, 2);
  assertOnlySounds(await session.browser.take(next.result.name), 3, [1, 2]);

  await studio.set({ onUnreadableClip: true });
  const unasked = await studio.export();
  assert.equal(unasked.state, "done", "what is set for the project needs no second click");
  await session.browser.take(unasked.result.name);
  await studio.set({ onUnreadableClip: false });
});

test("a content that crashes its worker costs its own clip, and nothing else", async (t) => {
  const { site, studio, browser, folder, close } = await startSession("chromium", crashingSite());
  t.after(close);
  await studio.open(site.url);
  await studio.clear();
  await studio.set({ gapSeconds: 0 });
  const fatal = join(folder, "z-fatal.wav");
  await studio.addAudio(tone, writeTone(fatal, { frequency: 660, seconds: 1 }));
  const clips = await studio.clips();
  writeFileSync(fatal, readFileSync(fatal).fill(FATAL_WORD, 44));
  await studio.replaceContent("z-fatal.wav", readFileSync(fatal));

  const failed = await studio.export();
  assert.equal(failed.state, "failed");
  assert.equal(failed.error.code, "invalid-audio");
  assert.equal(failed.error.clipId, clips[1].id);
  assert.deepEqual(failed.unreadable, ["“z-fatal.wav” Its decoder crashed."]);
  await studio.reload();
  assert.deepEqual(await studio.clips(), clips, "the library lives");

  assert.equal((await studio.export()).state, "failed");
  const { state, result } = await studio.exportWithSilence();
  assert.equal(state, "done");
  assert.deepEqual(
    result.unreadable.map(({ clipId }) => clipId),
    [clips[1].id],
  );
  assertOnlySounds(await browser.take(result.name), 2, [0, 1]);

  await studio.openProject(writeRepeatingProject(join(folder, "long.json"), { name: "Long", audio: RAIN, times: 15 }));
  await studio.click("#export");
  await studio.until(
    "the middle of encoding",
    ({ message, completed }) => message.startsWith("Encoding") && completed > 9,
  );
  await studio.element("#add-audio").sendKeys(fatal);
  const { problems, ...view } = await studio.until("the refusal", (now) => now.problems.length > 0);
  assert.match(problems[0], /^z-fatal\.wav could not be added: /);
  assert.equal(view.state, "running", "the export goes on beside it");
  assert.equal((await studio.exported()).state, "done");
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

/** Exports, and asserts that it fails for this reason. */
async function assertFails(code, words) {
  const view = await studio.export();
  assert.equal(view.state, "failed");
  assert.equal(view.error.code, code);
  assert.match(view.error.text, words);
  return view;
}

/** Asserts that a file has a tone within these seconds, and silence elsewhere. */
function assertOnlySounds(path, seconds, [from, to]) {
  const samples = decode(path);
  assert.equal(samples.length, seconds * 44_100);
  const isLoud = (second) =>
    samples.subarray((second + 0.1) * 44_100, (second + 0.9) * 44_100).some((sample) => Math.abs(sample) > 0.1);
  for (let second = 0; second < seconds; second += 1) {
    assert.equal(isLoud(second), second >= from && second < to, `second ${second}`);
  }
}

/** Copies the site with an engine that traps, uncaught, when it reads content with the fatal word. */
function crashingSite() {
  const folder = join(session.folder, "crashing-site");
  cpSync("dist", folder, { recursive: true });
  const worker = join(folder, "secuencia", "worker.js");
  const sound = readFileSync(worker, "utf8");
  const trap = `if (new FileReaderSync().readAsText(arguments[1]).includes("${FATAL_WORD}")) {
    throw new WebAssembly.RuntimeError("unreachable");
  }`;
  const crashing = sound.replace(/__wbg_readAsArrayBuffer_\w+:function\(\)\{/, `$& ${trap}`);
  assert.notEqual(crashing, sound);
  writeFileSync(worker, crashing);
  return folder;
}
