/** The details in “About this file…” go into the exported file and the project, and may come from a project file. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { By, Key } from "selenium-webdriver";
import { ffprobe, mutagen } from "../tests/support/readers/readers.mjs";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

const PNG = resolve("www/icons/icon-192.png");
const OTHER_PNG = resolve("www/icons/maskable-512.png");
const NOT_A_PICTURE = resolve("webdriver/data/not-audio.mp3");

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  await studio.clear();
  await studio.set({ gapSeconds: 0.25 });
  await studio.addAudio(...tones());
});
after(() => session?.close());

test("tags, pictures and chapters from the dialog are in the file", async () => {
  await studio.openFile("about");
  await type({ title: "Drei Töne", artist: "Ärtist", narrator: "Ada", year: "2026", description: "灯台" });
  await studio.choose("#about-file [name=mediaType]", "Audiobook");
  await studio.click("#more-tags summary");
  await type({ trackNumber: "2", trackTotal: "3", language: "de-AT", copyright: "© nobody" });
  await studio.element("#add-covers").sendKeys(`${PNG}\n${OTHER_PNG}`);
  await covers(2);
  await hand("drop", PNG);
  await covers(3);
  await hand("paste", PNG);
  const [first, second] = await covers(4);
  await studio.click(`#covers [data-picture="${second}"] [aria-label="Move picture 2 towards the front"]`);
  assert.deepEqual((await covers(4)).slice(0, 2), [second, first]);
  await studio.click('#covers [aria-label="Remove picture 4"]');
  await covers(3);

  await studio.choose("#chapter-source", "each clip");
  assert.match(await studio.element("#chapter-outlook").getText(), /^3 chapters from these clips: 0:00\.0 tone-440/);
  await studio.click("#list-chapters");
  await studio.type('[aria-label="Title of chapter 2"]', "Zweiter Ton");
  await studio.type('[aria-label="Start of chapter 2"]', "0:01.5");
  await studio.element('[aria-label="Picture for chapter 1"]').sendKeys(OTHER_PNG);
  await found('[aria-label="Remove the picture for chapter 1"] img');
  await studio.click("#add-chapter");
  assert.equal(await focused("aria-label"), "Start of chapter 4", "the keyboard is where the new chapter is");
  await studio.type('[aria-label="Start of chapter 4"]', "2,75");
  await studio.type('[aria-label="Title of chapter 4"]', "Ende");
  await studio.click('#about-file [name="isAudiobook"]');
  await session.screenshot("about-file");
  await studio.click("#file-settings [type=submit]");

  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.match(result.name, /\.m4b$/);
  assert.deepEqual(result.warnings, []);
  assert.deepEqual(
    result.chapters.map(({ title, startTime }) => [title, startTime]),
    [
      ["tone-440", 0],
      ["Zweiter Ton", 1.5],
      ["tone-990", 2.5],
      ["Ende", 2.75],
    ],
  );
  const path = await session.browser.take(result.name);
  const { tags, chapters } = await mutagen(path);
  assert.deepEqual(
    [tags["©nam"], tags["©ART"], tags["©nrt"], tags["©wrt"]],
    [["Drei Töne"], ["Ärtist"], ["Ada"], ["Ada"]],
  );
  assert.deepEqual([tags["©day"], tags.desc, tags.cprt], [["2026"], ["灯台"], ["© nobody"]]);
  assert.deepEqual([tags.trkn, tags.stik], [[[2, 3]], [2]]);
  const bytes = (file) => readFileSync(file, "base64");
  assert.deepEqual(
    tags.covr.map(({ data }) => data),
    [bytes(OTHER_PNG), bytes(PNG), bytes(PNG)],
  );
  assert.equal(chapters.length, 4);
  const { streams } = await ffprobe(path);
  assert.equal(streams[0].tags.language, "deu");
  assert.equal(streams.filter(({ disposition }) => disposition.timed_thumbnails).length, 1);
});

test("a reload keeps it all, and a dialog that is left changes nothing", async () => {
  await studio.reload();
  await studio.openFile("about");
  assert.equal(await value("title"), "Drei Töne");
  assert.equal(await value("trackTotal"), "3");
  const kept = await covers(3);
  await type({ title: "Something else" });
  await studio.click('#covers [aria-label="Remove the cover"]');
  await covers(2);
  await discard();
  assert.equal(await focused("id"), "settings", "the focus is back where the dialog was opened");

  await studio.openFile("about");
  assert.equal(await value("title"), "Drei Töne");
  assert.deepEqual(await covers(3), kept);
  for (const image of await driver.findElements(By.css("#covers img"))) {
    await driver.wait(async () => Number(await image.getAttribute("naturalWidth")) > 0, 5000);
  }
  assert.equal(await studio.element('[aria-label="Title of chapter 4"]').getAttribute("value"), "Ende");
  assert.equal(await studio.element('[aria-label="Start of chapter 4"]').getAttribute("value"), "0:02.75");
  await studio.click("#file-settings .buttons .button:not(.primary)");
});

test("what is no time, no language and no picture is told in words, and the dialog stays", async () => {
  await studio.openFile("about");
  await studio.type('[aria-label="Start of chapter 4"]', "soon");
  await studio.click("#sound-tab");
  await studio.click("#file-settings [type=submit]");
  assert.equal(await studio.element("#about-tab").getAttribute("aria-selected"), "true", "the fault comes in sight");
  const message = (css) => studio.element(css).getAttribute("validationMessage");
  assert.equal(await message('[aria-label="Start of chapter 4"]'), "Enter a time, such as 1:02:03.5.");
  await studio.type('[aria-label="Start of chapter 4"]', "2.75");
  await studio.click("#more-tags summary");
  await type({ language: "Deutsch" });
  await studio.click("#file-settings [type=submit]");
  assert.notEqual(await message("#about-file [name=language]"), "");
  await studio.element("#add-covers").sendKeys(NOT_A_PICTURE);
  await driver.wait(async () => /could not be added/.test(await studio.element("#about-fault").getText()), 5000);
  assert.equal(
    await studio.element("#about-fault").getText(),
    "not-audio.mp3 could not be added: This is not a supported picture. Choose a PNG or a JPEG.",
  );
  await covers(3);
  await discard();
});

test("no field of the dialog covers another on a phone", async () => {
  const metrics = { width: 360, height: 740, deviceScaleFactor: 1, mobile: false };
  await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
  for (const tab of ["sound", "about"]) {
    await studio.openFile(tab);
    const overlapping = await driver.executeScript(() => {
      const fields = [...document.querySelectorAll("#file-settings :is(.field, .check, legend)")].filter((one) =>
        one.checkVisibility(),
      );
      const boxes = fields.map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return { words: one.textContent.slice(0, 30), box: range.getBoundingClientRect() };
      });
      const crosses = ({ box: a }, { box: b }) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      return boxes.flatMap((one, at) =>
        boxes.slice(at + 1).flatMap((other) => (crosses(one, other) ? [[one.words, other.words]] : [])),
      );
    });
    assert.deepEqual(overlapping, [], tab);
    await studio.click("#file-settings .buttons .button:not(.primary)");
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
});

test("chapters can be made of scenes or of the clock when the file is", async () => {
  const [first, , third] = await studio.clips();
  await studio.edit(first.id, { scene: "STAIRS" });
  await studio.edit(third.id, { scene: "DOOR" });
  assert.deepEqual(await exportedWith(() => studio.choose("#chapter-source", "each scene")), [
    ["STAIRS", 0],
    ["DOOR", 2.5],
  ]);
  const everySecond = async () => {
    await studio.choose("#chapter-source", "every few");
    await studio.type("#chapter-minutes", "0.025");
  };
  assert.deepEqual(await exportedWith(everySecond), [
    ["Chapter 1", 0],
    ["Chapter 2", 1.5],
    ["Chapter 3", 3],
  ]);
  assert.deepEqual(await exportedWith(() => studio.choose("#chapter-source", "none")), []);
  const list = await exportedWith(() => studio.choose("#chapter-source", "my own list"));
  assert.equal(list.length, 4, "the list is still there");
});

test("a project file brings its tags, its pictures and its chapters with it", async () => {
  const project = {
    name: "From a file",
    clips: [{ file: "tone-440.wav", text: "Hello.", scene: "ONE" }],
    tags: { artist: "Somebody", covers: ["cover.png"] },
    chapters: [{ title: "All of it", offset: 0, image: "other.png" }],
    extension: "m4b",
  };
  const path = (name) => join(session.folder, name);
  writeFileSync(path("about.json"), JSON.stringify(project));
  writeFileSync(path("cover.png"), readFileSync(PNG));
  writeFileSync(path("other.png"), readFileSync(OTHER_PNG));
  const former = await studio.element("#project-name").getAttribute("value");
  await studio.openProject([path("about.json"), path("tone-440.wav"), path("cover.png")]);
  assert.deepEqual((await studio.view()).problems, [
    "about.json could not be opened. The picture “other.png” is missing. Choose it together with the project file.",
  ]);
  await studio.click("#problems [aria-label=Dismiss]");
  await studio.openProject(["about.json", "tone-440.wav", "cover.png", "other.png"].map(path));
  const { result } = await studio.export();
  assert.equal(result.name, "From a file.m4b");
  assert.deepEqual(result.chapters, [{ title: "All of it", startTime: 0, endTime: 1 }]);
  const { tags } = await mutagen(await session.browser.take(result.name));
  assert.deepEqual([tags["©nam"], tags["©ART"]], [["From a file"], ["Somebody"]]);
  assert.deepEqual(tags.covr, [{ type: "image/png", data: readFileSync(PNG, "base64") }]);
  await studio.switchTo(former);
  await studio.openFile("about");
  await covers(3);
  await studio.click("#file-settings [type=submit]");
});

/** Leaves the dialog without its changes, about which Escape asks. */
async function discard() {
  for (const key of [Key.ESCAPE, Key.TAB, Key.ENTER]) await driver.actions().sendKeys(key).perform();
}

/** Writes three files of a second each. */
function tones() {
  return [440, 660, 990].map((frequency) => {
    return writeTone(join(session.folder, `tone-${frequency}.wav`), { frequency, seconds: 1 });
  });
}

/** Types into the dialog's fields, by their names. */
async function type(fields) {
  for (const [name, text] of Object.entries(fields)) await studio.type(`#about-file [name=${name}]`, text);
}

function value(name) {
  return studio.element(`#about-file [name=${name}]`).getAttribute("value");
}

function focused(attribute) {
  return driver.executeScript((name) => document.activeElement?.getAttribute(name), attribute);
}

async function found(css) {
  await driver.wait(async () => (await driver.findElements(By.css(css))).length > 0, 10_000, css);
}

/** Returns the pictures' IDs, once there are `count`. */
async function covers(count) {
  const ids = () =>
    driver.executeScript(() =>
      [...document.querySelectorAll("#covers [data-picture]")].map((one) => one.dataset.picture),
    );
  await driver.wait(async () => (await ids()).length === count, 10_000, `${count} pictures`);
  return ids();
}

/** Drops or pastes a picture into the dialog. */
async function hand(how, path) {
  await driver.executeScript(
    (type, base64) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], "handed.png", { type: "image/png" }));
      const options = { bubbles: true, cancelable: true };
      const event =
        type === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data });
      document.querySelector("#file-settings form").dispatchEvent(event);
    },
    how,
    readFileSync(path, "base64"),
  );
}

/** Makes a change in the dialog, and exports. Returns the chapters. */
async function exportedWith(change) {
  await studio.openFile("about");
  await change();
  await studio.click("#file-settings [type=submit]");
  const { result } = await studio.export();
  await session.browser.take(result.name);
  return result.chapters.map(({ title, startTime }) => [title, startTime]);
}
