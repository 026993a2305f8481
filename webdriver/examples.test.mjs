/** Each page of examples/ works in Chromium, with the files of the sample project. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { parseFile } from "music-metadata";
import { decode } from "./audio.mjs";
import { startSession } from "./session.mjs";

const RATE = 44_100;
const SAMPLE = ["04-bram.flac", "05-pip.wav", "06-odette.mp3"].map((name) => resolve("www/sample", name));

/** @type {Awaited<ReturnType<typeof startSession>>} */
let session;
before(async () => {
  session = await startSession();
});
after(() => session?.close());

test("minimal: the file is as long as the page says", async () => {
  await open("minimal", SAMPLE);
  await click("export");
  const [, seconds] = await status(/^Joined\.m4a lasts ([\d.]+) s\.$/);
  const samples = decode(await downloaded("Joined.m4a"));
  assert.equal((samples.length / RATE).toFixed(3), seconds);
});

test("export-clips: a tone and a file become chapters of one file, and a file without audio is named", async () => {
  await open("export-clips", SAMPLE.slice(0, 1));
  await element("cover").sendKeys(resolve("www/icons/icon-192.png"));
  await click("export");
  const [, seconds] = await status(/^Announced\.m4a lasts ([\d.]+) s\.$/);
  const path = await downloaded("Announced.m4a");
  assert.equal((decode(path).length / RATE).toFixed(3), seconds);
  assert.equal((await parseFile(path)).common.picture.length, 1);
  await element("files").sendKeys(resolve("package.json"));
  await click("export");
  await status(/^clips\[2\] \(package\.json\): /);
});

test("finished-file: each file is a chapter, and the tags and the cover are in the file", async () => {
  await open("finished-file", SAMPLE);
  await element("author").sendKeys("A. Author");
  await element("cover").sendKeys(resolve("www/icons/icon-192.png"));
  await click("export");
  await status(/^The Book\.m4b is ready\.$/);
  const chapters = await read("#chapters li");
  assert.deepEqual(
    chapters.map((line) => line.split(",")[0]),
    ["04-bram", "05-pip", "06-odette"],
  );
  const { common } = await parseFile(await downloaded("The Book.m4b"));
  assert.equal(common.title, "The Book");
  assert.equal(common.artist, "A. Author");
  assert.equal(common.picture.length, 1);
});

test("play: the files are played before they are exported, and a wider gap makes them longer", async () => {
  await open("play", SAMPLE);
  await status(/^Ready\.$/);
  await click("play");
  const [, before] = await status(/^[\d.]+ s of ([\d.]+) s$/);
  await element("gap").sendKeys("5");
  const [, after] = await status(new RegExp(`^[\\d.]+ s of (?!${before} s$)([\\d.]+) s$`));
  assert.ok(Number(after) > Number(before));
  await click("play");
  assert.equal(await element("play").getText(), "Play");
});

test("follow-along: the player lists the lines and plays", async () => {
  await open("follow-along", SAMPLE);
  await element("lines").sendKeys("BRAM: The post, ma'am.\nPIP: He is wet.\nODETTE: Come up.");
  await click("export");
  await status(/^Press play/);
  const player = await session.driver.executeAsyncScript(async (done) => {
    const { shadowRoot } = document.querySelector("#player").firstElementChild;
    const audio = shadowRoot.querySelector("audio");
    if (audio.readyState === 0) await new Promise((ready) => audio.addEventListener("loadedmetadata", ready));
    while (!shadowRoot.textContent.includes("Come up.")) await new Promise((turn) => setTimeout(turn, 50));
    done({ seconds: audio.duration, text: shadowRoot.textContent });
  });
  assert.ok(player.seconds > 5);
  for (const words of ["BRAM", "The post, ma'am.", "ODETTE"]) assert.ok(player.text.includes(words), words);
});

test("progress-and-cancel: a cancelled export says so, and the next one is finished", async () => {
  await open("progress-and-cancel", [resolve("www/sample/music.m4a"), ...SAMPLE]);
  await click("export");
  await status(/./);
  await click("cancel");
  await status(/^Cancelled\.$/);
  await click("export");
  await status(/^Done, \d+ times as fast as it plays\.$/);
  assert.equal(await session.driver.executeScript('return document.getElementById("progress").value'), 100);
  await downloaded("My Script.m4a");
});

test("save-to-folder: the audio and its sidecars are in the folder", async () => {
  await open("save-to-folder", SAMPLE);
  // The driver cannot operate the browser's own dialog.
  await session.driver.executeScript(() => {
    window.showDirectoryPicker = async () =>
      (await navigator.storage.getDirectory()).getDirectoryHandle("picked", { create: true });
  });
  await click("export");
  await status(/^Saved\.$/);
  const inFolder = await session.driver.executeAsyncScript(async (done) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("picked");
    done(await Array.fromAsync(folder.keys()));
  });
  const names = ["My Script.labels.txt", "My Script.m4a", "My Script.srt", "My Script.vtt"];
  assert.deepEqual(inFolder.sort(), names);
  assert.deepEqual((await read("#saved li")).sort(), names);
});

test("open-timeline: the timeline's audio is found by its name, and is where the timeline says", async () => {
  const otio = join(session.folder, "cut.otio");
  writeFileSync(otio, JSON.stringify(timeline("04-bram.flac", { start: 0.5, seconds: 1.5 })));
  await open("open-timeline", [otio]);
  await click("export");
  await status(/^Choose “04-bram\.flac” as well/);
  await element("files").sendKeys(SAMPLE[0]);
  await click("export");
  await status(/^A cut\.m4a lasts 1\.500 s\.$/);
  assert.equal(decode(await downloaded("A cut.m4a")).length, 1.5 * RATE);
});

/** Returns an OpenTimelineIO timeline of one clip. */
function timeline(file, { start, seconds }) {
  const time = (value) => ({ OTIO_SCHEMA: "RationalTime.1", rate: 1000, value: value * 1000 });
  const clip = {
    OTIO_SCHEMA: "Clip.2",
    name: "A line",
    source_range: { OTIO_SCHEMA: "TimeRange.1", start_time: time(start), duration: time(seconds) },
    active_media_reference_key: "DEFAULT_MEDIA",
    media_references: { DEFAULT_MEDIA: { OTIO_SCHEMA: "ExternalReference.1", target_url: `audio/${file}` } },
  };
  const track = { OTIO_SCHEMA: "Track.1", kind: "Audio", children: [clip] };
  return {
    OTIO_SCHEMA: "Timeline.1",
    name: "A cut",
    tracks: { OTIO_SCHEMA: "Stack.1", children: [track] },
  };
}

/** Opens an example, and chooses files in it. */
async function open(name, files) {
  await session.driver.get(new URL(`examples/${name}/`, session.site.url).href);
  await element("files").sendKeys(files.join("\n"));
}

const element = (id) => session.driver.findElement({ id });
const click = (id) => element(id).click();

/** Waits until the page's status matches. Returns the match. */
async function status(pattern) {
  const said = element("status");
  let text = "";
  const isAsExpected = async () => {
    text = await said.getText();
    return pattern.test(text);
  };
  await session.driver.wait(isAsExpected, 30_000).catch(() => assert.match(text, pattern));
  return pattern.exec(text);
}

async function read(selector) {
  const found = await session.driver.findElements({ css: selector });
  return Promise.all(found.map((one) => one.getText()));
}

/** Clicks the page's download link. Returns the file's path. */
async function downloaded(name) {
  await session.driver.findElement({ css: "#result a" }).click();
  return session.browser.take(name);
}
