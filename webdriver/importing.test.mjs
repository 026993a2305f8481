/** While audio is added, its waveform grows, and the tab asks before it is closed. What files say is then offered. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  await studio.clear();
  await studio.set({ gapSeconds: 0.25 });
});
after(() => session?.close());

const ffmpeg = (...args) => execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);
const path = (name) => join(session.folder, name);
const isAsking = () =>
  driver.executeScript(() => {
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    return leaving.defaultPrevented;
  });

test("a long file’s waveform and length grow while it is read, and the tab is not closed by mistake", async () => {
  ffmpeg("-f", "lavfi", "-i", "sine=d=3600", "-c:a", "libmp3lame", "-b:a", "64k", path("long.mp3"));
  assert.equal(await isAsking(), false, "there is nothing to lose");
  await driver.executeScript(watchRows);
  await studio.element("#add-audio").sendKeys(path("long.mp3"));
  await studio.until("some of it", ({ arriving }) => arriving);
  assert.equal(await isAsking(), true, "a file is being added");
  await studio.settled();
  assert.equal(await isAsking(), false, "all of it is there");
  const lengths = await driver.executeScript("return window.grown");
  assert.ok(lengths.length > 1, `its length was shown only as ${lengths}`);
  const [{ id, length }] = await studio.clips();
  assert.equal(length, "1:00:00.0");
  await studio.press(id, "Remove");
});

test("the tab is not closed by mistake during an export, or while the project is saved", async () => {
  await studio.addAudio(writeTone(path("tone.wav"), { frequency: 440, seconds: 300 }));
  await driver.executeScript(askWhileBusy);
  assert.equal((await studio.export()).state, "done");
  assert.equal(await driver.executeScript("return window.askedInExport"), true);
  assert.equal(await isAsking(), false, "the export is over");
  await studio.click("#save");
  await studio.click("#save-project");
  await driver.wait(() => driver.executeScript("return window.askedInSave === true"), 20_000, "a save is asked about");
  await driver.wait(async () => !(await isAsking()), 60_000, "the save is over");
  await studio.clear();
});

test("chapters, tags and the cover of an added book are offered, and used in one step", async () => {
  writeBook();
  await studio.addAudio(writeTone(path("first.wav"), { frequency: 440, seconds: 1 }));
  assert.equal(await offer(), "", "a tone says nothing of itself");
  await studio.addAudio(path("Book.m4b"));
  const words = "“Book.m4b” has 2 chapters, a cover, a title, and 1 more tag.";
  await driver.wait(async () => (await offer()) === words, 20_000, "the offer");
  await studio.click("#use-facts");
  await driver.wait(async () => (await offer()) === "", 20_000, "the end of the offer");
  await driver.wait(async () => /Used 2 chapters/.test(await studio.element("#undo-notice").getText()), 20_000);
  const { result } = await studio.export();
  assert.deepEqual(
    result.chapters.map(({ title, startTime }) => [title, Math.round(startTime * 100) / 100]),
    [
      // A file’s first chapter begins with it.
      ["The Book", 0],
      ["Beginning", 1.25],
      ["End", 3.25],
    ],
  );
  assert.equal(await tagOf("title"), "The Book");
  assert.equal(await tagOf("artist"), "Ann Author");
  const hasCover = () => driver.executeScript("return document.querySelector('#covers [data-picture]') !== null");
  await driver.wait(hasCover, 20_000, "the cover");
  await studio.click("#file-settings [type=submit]");
  await studio.click("#undo");
  assert.deepEqual((await studio.export()).result.chapters, []);
});

test("an offer is declined, and goes when its file goes", async () => {
  await studio.clear();
  await studio.addAudio(path("Book.m4b"));
  await driver.wait(async () => (await offer()) !== "", 20_000, "the offer");
  await studio.click("#dismiss-facts");
  assert.equal(await offer(), "");
  await studio.clear();
  await studio.addAudio(path("Book.m4b"));
  await driver.wait(async () => (await offer()) !== "", 20_000, "the offer");
  await studio.clear();
  assert.equal(await offer(), "");
});

test("a project file finds a file whose name the disk has apart, as Macs do", async () => {
  const name = "Café.wav";
  const file = writeTone(path(name.normalize("NFD")), { frequency: 440, seconds: 1 });
  writeFileSync(path("names.json"), JSON.stringify({ name: "Names", clips: [{ file: name.normalize("NFC") }] }));
  await studio.openProject([path("names.json"), file]);
  assert.deepEqual((await studio.view()).problems, []);
  assert.equal((await studio.clips())[0].state, "ready");
});

test("a WAV whose markers are spoilt is added all the same", async () => {
  const cue = Buffer.from([..."cue ".split("").map((char) => char.charCodeAt(0)), 4, 0, 0, 0, 255, 255, 255, 255]);
  writeFileSync(path("spoilt.wav"), Buffer.concat([readFileSync(path("first.wav")), cue]));
  await studio.clear();
  await studio.addAudio(path("spoilt.wav"));
  assert.deepEqual((await studio.view()).problems, []);
  assert.equal((await studio.clips()).length, 1);
});

function writeBook() {
  const chapters = ["Beginning", "End"].map(
    (title, n) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${n * 2000}\nEND=${n * 2000 + 2000}\ntitle=${title}`,
  );
  writeFileSync(path("facts.txt"), [";FFMETADATA1", "title=The Book", "artist=Ann Author", ...chapters, ""].join("\n"));
  ffmpeg(
    ...["-f", "lavfi", "-i", "sine=d=4", "-i", resolve("www/icons/icon-192.png"), "-f", "ffmetadata"],
    ...["-i", path("facts.txt"), "-map", "0", "-map", "1", "-map_metadata", "2", "-map_chapters", "2"],
    ...["-c:v", "copy", "-disposition:v", "attached_pic", "-c:a", "aac", "-f", "ipod", path("Book.m4b")],
  );
}

async function offer() {
  return driver.executeScript(() => document.querySelector("#facts-notice p")?.textContent ?? "");
}

async function tagOf(field) {
  if (!(await driver.executeScript("return document.querySelector('#file-settings')?.open ?? false"))) {
    await studio.openFile("about");
  }
  return studio.element(`#about-file [name=${field}]`).getAttribute("value");
}

// The functions below run in the page.

/** Asks whether the tab may be closed, at the first moment that shows an export and at the first that shows a save. */
function askWhileBusy() {
  const isAsked = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  const look = () => {
    if (document.querySelector("#export-panel").dataset.state === "running") window.askedInExport ??= isAsked();
    if (document.querySelector("#save").textContent.includes("%")) window.askedInSave ??= isAsked();
  };
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document.body, all);
}

/** `window.grown` has the lengths that a row has shown while its audio was being added. */
function watchRows() {
  window.grown = [];
  const note = () => {
    const row = document.querySelector("#clips > li[data-state=arriving]");
    const length = row?.querySelector(".length")?.textContent;
    if (length && length !== "…" && !window.grown.includes(length)) window.grown.push(length);
  };
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
}
