/**
 * A finished export in all its forms: a script that follows the sound, every file that goes with it, all of them as
 * one zip, and a folder with the files that the project asks for.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Key } from "selenium-webdriver";
import { decode } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { startSession } from "./session.mjs";
import { readLabels, readShowNotes, readSrt, readTiming, readWebvtt } from "./sidecars.mjs";
import { withFolderPicker } from "./studio.mjs";

const NAME = "A Letter for the Lighthouse";
/** The largest delay of a mark, in seconds. */
const LATE_SECONDS = 0.3;
/** The expected file name of each download. */
const FILES = {
  audio: `${NAME}.m4a`,
  webvtt: `${NAME}.vtt`,
  json: `${NAME}.m4a.timing.json`,
  srt: `${NAME}.srt`,
  chapters: `${NAME}.chapters.json`,
  "show-notes": `${NAME}.chapters.txt`,
  labels: `${NAME}.labels.txt`,
  page: `${NAME}.html`,
};

let session;
let studio;
let driver;
let result;
/** The paths of the finished downloads. */
const taken = {};
/** The cues of the WebVTT; times are milliseconds. */
let cues;

before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await withFolderPicker(driver, "accept", "exports");
  await studio.open(session.site.url);
  await studio.openFile("about");
  await studio.choose("#chapter-source", "each clip");
  await studio.click("#file-settings [type=submit]");
  ({ result } = await studio.export());
  taken.audio = await session.browser.take(FILES.audio);
});
after(() => session?.close());

test("nothing is saved unasked but the audio, and the player's code comes with the script", async () => {
  assert.deepEqual(result.sidecars, []);
  const loaded = () =>
    driver.executeScript(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => /follow-along|archive|result\.css/.test(path)),
    );
  assert.deepEqual(await loaded(), []);
  await studio.openResult();
  assert.deepEqual((await loaded()).sort(), ["/result.css", "/secuencia/follow-along.js"]);
});

test("every file that goes with the audio can be had, and is what it says", async () => {
  for (const id of ["webvtt", "json", "srt", "chapters", "show-notes", "labels", "page"]) {
    await studio.pressDownload(id);
    taken[id] = await session.browser.take(FILES[id]);
  }
  const text = (id) => readFileSync(taken[id], "utf8");
  cues = readWebvtt(text("webvtt"));
  assert.equal(cues.length, (await studio.clips()).length);
  const times = ({ start, end }) => [start, end];
  assert.deepEqual(readSrt(text("srt")).map(times), cues.map(times));
  assert.deepEqual(readTiming(text("json")), cues);
  assert.equal(JSON.parse(text("json")).audioFile, FILES.audio);
  assert.equal(readLabels(text("labels")).length, cues.length);
  assert.deepEqual(
    JSON.parse(text("chapters")).chapters.map(({ title }) => title),
    result.chapters.map(({ title }) => title),
  );
  assert.deepEqual(
    readShowNotes(text("show-notes")).map(({ title }) => title),
    result.chapters.map(({ title }) => title),
  );
  assert.equal((await studio.view()).problems.length, 0);
});

test("all of them come as one zip, which another program reads", async () => {
  await studio.pressDownload("zip");
  const zip = await session.browser.take(`${NAME}.zip`);
  const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    archive.extractall(sys.argv[2])
    print("\\n".join(archive.namelist()))`;
  const folder = join(session.folder, "unpacked");
  const names = execFileSync("python3", ["-c", script, zip, folder], { encoding: "utf8" }).trim().split("\n");
  assert.deepEqual(names, Object.values(FILES));
  for (const [id, name] of Object.entries(FILES)) {
    assert.ok(readFileSync(join(folder, name)).equals(readFileSync(taken[id])), name);
  }
});

test("the lines being heard are marked as they are heard, all of them where they overlap", async () => {
  const seen = await driver.executeAsyncScript(playAndWatch, 13, 5);
  assert.ok(seen.length > 50 && seen.at(-1).time > 17, JSON.stringify(seen.at(-1)));
  let together = 0;
  for (const { time, marked } of seen) {
    const at = time * 1000;
    const surely = cues.flatMap(({ start, end }, index) =>
      start + LATE_SECONDS * 1000 < at && at < end ? [index] : [],
    );
    const maybe = cues.flatMap(({ start, end }, index) =>
      start <= at + 10 && at < end + LATE_SECONDS * 1000 ? [index] : [],
    );
    for (const index of surely) assert.ok(marked.includes(index), `${time} s: line ${index} is heard, not marked`);
    for (const index of marked) assert.ok(maybe.includes(index), `${time} s: line ${index} is marked, not heard`);
    together = Math.max(together, marked.length);
  }
  assert.ok(together >= 3, `${together} lines at a time`);
  assert.ok(new Set(seen.map(({ marked }) => `${marked}`)).size >= 4, "one line after the other");
});

test("a click on a line and on a chapter goes there, and so does Enter", async () => {
  const last = cues.length - 1;
  await clickIn(`#line-${last}`);
  await assertAt(cues[last].start / 1000);
  assert.ok((await marked()).includes(last));

  await clickIn("nav li:nth-child(3) button");
  await assertAt(result.chapters[2].startTime);
  const chapter = await inScript((root) => root.querySelector("nav [aria-current]").textContent);
  assert.ok(chapter.includes(result.chapters[2].title), chapter);

  await inScript((root) => root.querySelector("[role=list] button[tabindex='0']").focus());
  await keys(Key.END, Key.ENTER);
  await assertAt(cues[last].start / 1000);
});

test("it is opened and closed without a pointer, and gives the focus back", async () => {
  await keys(Key.ESCAPE);
  assert.equal(await isOpen(), false);
  assert.equal(await focused(), "follow");
  assert.equal(await driver.executeScript(() => document.querySelectorAll("#player track").length), 0);

  await keys(Key.ENTER);
  await driver.wait(isOpen, 10_000);
  assert.equal(await focused(), "result-panel-title");
  await keys(Key.TAB, Key.ENTER);
  assert.equal(await isOpen(), false);
  assert.equal(await focused(), "follow");
});

test("nothing of the page moves for it, wide or narrow, and axe finds no fault in light and dark", async () => {
  for (const [width, height] of [
    [1200, 900],
    [400, 800],
    [320, 640],
  ]) {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
    const before = await places();
    await studio.openResult();
    await driver.executeAsyncScript(seek, 15);
    assert.deepEqual(await places(), before);
    const isWithin = await driver.executeScript(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const parts = [...document.querySelectorAll(".dock .button, #result-panel, .result-script")];
      return scrollWidth <= clientWidth && parts.every((part) => part.getBoundingClientRect().right <= clientWidth);
    });
    assert.ok(isWithin, `all of it is within ${width} pixels`);
    for (const scheme of ["light", "dark"]) {
      const features = [{ name: "prefers-color-scheme", value: scheme }];
      await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
      // Wait for colour transitions.
      await driver.executeAsyncScript((done) => setTimeout(done, 250));
      await session.screenshot(`script-${width}-${scheme}`);
      assert.deepEqual(await faultsOf(driver, SERIOUS), [], `${width} ${scheme}`);
    }
    await keys(Key.ESCAPE);
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
});

test("the one-file page plays from disk, with the same lines", async () => {
  const tab = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  try {
    await driver.get(pathToFileURL(taken.page).href);
    const found = await driver.executeAsyncScript(async (done) => {
      const rootOf = () => document.querySelector("main > div")?.shadowRoot;
      const audio = () => rootOf()?.querySelector("audio");
      while (!audio()?.readyState || rootOf().querySelector("[aria-busy=true]")) {
        await new Promise((next) => setTimeout(next, 20));
      }
      const lines = rootOf().querySelectorAll(".item").length;
      done({ title: document.title, duration: audio().duration, lines });
    });
    assert.equal(found.title, NAME);
    assert.equal(found.lines, cues.length);
    assert.ok(Math.abs(found.duration - result.durationSeconds) < 0.001);
  } finally {
    await driver.close();
    await driver.switchTo().window(tab);
  }
});

test("into a folder goes the audio with the text files that the project asks for, and nothing is downloaded", async () => {
  await studio.set({ webvtt: true, srt: true });
  assert.match(await studio.element("#outlook").getText(), /with 2 text files/);
  const { state, result: saved } = await studio.export(undefined, "#export-into-folder");
  assert.equal(state, "done");
  const [asked] = await driver.executeScript("return window.pickedFolders");
  assert.ok(asked.isActive, "the dialog is asked for from the click itself");
  assert.equal(asked.options.mode, "readwrite");
  const names = [FILES.audio, FILES.webvtt, FILES.srt];
  assert.deepEqual(saved.saved, names);
  const files = await folderFiles();
  assert.deepEqual(Object.keys(files).sort(), [...names].sort());
  assert.equal(files[FILES.audio].size, saved.bytes);
  assert.equal(files[FILES.webvtt].text, readFileSync(taken.webvtt, "utf8"));
  assert.equal(files[FILES.srt].text, readFileSync(taken.srt, "utf8"));
  assert.equal(await studio.element("#result .dock-title").getText(), `Saved ${FILES.audio} in “exports”`);
  assert.equal(await studio.element("#saved-beside").getText(), "with 2 text files");
  assert.deepEqual(await driver.findElements({ css: "#download, #to-save" }), []);
  await session.screenshot("saved-in-folder");

  // The other files can still be downloaded, and are not marked as saved.
  await studio.openResult();
  const isSaved = await driver.executeScript(() =>
    [...document.querySelectorAll("#result-panel li")]
      .filter((item) => item.querySelector(".quiet").textContent === "saved")
      .map((item) => item.querySelector("button").dataset.download),
  );
  assert.deepEqual(isSaved, ["audio", "webvtt", "srt"]);

  const again = await studio.export(undefined, "#export-into-folder");
  assert.equal(again.result.name, `${NAME} 2.m4a`);
  assert.equal(Object.keys(await folderFiles()).length, 6);
  assert.deepEqual(readdirSync(join(session.folder, "..", "downloads")), []);
});

test("a dismissed folder dialog is silent, and nothing has begun", async () => {
  const before = await studio.view();
  await driver.executeScript(() => {
    window.showDirectoryPicker = async () => {
      throw new DOMException("The user aborted a request.", "AbortError");
    };
  });
  await studio.click("#other-ways");
  await studio.click("#export-into-folder");
  assert.deepEqual(await studio.view(), before);
  assert.equal(Object.keys(await folderFiles()).length, 6);
});

test("a download tells of the text files that are still to be saved, and leads to them", async () => {
  await studio.export();
  assert.equal(await studio.element("#to-save").getText(), "2 text files to save");
  await studio.click("#to-save");
  await driver.wait(isOpen, 10_000);
  assert.equal(decode(await session.browser.take(FILES.audio)).length, Math.round(result.durationSeconds * 44_100));
});

test("what is asked for is kept, and can be unasked", async () => {
  await studio.reload();
  await studio.openFile("sound");
  await session.screenshot("text-files");
  const ticked = await driver.executeScript(() =>
    [...document.querySelectorAll(".text-files input:checked")].map(({ name }) => name),
  );
  assert.deepEqual(ticked, ["webvtt", "srt"]);
  await keys(Key.ESCAPE);
  await studio.set({ webvtt: false, srt: false });
  assert.doesNotMatch(await studio.element("#outlook").getText(), /text file/);
});

test("a voice has the colour in the script that it has in the list, whoever speaks first", async () => {
  const [{ id }] = await studio.clips();
  await studio.press(id, "Remove");
  await studio.export();
  await studio.openResult();
  const inList = await driver.executeScript(() =>
    [...document.querySelectorAll("#clips > li")].map((row) => [
      row.querySelector(".voice")?.textContent ?? "",
      /voice-(\d)/.exec(row.className)[1],
    ]),
  );
  const spoken = await inScript((root) =>
    [...root.querySelectorAll(".voice")].map((label) => [label.textContent.replace(":", ""), label.dataset.voice]),
  );
  const sorted = (pairs) => [...new Map(pairs.filter(([voice]) => voice))].sort();
  assert.deepEqual(sorted(spoken), sorted(inList));
  assert.ok(sorted(spoken).length > 2);
  assert.notEqual(spoken[0][1], "1", "it is not the order in which they are heard");
  await studio.click("#result-panel [aria-label='Close the script']");
});

test("where nobody says anything that is written down, that is said, and the chapters are there", async () => {
  const clips = await studio.clips();
  for (const { id } of clips.slice(1)) await studio.press(id, "Remove");
  await studio.openClip(clips[0].id);
  await studio.element("#clip-editor [name=text]").sendKeys(Key.chord(Key.CONTROL, "a"), Key.BACK_SPACE);
  await studio.click("#clip-editor [type=submit]");
  const { result: silent } = await studio.export();
  await studio.openResult();
  const said = await inScript((root) => ({
    script: root.querySelector(".view").textContent,
    chapters: root.querySelectorAll("nav li").length,
  }));
  assert.match(said.script, /^None of these clips has any text yet\./);
  assert.equal(said.chapters, silent.chapters.length);
  assert.ok(said.chapters > 0);
  await session.screenshot("no-script");
});

function keys(...sequence) {
  return driver
    .actions()
    .sendKeys(...sequence)
    .perform();
}

function isOpen() {
  return driver.executeScript(() => document.querySelector("#result-panel") !== null);
}

function focused() {
  return driver.executeScript(() => document.activeElement.id);
}

/** Evaluates a function on the script's shadow root. */
function inScript(ask) {
  return driver.executeScript(`return (${ask})(document.querySelector(".result-script > div").shadowRoot)`);
}

function marked() {
  return inScript((root) =>
    [...root.querySelectorAll(".item")].flatMap((item, index) => (item.matches(".spoken") ? [index] : [])),
  );
}

/** Clicks at an element's start: at its end, a button may cover the last line. */
async function clickIn(css) {
  const element = await driver.executeScript(
    (selector) => document.querySelector(".result-script > div").shadowRoot.querySelector(selector),
    css,
  );
  await driver.executeScript((target) => target.scrollIntoView({ block: "nearest", behavior: "instant" }), element);
  const { x, y } = await driver.executeScript((target) => {
    const { left, top, height } = target.getBoundingClientRect();
    return { x: Math.round(left) + 8, y: Math.round(top + height / 2) };
  }, element);
  await driver.actions().move({ x, y }).click().perform();
}

/** Asserts that the player reaches a time, within a browser's rounding. */
async function assertAt(seconds) {
  await driver.executeAsyncScript(settle);
  const time = await driver.executeScript(() => document.querySelector("#player").currentTime);
  assert.ok(Math.abs(time - seconds) < 0.002, `${time} s, and not ${seconds}`);
}

/** Returns the positions of the page's parts. */
function places() {
  return driver.executeScript(() => {
    // The card of the result may scroll, as a click on something in it does.
    document.querySelector("#follow").scrollIntoView({ block: "nearest" });
    return ["header", "#clips", ".dock", "#export", "#player", "#follow"].map((css) => {
      const { x, y, width, height } = document.querySelector(css).getBoundingClientRect();
      return [css, x, y, width, height].join(" ");
    });
  });
}

/** Returns the files of the picked folder. */
function folderFiles() {
  return driver.executeAsyncScript(async (done) => {
    const root = await navigator.storage.getDirectory();
    const files = {};
    for await (const [name, handle] of (await root.getDirectoryHandle("exports")).entries()) {
      const file = await handle.getFile();
      files[name] = { size: file.size, text: name.endsWith(".m4a") ? "" : await file.text() };
    }
    done(files);
  });
}

// The functions below run in the page.

async function playAndWatch(from, seconds, done) {
  const audio = document.querySelector("#player");
  const { shadowRoot } = document.querySelector(".result-script > div");
  audio.currentTime = from;
  await audio.play();
  const seen = [];
  const watching = setInterval(() => {
    const items = [...shadowRoot.querySelectorAll(".item")];
    const marked = items.flatMap((item, index) => (item.firstElementChild.ariaCurrent === "true" ? [index] : []));
    if (!audio.seeking) seen.push({ time: audio.currentTime, marked });
  }, 50);
  setTimeout(() => {
    clearInterval(watching);
    audio.pause();
    done(seen);
  }, seconds * 1000);
}

function settle(done) {
  const audio = document.querySelector("#player");
  const arrived = () => setTimeout(done, 100);
  if (audio.seeking) audio.addEventListener("seeked", arrived, { once: true });
  else arrived();
}

function seek(seconds, done) {
  const audio = document.querySelector("#player");
  audio.addEventListener("seeked", () => setTimeout(done, 100), { once: true });
  audio.currentTime = seconds;
}
