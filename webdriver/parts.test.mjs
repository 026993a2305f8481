/** A part of the project is marked, played again and again, and exported alone; and each chapter is exported. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { decode, strengthAt, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";
import { withFolderPicker } from "./studio.mjs";

const RATE = 44_100;
const TONES = [300, 700, 1100, 1900];

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  await studio.openProject(project("clips"));
});
after(() => session?.close());

test("a part is marked by a button, by dragging with Shift, and by keys, and is unmarked", async () => {
  await studio.click("#mark");
  assert.equal(await text("#part"), "0:00.0 to 0:10.0");
  await studio.click("#unmark");
  await dragOverRuler(0.25, 0.75);
  const [from, to] = await points();
  assert.ok(Math.abs(from - 3) < 0.1 && Math.abs(to - 9) < 0.1, `${from} to ${to}`);
  const end = await studio.element(".window .edge-end");
  await end.sendKeys(Key.ARROW_LEFT, Key.PAGE_DOWN, Key.chord(Key.SHIFT, Key.ARROW_LEFT));
  assert.ok(Math.abs((await points())[1] - to + 1.11) < 0.005);
  await end.sendKeys(Key.HOME);
  const [start, least] = await points();
  assert.ok(Math.abs(least - start - 0.1) < 0.005, "there is always something to hear");
  await end.sendKeys(Key.END);
  assert.equal((await points())[1], 12);
});

test("what plays stays in the part", async () => {
  await dragOverRuler(0.5, 0.6);
  const [from, to] = await points();
  await studio.click("#play");
  const seen = [];
  let turns = 0;
  await driver.wait(async () => {
    const at = Number(await studio.element("#seek").getAttribute("aria-valuenow"));
    if (at < (seen.at(-1) ?? 0)) turns += 1;
    seen.push(at);
    return turns >= 2;
  }, 30_000);
  await studio.click("#play");
  // While it plays, the ruler tells whole seconds.
  const inside = seen.filter((at) => at >= Math.floor(from) && at <= to);
  assert.equal(inside.length, seen.length, `${seen} in ${from} to ${to}`);
});

test("the part is exported alone", async () => {
  await dragOverRuler(0.25, 0.5);
  const ends = await points();
  await studio.click("#other-ways");
  const { result, state } = await studio.export(undefined, "#export-part");
  assert.equal(state, "done");
  const [from, to] = ends.map((time) => time.toFixed(1).padStart(4, "0"));
  assert.equal(result.name, `Tones, 0.${from} to 0.${to}.m4a`);
  assert.ok(Math.abs(result.durationSeconds - (ends[1] - ends[0])) < 1e-4, `${result.durationSeconds} of ${ends}`);
  assert.equal(result.chapters.length, 1);
  const sound = decode(await session.browser.take(result.name));
  assert.ok(strengthAt(sound.subarray(RATE, 2 * RATE), TONES[1], RATE) > 0.3);
  for (const other of [0, 2, 3]) assert.ok(strengthAt(sound.subarray(RATE, 2 * RATE), TONES[other], RATE) < 0.01);
});

test("without a folder picker, each chapter is a file of its own in a .zip", async () => {
  await driver.executeScript("window.showDirectoryPicker = undefined");
  await studio.click("#other-ways");
  await studio.click("#export-chapters");
  const files = await chapterFiles();
  assert.deepEqual(files, ["01 First.m4a", "02 Second.m4a", "03 Third.m4a", "04 Fourth.m4a"]);
  assert.equal(await text("#chapter-files .dock-title"), "Saved Tones.zip");
  const archive = await session.browser.take("Tones.zip");
  execFileSync("python3", ["-m", "zipfile", "-e", archive, session.folder]);
  for (const [index, name] of files.entries()) {
    const sound = decode(join(session.folder, name));
    assert.equal(sound.length, 3 * RATE);
    assert.ok(strengthAt(sound.subarray(RATE, 2 * RATE), TONES[index], RATE) > 0.3, name);
  }
  await studio.click("#chapter-files summary");
  const items = await driver.findElements({ css: "#chapter-files li" });
  const listed = await Promise.all(items.map((item) => item.getText()));
  assert.deepEqual(
    listed,
    files.map((name) => `${name} 0:03.0`),
  );
  await studio.click("#dismiss-card");
});

test("into a folder go all files, or a sentence says that there are no chapters", async () => {
  await withFolderPicker(driver, "accept", "chapters");
  await studio.reload();
  await studio.click("#other-ways");
  await studio.click("#export-chapters");
  const files = await chapterFiles();
  assert.equal(await text("#chapter-files .dock-title"), "Saved 4 files in “chapters”");
  const kept = await driver.executeAsyncScript(async (done) => {
    const root = await navigator.storage.getDirectory();
    const names = [];
    for await (const name of (await root.getDirectoryHandle("chapters")).keys()) names.push(name);
    done(names.sort());
  });
  assert.deepEqual(kept, files);

  await studio.openProject(project("none"));
  await studio.click("#other-ways");
  await studio.export(undefined, "#export-chapters");
  assert.match(await text("#export-error"), /^The file has no chapters yet\./);
  await studio.openProject(project("clips"));
  assert.equal((await studio.view()).state, "idle", "the failure goes with its cause");
});

/** Writes a project of four tones of three seconds, and returns the paths of its files. */
function project(chapterSource) {
  const path = join(session.folder, "Tones.json");
  const said = ["First", "Second", "Third", "Fourth"];
  const clips = said.map((line, index) => ({ file: `${index}.wav`, text: line }));
  writeFileSync(path, JSON.stringify({ name: "Tones", gapSeconds: 0, chapterSource, clips }));
  const files = TONES.map((frequency, index) =>
    writeTone(join(session.folder, `${index}.wav`), { frequency, seconds: 3 }),
  );
  return [path, ...files];
}

const text = (css) => studio.element(css).getText();

async function chapterFiles() {
  const read = () => document.querySelector("#chapter-files")?.dataset.files;
  return JSON.parse(await driver.wait(() => driver.executeScript(read), 60_000, "the files"));
}

/** Where the marked part begins and ends, in seconds. */
function points() {
  return driver.executeScript(() =>
    ["start", "end"].map((edge) =>
      Number(document.querySelector(`.window .edge-${edge}`).getAttribute("aria-valuenow")),
    ),
  );
}

/** Drags over the ruler with Shift, from one share of the project's length to another. */
async function dragOverRuler(from, to) {
  const { x, y, width } = await driver.executeScript(() => {
    const { x, y, width } = document.querySelector("#seek").getBoundingClientRect();
    return { x, y, width };
  });
  // Points of a part that is marked already lie over the ruler's upper part.
  if ((await driver.findElements({ css: "#unmark" })).length > 0) await studio.click("#unmark");
  const at = (share) => ({ x: Math.round(x + share * width), y: Math.round(y + 8) });
  const actions = driver.actions().keyDown(Key.SHIFT).move(at(from)).press().move(at(to)).release().keyUp(Key.SHIFT);
  await actions.perform();
}
