/** A project can be saved as one file, or as a timeline for other editors, and opens unchanged from both. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { unzip, zip } from "../package/zip.ts";
import { writeTone } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { startSession } from "./session.mjs";
import { withSavePicker } from "./studio.mjs";

const PYTHON = ".tools/python/bin/python";
const NAME = "A Letter: “für Ödette”";
/** The name with the characters replaced that file systems do not allow. */
const STEM = "A Letter- “für Ödette”";

const SAMPLE = resolve("www/sample");
const AUDIO = readdirSync(SAMPLE).filter((name) => !name.endsWith(".json"));
const COVER = resolve("www/icons/icon-192.png");

let session;
let studio;
let driver;
/** A project with every possible field set, as a list of files to choose. */
let rich;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  rich = writeRichProject(session.folder);
  await studio.openProject(rich);
  assert.deepEqual((await studio.view()).problems, []);
});
after(() => session?.close());

let archive;
let exported;

test("a project saved as one file is the same in another profile, and is exported to the same bytes", async () => {
  await saveAs("#save-project");
  archive = await session.browser.take(`${STEM}.secuencia`);
  const project = await projectOf(driver);
  assert.equal(project.name, NAME);
  exported = await exportedBytes(session);

  const another = await startSession();
  try {
    await another.studio.open(another.site.url);
    await another.studio.openProject([archive]);
    assert.deepEqual((await another.studio.view()).problems, []);
    const opened = await projectOf(another.driver);
    assert.deepEqual(byNames(opened), byNames(project));
    assert.equal(opened.tags.covers.length, 1);
    assert.deepEqual(await exportedBytes(another), exported);
  } finally {
    await another.close();
  }
});

test("Firefox opens what Chromium saved, saves it, and exports the same bytes", async () => {
  const another = await startSession("firefox");
  try {
    await another.studio.open(another.site.url);
    await another.studio.openProject([archive]);
    assert.deepEqual((await another.studio.view()).problems, []);
    assert.deepEqual(byNames(await projectOf(another.driver)), byNames(await projectOf(driver)));
    await another.studio.click("#save");
    await another.studio.click("#save-project");
    const saved = await another.browser.take(`${STEM}.secuencia`);
    const contents = async (path) =>
      (await unzip(new Blob([readFileSync(path)])))
        .filter(({ path: inside }) => !inside.endsWith(".json"))
        .map(({ path: inside, crc32 }) => [inside, crc32]);
    assert.deepEqual(await contents(saved), await contents(archive));
    assert.deepEqual(await exportedBytes(another), exported);
  } finally {
    await another.close();
  }
});

test("unpacked, the file is a project folder: its JSON opens with what lies beside it", async () => {
  const before = await projectOf(driver);
  execFileSync("unzip", ["-q", archive, "-d", join(session.folder, "unpacked")]);
  const unpacked = join(session.folder, "unpacked");
  const beside = ["audio", "pictures"].flatMap((folder) =>
    readdirSync(join(unpacked, folder)).map((name) => join(unpacked, folder, name)),
  );
  await studio.openProject([join(unpacked, "project.json"), ...beside]);
  assert.deepEqual((await studio.view()).problems, []);
  assert.deepEqual(byNames(await projectOf(driver)), byNames(before));
});

test("a saved project that is dropped on the page is opened", async () => {
  const before = await projectOf(driver);
  await studio.click("#undo-notice button.link");
  await drop(archive);
  await studio.until("the project", ({ isOpen, arriving }) => isOpen && !arriving);
  await driver.wait(async () => (await projectOf(driver)).clips[0].assetId !== before.clips[0].assetId, 10_000);
  await studio.settled();
  assert.deepEqual(byNames(await projectOf(driver)), byNames(before));
});

let timeline;

test("the timeline is read by the official package, with every clip where it is", async () => {
  await saveAs("#save-timeline");
  timeline = await session.browser.take(`${STEM}.otio`);
  const script = "tests/support/read_otio.py";
  const [found] = JSON.parse(
    execFileSync(PYTHON, [script], { input: JSON.stringify([readFileSync(timeline, "utf8")]), maxBuffer: 2 ** 28 }),
  );
  const project = await projectOf(driver);
  assert.equal(found.name, NAME);
  assert.equal(found.clips.length, project.clips.length);
  const bySaid = new Map(found.clips.map((clip) => [clip.metadata.secuencia.id, clip]));
  for (const { id, name, text, voice, offset, isMuted = false } of project.clips) {
    const clip = bySaid.get(id);
    assert.equal(decodeURIComponent(clip.url), name);
    assert.equal(clip.enabled, !isMuted);
    assert.equal(clip.metadata.secuencia.text, text);
    assert.equal(clip.metadata.secuencia.voice, voice);
    if (offset !== undefined) assert.ok(Math.abs(clip.start - offset) < 1e-6, name);
  }
  assert.deepEqual(
    found.markers.map(([title, start]) => [title, start]),
    project.chapters.map(({ title, offset }) => [title, offset]),
  );
});

test("and opened again it is the same project, its audio and pictures still being here", async () => {
  const project = await projectOf(driver);
  await studio.openProject([timeline]);
  assert.deepEqual((await studio.view()).problems, []);
  assert.deepEqual(await projectOf(driver), project);
});

test("elsewhere it names the audio that it needs; with that it is the same project, but for the pictures", async () => {
  const another = await startSession();
  try {
    await another.studio.open(another.site.url);
    await another.studio.clear();
    const empty = await projectOf(another.driver);
    await another.studio.openProject([timeline, join(SAMPLE, AUDIO[0])]);
    const { problems } = await another.studio.view();
    const missing = AUDIO.slice(1).map(
      (name) =>
        `${basename(timeline)} could not be opened. The audio file “${name}” is missing. Choose it together with the timeline.`,
    );
    assert.deepEqual(problems.sort(), missing.sort());
    assert.deepEqual(await projectOf(another.driver), empty);

    await another.studio.click("#problems button");
    await another.studio.openProject([timeline, ...AUDIO.map((name) => join(SAMPLE, name))]);
    const [pictures, ...others] = (await another.studio.view()).problems;
    assert.match(pictures, /pictures? that this browser does not have/);
    assert.deepEqual(others, []);
    const { tags, chapters, ...opened } = byNames(await projectOf(another.driver));
    const { tags: ownTags, chapters: ownChapters, ...own } = byNames(await projectOf(driver));
    assert.deepEqual(opened, own);
    assert.deepEqual(tags, { ...ownTags, covers: [] });
    assert.deepEqual(
      chapters,
      ownChapters.map(({ image: _image, ...chapter }) => chapter),
    );
  } finally {
    await another.close();
  }
});

test("a page reads the timeline and packs it by itself, and the studio opens what it packed", async () => {
  const another = await startSession();
  try {
    await another.openBlank();
    const base64 = await another.driver.executeAsyncScript(inPageOfItsOwn, readFileSync(timeline, "utf8"));
    const path = join(another.folder, "by-a-page.secuencia");
    writeFileSync(path, base64, "base64");
    await another.studio.open(another.site.url);
    await another.studio.openProject([path]);
    const { problems } = await another.studio.view();
    assert.deepEqual(
      problems.filter((problem) => !problem.endsWith("the picture is not in the file.")),
      [],
    );
    const opened = await projectOf(another.driver);
    const own = await projectOf(driver);
    assert.deepEqual(
      opened.clips.map(({ id, text, voice }) => [id, text, voice]),
      own.clips.map(({ id, text, voice }) => [id, text, voice]),
    );
    assert.equal(opened.name, NAME);
  } finally {
    await another.close();
  }
});

test("what the official package has made of it keeps what it changed, and the rest", async () => {
  const edited = join(session.folder, "edited.otio");
  const edit = `
import sys, opentimelineio as otio
timeline = otio.adapters.read_from_file(sys.argv[1])
timeline.name = "Edited"
clip = next(clip for clip in timeline.find_clips() if clip.metadata["secuencia"]["id"] == sys.argv[3])
clip.enabled = False
clip.metadata["host"] = {"colour": "red"}
otio.adapters.write_to_file(timeline, sys.argv[2])`;
  const project = await projectOf(driver);
  const [first] = project.clips;
  execFileSync(PYTHON, ["-c", edit, timeline, edited, first.id]);
  await studio.openProject([edited]);
  assert.deepEqual((await studio.view()).problems, []);
  const opened = await projectOf(driver);
  assert.equal(opened.name, "Edited");
  assert.equal(opened.clips[0].isMuted, true);
  assert.deepEqual(
    opened.clips.map(({ metadata: _kept, isMuted: _muted, ...clip }) => clip),
    project.clips.map(({ metadata: _kept, isMuted: _muted, ...clip }) => clip),
  );
  await saveAs("#save-timeline");
  const again = JSON.parse(readFileSync(await session.browser.take("Edited.otio"), "utf8"));
  const clips = again.tracks.children.flatMap(({ children }) => children);
  assert.deepEqual(clips.find(({ metadata }) => metadata.secuencia?.id === first.id).metadata.host, { colour: "red" });
});

test("what cannot be opened is told in a sentence, and the open project stays", async () => {
  const whole = readFileSync(archive);
  const entries = await unzip(new Blob([whole]));
  const json = JSON.parse(await (await entries.find(({ path }) => path === "project.json").content()).text());
  const inJson = (change) => JSON.stringify({ ...json, ...change });
  const timelineText = readFileSync(timeline, "utf8");
  const cases = {
    "cut.secuencia": [whole.subarray(0, whole.length - 1000), /It is not whole: its end is missing\./],
    "damaged.secuencia": [damaged(whole, AUDIO[0]), /“audio\/[^”]+” is damaged: its checksum is wrong\./],
    "bomb.secuencia": [bomb(whole), /It is damaged: “[^”]+” is not where it should be\./],
    "text.secuencia": ["This is no archive at all, but it is long enough to be one.", /It is no archive\./],
    "empty.zip": [await packed([{ path: "a.wav", content: new Blob(["a"]) }]), /It holds no project file\./],
    "up.zip": [await packed([{ path: "../a.wav", content: new Blob(["a"]) }]), /a path that is not safe/],
    "wrong.zip": [
      await packed([{ path: "project.json", content: new Blob([inJson({ gapSeconds: "long", bitRate: 1 })]) }]),
      /The project’s “gapSeconds” must be a number from 0 to 60\./,
    ],
    "broken.otio": ["{ not json", /line 1/i],
    "cut.otio": [timelineText.slice(0, 5000), /line \d+/i],
    "no-timeline.otio": ['{"OTIO_SCHEMA": "Effect.1"}', /This is no timeline, but “Effect\.1”\./],
    "no-clips.otio": [
      '{"OTIO_SCHEMA": "Timeline.1", "name": "", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": []}}',
      /It has no clips that play audio files\./,
    ],
    "foreign.otio": [timelineText.replaceAll(/"assetId": "[^"]+"/g, '"assetId": "gone"'), /is missing|same file name/],
  };
  const before = await projectOf(driver);
  for (const [name, [content, sentence]] of Object.entries(cases)) {
    const path = join(session.folder, name);
    writeFileSync(path, content);
    await studio.openProject([path]);
    const { problems } = await studio.until(name, (view) => view.problems.length > 0);
    assert.ok(problems[0].startsWith(`${name} could not be opened. `), problems[0]);
    assert.match(problems.join("\n"), sentence);
    assert.deepEqual(await projectOf(driver), before, name);
    assert.ok((await studio.clips()).every(({ state }) => state === "ready"));
    await studio.click("#problems button");
  }
});

test("audio that a saved project lacks costs its clips alone, which are named", async () => {
  const entries = await unzip(new Blob([readFileSync(archive)]));
  const gone = entries.find(({ path }) => path.startsWith("audio/")).path;
  const rest = entries.filter(({ path }) => path !== gone);
  const sources = await Promise.all(rest.map(async ({ path, content }) => ({ path, content: await content() })));
  const path = join(session.folder, "lacking.secuencia");
  writeFileSync(path, await packed(sources));
  await studio.openProject([path]);
  const { problems } = await studio.until("the problem", (view) => view.problems.length > 0 && !view.arriving);
  assert.deepEqual(problems, [`${basename(gone)} could not be added: its audio is not in the file.`]);
  await studio.click("#problems button");
  await studio.click("#undo-notice button.link");
});

test("the ways to save are reached by keyboard, close by Escape, and have no fault that axe finds", async () => {
  await driver.executeScript("document.querySelector('#open-project').focus()");
  await keys(Key.TAB);
  assert.equal(await focused(), "save");
  await keys(Key.ENTER);
  assert.equal(await studio.element("#save").getAttribute("aria-expanded"), "true");
  await session.screenshot("save-menu");
  assert.deepEqual(await faultsOf(driver, SERIOUS), []);
  await keys(Key.TAB);
  assert.equal(await focused(), "save-project");
  await keys(Key.ESCAPE);
  assert.equal(await focused(), "save");
  assert.equal(await studio.element("#save-menu").isDisplayed(), false);
  await keys(Key.ENTER, Key.TAB, Key.TAB, Key.TAB);
  assert.equal(await studio.element("#save-menu").isDisplayed(), false, "it closes behind who goes on");
  assert.notEqual(await focused(), "save-timeline");
});

test("on a narrow screen the menu is whole, and the page no wider", async () => {
  const metrics = { width: 360, height: 740, deviceScaleFactor: 2, mobile: true };
  await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
  await studio.click("#save");
  await session.screenshot("save-menu-narrow");
  const [left, right, wide] = await driver.executeScript(() => {
    const { left, right } = document.querySelector("#save-menu").getBoundingClientRect();
    return [left, right, document.documentElement.scrollWidth];
  });
  assert.ok(left >= 0 && right <= 360, `${left} to ${right}`);
  assert.equal(wide, 360);
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
  await keys(Key.ESCAPE);
});

test("with a save dialog the project goes into the picked file; a dismissed dialog is silent", async () => {
  await withSavePicker(driver, "accept");
  await studio.reload();
  const project = await projectOf(driver);
  await saveAs("#save-project");
  const [asked] = await driver.executeScript("return window.picked");
  assert.ok(asked.isActive, "the dialog is asked for from the click itself");
  assert.equal(asked.options.suggestedName, `${project.name.replace(":", "-")}.secuencia`);
  const said = () => driver.executeScript("return document.querySelector('.notices [role=status]').textContent");
  await driver.wait(async () => (await said()) === "The project was saved.", 10_000);
  const path = join(session.folder, "picked.secuencia");
  writeFileSync(path, await picked(asked.options.suggestedName), "base64");
  const [first] = await unzip(new Blob([readFileSync(path)]));
  assert.equal(JSON.parse(await (await first.content()).text()).name, project.name);

  await withSavePicker(driver, "dismiss");
  await studio.reload();
  await saveAs("#save-timeline");
  assert.deepEqual((await studio.view()).problems, []);
  assert.deepEqual(await projectOf(driver), project);
});

test("saving can be cancelled while it waits for audio, and while it writes: a file of that name stays as it was", async () => {
  await withSavePicker(driver, "accept");
  await studio.reload();
  const name = `${(await projectOf(driver)).name.replace(":", "-")}.secuencia`;
  const before = await picked(name);
  const says = (words) => async () =>
    (await driver.executeScript("return document.querySelector('.notices [role=status]').textContent")) === words;

  const many = Array.from({ length: 400 }, (_, index) =>
    writeTone(join(session.folder, `many-${index}.wav`), { frequency: 220, seconds: 1 }),
  );
  await studio.element("#add-audio").sendKeys(many.join("\n"));
  await studio.until("the audio", ({ arriving }) => arriving);
  await saveAs("#save-project");
  await driver.wait(says("Saving."), 10_000);
  await studio.click("#save");
  await studio.click("#cancel-saving");
  await driver.wait(says("Saving was cancelled."), 10_000);
  assert.ok((await studio.view()).arriving, "the audio goes on arriving");
  assert.equal(await focused(), "save");
  await studio.settled();

  const { shown, said } = await driver.executeAsyncScript(cancelOnceSaving);
  assert.match(shown, /^\d+%$/);
  assert.equal(said, "Saving was cancelled.");
  assert.equal(await picked(name), before);
  assert.deepEqual((await studio.view()).problems, []);
});

/** Writes the sample's project with every other field set. Returns the paths to choose in the page. */
function writeRichProject(folder) {
  const sample = JSON.parse(readFileSync(join(SAMPLE, "project.json"), "utf8"));
  const clips = sample.clips.map((clip, index) => ({ id: `line-${index}`, ...clip }));
  Object.assign(clips[1], { scene: "INT. LIGHTHOUSE", fadeIn: 0.0123456789, pan: -0.3, volumeDb: -2.5 });
  Object.assign(clips[2], { metadata: { host: { note: "kept" } }, fadeOut: 0.05 });
  const path = join(folder, "rich.json");
  const project = {
    ...sample,
    name: NAME,
    edgeFadeSeconds: 0.005,
    audioRate: 48_000,
    bitRate: 96_000,
    loudness: "podcast",
    trimSilence: true,
    sidecars: ["webvtt", "json", "srt"],
    tags: { artist: "Ada Quill", track: { number: 1, total: 2 }, covers: [basename(COVER)] },
    chapters: [
      { title: "The Door", offset: 0, image: basename(COVER) },
      { title: "Später", offset: 4.5 },
    ],
    extension: "m4b",
    metadata: { host: [1, 2, 3] },
    script: [
      { text: "Who knocks?", voice: "ODETTE", scene: "INT. LIGHTHOUSE", clipId: "line-0" },
      { text: "Nobody.", voice: "BRAM" },
    ],
    clips,
  };
  writeFileSync(path, JSON.stringify(project));
  return [path, COVER, ...AUDIO.map((name) => join(SAMPLE, name))];
}

/** Chooses a way to save. */
async function saveAs(choice) {
  await studio.click("#save");
  await studio.click(choice);
}

async function exportedBytes({ studio: page, browser }) {
  const { state, result, error } = await page.export();
  assert.equal(state, "done", error?.text);
  return readFileSync(await browser.take(result.name));
}

/** Returns the project that a page has stored. */
function projectOf(browser) {
  return browser.executeAsyncScript((done) => {
    const opening = indexedDB.open("studio");
    opening.onsuccess = () => {
      opening.result.transaction("documents").objectStore("documents").get("project").onsuccess = ({ target }) => {
        opening.result.close();
        done(target.result);
      };
    };
  });
}

/** Replaces the IDs of assets and pictures by numbers in order: each library has different IDs. */
function byNames(project) {
  const numbers = new Map();
  const number = (id) => numbers.get(id) ?? numbers.set(id, numbers.size).get(id);
  return {
    ...project,
    clips: project.clips.map((clip) => ({ ...clip, assetId: number(clip.assetId) })),
    tags: { ...project.tags, covers: project.tags.covers.map(number) },
    chapters: project.chapters.map((chapter) => ({
      ...chapter,
      ...(chapter.image && { image: number(chapter.image) }),
    })),
  };
}

/** Runs the code of docs/timelines.md with the sample's audio. */
async function inPageOfItsOwn(json, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const { otioToTimeline } = await import("/secuencia/otio.js");
  const { openProject, packProject } = await import("/secuencia/archive.js");
  const library = await openLibrary({ database: "own" });
  const { timeline, media } = otioToTimeline(json);
  for (const { assetId, name } of media) {
    await library.addAsset(await (await fetch(`/sample/${name}`)).blob(), { id: assetId, name });
  }
  await library.saveTimeline(timeline);
  const packed = await packProject(timeline, library);
  const project = await (await openProject(packed)).addTo(library);
  await library.buildTimeline(project.name, project.clips, project);
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.readAsDataURL(packed);
}

/** Returns the archive with one byte of a file's content changed. */
function damaged(whole, name) {
  const bytes = Buffer.from(whole);
  // Search after the project file, which also contains the name.
  const from = bytes.indexOf("PK\x03\x04", 4, "latin1");
  bytes[bytes.indexOf(name, from) + name.length + 1000] ^= 1;
  return bytes;
}

/** Returns the archive with a file of four gigabytes, according to its directory. */
function bomb(whole) {
  const bytes = Buffer.from(whole);
  const central = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
  bytes.writeUInt32LE(0xfffffffe, central + 20);
  bytes.writeUInt32LE(0xfffffffe, central + 24);
  return bytes;
}

async function packed(sources) {
  return Buffer.from(await (await zip(sources)).arrayBuffer());
}

async function drop(path) {
  const base64 = readFileSync(path, "base64");
  await driver.executeAsyncScript(
    async (name, content, done) => {
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
      done();
    },
    basename(path),
    base64,
  );
}

/** Returns a file behind one of the picker's handles, as base64. */
function picked(name) {
  return driver.executeAsyncScript(async (file, done) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(file);
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.readAsDataURL(await handle.getFile());
  }, name);
}

/** Runs in the page: saves the project, and cancels as soon as some progress shows. */
async function cancelOnceSaving(done) {
  const find = (css) => document.querySelector(css);
  const button = find("#save");
  const press = async (css) => {
    button.click();
    await new Promise((shown) => setTimeout(shown));
    find(css).click();
  };
  const changes = (element, isReached) =>
    new Promise((reached) => {
      const look = () => isReached(element.textContent) && reached(element.textContent);
      new MutationObserver(look).observe(element, { childList: true, characterData: true, subtree: true });
    });
  const begun = changes(button, (text) => /[1-9]%$/.test(text));
  await press("#save-project");
  const shown = await begun;
  const ended = changes(find(".notices [role=status]"), (text) => text.endsWith("ed."));
  await press("#cancel-saving");
  done({ shown, said: await ended });
}

function focused() {
  return driver.executeScript("return document.activeElement?.id");
}

function keys(...sequence) {
  return driver
    .actions()
    .sendKeys(...sequence)
    .perform();
}
