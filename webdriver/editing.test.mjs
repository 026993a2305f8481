/** A user edits a project, and the export sounds like that project. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { decode, describe, strengthAt, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

const RATE = 44_100;
const TONES = [440, 660, 990];

let session;
let studio;
before(async () => {
  session = await startSession();
  studio = session.studio;
  await studio.open(session.site.url);
});
after(() => session?.close());

test("a first visit opens on the sample: a scene in three voices, with music and effects, ready to export", async () => {
  const clips = await studio.clips();
  const lines = clips.filter(({ lane }) => lane === 0);
  assert.ok(lines.length >= 12);
  assert.equal(new Set(lines.map(({ voice }) => voice)).size, 3);
  assert.ok(clips.some(({ voice }) => voice === "MUSIC") && clips.some(({ voice }) => voice === "EFFECT"));
  assert.deepEqual([...new Set(clips.map(({ state }) => state))], ["ready"]);
  assert.deepEqual((await studio.view()).problems, []);
  await session.screenshot("sample");
});

test("added, moved and removed clips sound in the order of the list, to the sample", async () => {
  await studio.clear();
  await studio.addAudio(...tones());
  const added = await studio.clips();
  assert.deepEqual(
    added.map(({ text }) => text),
    tones().map((path) => basename(path)),
  );
  await studio.set({ gapSeconds: 0.5 });
  await studio.press(added[0].id, "Move down");
  await studio.press(added[2].id, "Move up");
  assert.deepEqual(await frequencies(), [660, 990, 440]);
  await assertSounds([660, 990, 440]);

  await studio.press(added[2].id, "Remove");
  await assertSounds([660, 440]);

  await studio.click("#undo");
  assert.deepEqual(await frequencies(), [660, 990, 440]);
});

test("a reload finds the project as it was", async () => {
  await studio.type("#project-name", "Three tones");
  const clips = await studio.clips();
  await studio.reload();
  assert.deepEqual(await studio.clips(), clips);
  assert.equal(await studio.element("#project-name").getAttribute("value"), "Three tones");
  await studio.openFile("sound");
  assert.equal(await studio.element("[name=gapSeconds]").getAttribute("value"), "0.5");
  await studio.click("#file-settings .buttons button");
});

test("a change of the last moment is kept, though the database does not take it before the page is gone", async () => {
  const { driver } = studio;
  await driver.executeScript(() => {
    const field = document.querySelector("#project-name");
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    // The database is busy until the page is gone.
    indexedDB.open("studio").onsuccess = ({ target: { result: database } }) => {
      const documents = database.transaction("documents", "readwrite").objectStore("documents");
      const again = () => {
        documents.get("project").onsuccess = again;
      };
      again();
      for (const text of ["Late", "Later", "Latest"]) {
        set.call(field, text);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      location.reload();
    };
  });
  const name = async () => studio.element("#project-name").getAttribute("value");
  await driver.wait(async () => (await name().catch(() => "")) === "Latest", 10_000);
  await studio.settled();
  // It is saved now, and a step like any other.
  await studio.reload();
  assert.equal(await name(), "Latest");
  await studio.click("#undo");
  assert.equal(await name(), "Three tones");
});

test("files dropped on the page are added", async () => {
  const before = (await studio.clips()).length;
  const bytes = readFileSync(tones()[0]).toString("base64");
  await session.driver.executeScript((base64) => {
    const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], "dropped.wav", { type: "audio/wav" }));
    for (const type of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, bytes);
  await studio.until("the dropped clip", ({ isOpen, arriving }) => isOpen && !arriving);
  const clips = await studio.clips();
  assert.equal(clips.length, before + 1);
  assert.deepEqual(clips.at(-1), { ...clips.at(-1), text: "dropped.wav", state: "ready" });
});

test("adding is stopped: audio that has been read stays, the rest leaves no trace, and it can be undone", async () => {
  await studio.clear();
  const files = Array.from({ length: 40 }, (_, index) =>
    writeTone(join(session.folder, `long ${index + 1}.wav`), { frequency: 200 + index, seconds: 30 }),
  );
  await studio.element("#add-audio").sendKeys(files.join("\n"));
  await studio.until("one is there", ({ arriving }) => /^Adding long .*, ([2-9]|\d\d) of 40/.test(arriving), {
    everyMs: 5,
  });
  assert.ok(await studio.element(".adding progress").getAttribute("value"));
  await studio.click("#stop-adding");
  await studio.settled();
  const clips = await studio.clips();
  assert.ok(clips.length > 0 && clips.length < 40, `${clips.length} clips`);
  assert.ok(clips.every(({ state }) => state === "ready"));
  assert.deepEqual((await studio.view()).problems, []);
  await studio.reload();
  assert.equal((await studio.clips()).length, clips.length);
  await studio.click("#undo");
  assert.deepEqual(await studio.clips(), []);
});

test("a dropped folder's audio is added, with numbers by their values, and an empty folder is named", async () => {
  await studio.clear();
  const folder = join(session.folder, "recordings");
  for (const name of ["line 10.wav", "line 2.wav", "scene/line 1.wav"]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(tones()[0], join(folder, name));
  }
  for (const name of ["notes.pdf", ".DS_Store", "cover.png"]) writeFileSync(join(folder, name), "none");
  await drop(folder);
  await studio.until("its clips", ({ isOpen, arriving }) => isOpen && !arriving);
  const added = async () => (await studio.clips()).map(({ text }) => text);
  await session.driver.wait(async () => (await added()).length === 3, 10_000);
  assert.deepEqual(await added(), ["line 1.wav", "line 2.wav", "line 10.wav"]);
  assert.deepEqual((await studio.view()).problems, []);
  mkdirSync(join(session.folder, "empty"));
  await drop(join(session.folder, "empty"));
  await session.driver.wait(async () => (await studio.view()).problems.length > 0, 10_000);
  assert.deepEqual((await studio.view()).problems, ["The folder has no audio that can be read here."]);
  await studio.click("#problems button");
  await studio.clear();
  await studio.addAudio(...tones());
});

/** Drops a file or a folder on the page, as a file manager does. */
async function drop(path) {
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.driver.sendDevToolsCommand("Input.dispatchDragEvent", {
      ...{ type, x: 300, y: 300, data: { items: [], files: [path], dragOperationsMask: 1 } },
    });
  }
}

test("a lane gets a name, which stays with the project, and an Escape or an Undo takes it back", async () => {
  const nameOf = (lane) => studio.element(`.lane-names [data-lane="${lane}"]`);
  const named = async (lane) => (await nameOf(lane)).getText();
  const chosen = (id) =>
    session.driver.executeScript((clipId) => {
      const { options, selectedIndex } = document.querySelector(`[data-clip-id="${clipId}"] select`);
      return options[selectedIndex].textContent;
    }, id);
  const [{ id }] = await studio.clips();
  assert.equal(await named(0), await chosen(id));
  const before = await named(0);
  await nameOf(0).click();
  await nameOf(0).sendKeys(Key.chord(Key.CONTROL, "a"), "Speech", Key.ENTER);
  assert.equal(await named(0), "Speech");
  assert.equal(await chosen(id), "Speech");
  assert.ok(
    await session.driver.executeScript("return document.activeElement.dataset.lane === '0'"),
    "the focus stays",
  );
  await nameOf(0).click();
  await nameOf(0).sendKeys(Key.chord(Key.CONTROL, "a"), "Another", Key.ESCAPE);
  assert.equal(await named(0), "Speech");
  await studio.set({ bitRate: "128" });
  await studio.reload();
  assert.equal(await named(0), "Speech", "settings and a reload keep it");
  await studio.click("#undo");
  await studio.click("#undo");
  assert.equal(await named(0), before);
  // An empty name gives the lane its name by number.
  await nameOf(0).click();
  await nameOf(0).sendKeys(Key.chord(Key.CONTROL, "a"), Key.BACK_SPACE, Key.ENTER);
  assert.equal(await named(0), "Main lane");
});

test("a clip fades and is panned as its editor says, and fades that do not fit are refused in words", async () => {
  await studio.clear();
  await studio.addAudio(tones()[0]);
  const [{ id }] = await studio.clips();
  await studio.openClip(id);
  await studio.type("#clip-editor [name=fadeIn]", "0.8");
  await studio.type("#clip-editor [name=fadeOut]", "0.5");
  await studio.click("#clip-editor [type=submit]");
  assert.equal(
    await studio.element("#clip-editor [name=fadeOut]").getAttribute("validationMessage"),
    "The fades take 1.3 s together, but the clip lasts only 1 s.",
  );
  await studio.type("#clip-editor [name=fadeOut]", "0.2");
  await studio.element("#clip-editor [name=pan]").sendKeys(Key.END);
  assert.equal(await studio.element("#pan-words").getText(), "100% right");
  await session.screenshot("clip-editor");
  await studio.click("#clip-editor [type=submit]");

  const { result } = await studio.export();
  assert.equal(result.audioLayout, "stereo");
  const path = await session.browser.take(result.name);
  const [left, right] = [decode(path, 0), decode(path, 1)];
  assert.ok(left.every((sample) => Math.abs(sample) < 0.001));
  const at = (seconds) => strengthAt(right.subarray((seconds - 0.02) * RATE, (seconds + 0.02) * RATE), 440, RATE);
  // The middle of a raised cosine is one half. A full pan adds 3 dB.
  for (const seconds of [0.4, 0.9]) assert.ok(Math.abs(at(seconds) - at(0.77) / 2) < 0.1, `${at(seconds)}`);
});

test("the file is as “Sound and file” says, the dock says so too, and a reload keeps it", async () => {
  await studio.clear();
  await studio.addAudio(...tones());
  const outlook = async () => (await studio.element("#outlook").getText()).replace(/.*file: /, "");
  await studio.reload();
  assert.equal(await outlook(), "mono or stereo, 44.1 kHz, 256 kb/s");
  const { result: open } = await studio.export();
  assert.deepEqual([open.channels, open.audioLayout], [1, "mono"]);
  assert.equal(await studio.element("#channels").getText(), "mono");
  assert.equal((await describe(await session.browser.take(open.name))).numberOfChannels, 1);
  await studio.set({ audioLayout: "Mono", audioRate: "48", bitRate: "96", loudness: "Broadcast" });
  await studio.reload();
  assert.equal(await outlook(), "mono, 48 kHz, 96 kb/s, at −23 LUFS");
  await session.screenshot("outlook");

  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.deepEqual([result.channels, result.audioLayout, result.sampleRate], [1, "mono", 48_000]);
  assert.ok(Math.abs(result.loudness.integratedLufs + 23) < 0.2);
  await studio.click("#figures summary");
  assert.match(await studio.element("#loudness").getText(), /^−23\.\d LUFS, peak −[\d.]+ dBTP, .*−[\d.]+ dB applied$/);
  const path = await session.browser.take(result.name);
  assert.equal(decode(path).length, result.durationSeconds * 48_000);
  assert.equal((await describe(path)).numberOfChannels, 1);
  await studio.set({ audioLayout: "Stereo", audioRate: "44", bitRate: "256", loudness: "Unchanged" });
  await studio.reload();
  assert.equal(await outlook(), "stereo, 44.1 kHz, 256 kb/s");
});

test("audio without the silence at its ends is as long as its sound, until its clip says otherwise", async () => {
  await studio.clear();
  await studio.set({ trimSilence: true });
  const path = join(session.folder, "pauses.wav");
  await studio.addAudio(writeTone(path, { frequency: 440, seconds: 1.12, leadSeconds: 0.5 }));
  await studio.set({ trimSilence: false });
  const [{ id, length }] = await studio.clips();
  // 0.05 s of the silence remain.
  assert.equal(length, "0:01.2");
  const exported = async () => (await studio.export()).result;
  const trimmed = await exported();
  assert.ok(Math.abs(trimmed.durationSeconds - 1.17) < 0.01, `${trimmed.durationSeconds}`);
  await session.browser.take(trimmed.name);

  await studio.edit(id, { sourceStart: "0" });
  assert.equal((await studio.clips())[0].length, "0:01.6");
  const whole = await exported();
  assert.ok(Math.abs(whole.durationSeconds - 1.62) < 0.01, `${whole.durationSeconds}`);
  await session.browser.take(whole.name);
});

/** Writes files of one second each, with the frequency in the name. */
function tones() {
  return TONES.map((frequency, index) => {
    const sampleRate = [44_100, 48_000, 22_050][index];
    return writeTone(join(session.folder, `tone-${frequency}.wav`), { frequency, seconds: 1, sampleRate });
  });
}

/** Returns the clips' frequencies in the list's order. */
async function frequencies() {
  return (await studio.clips()).map(({ text }) => Number(/\d+/.exec(text)[0]));
}

/** Exports, and asserts that the file has these tones of one second, half a second apart, and nothing else. */
async function assertSounds(expected) {
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  const samples = decode(await session.browser.take(result.name));
  assert.equal(samples.length, Math.round((expected.length * 1.5 - 0.5) * RATE));
  for (const [index, frequency] of expected.entries()) {
    const start = index * 1.5 * RATE;
    const middle = samples.subarray(start + 0.1 * RATE, start + 0.9 * RATE);
    const strengths = TONES.map((tone) => strengthAt(middle, tone, RATE));
    assert.equal(TONES[strengths.indexOf(Math.max(...strengths))], frequency);
    const silence = samples.subarray(start + 1.1 * RATE, start + 1.4 * RATE);
    assert.ok(silence.every((sample) => Math.abs(sample) < 0.001));
  }
}
