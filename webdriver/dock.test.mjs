/**
 * The dock at the foot of the page: one row at rest and while an export runs, and never more than 40 % of the window
 * with a result or a failure, at any size down to a phone on its side and a zoom of 400 %.
 */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { writeProject } from "./keeping.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";
import { withFolderPicker } from "./studio.mjs";

/** The last two: a phone on its side, and a window of 1,280 × 1,024 at 400 %. */
const SIZES = [
  [1600, 900],
  [1024, 768],
  [768, 1024],
  [360, 740],
  [320, 640],
  [740, 360],
  [320, 256],
];

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await withFolderPicker(driver, "accept", "exports");
  await studio.open(session.site.url);
});
after(() => session?.close());

test("at rest and in the middle of an export it is one row", async () => {
  await assertOneRow("rest");
  const path = join(session.folder, "Long.json");
  await studio.openProject(
    writeRepeatingProject(path, { name: "Long", audio: resolve("www/sample/rain.mp3"), times: 200 }),
  );
  await studio.click("#export");
  await studio.until(
    "some of it",
    ({ state, timeLeft, completed }) => state === "running" && timeLeft && completed > 8,
  );
  const { shown, bar } = await driver.executeScript(() => ({
    shown: Number(document.querySelector("#time-left").parentElement.textContent.match(/^(\d+)\s%/)[1]),
    bar: document.querySelector("#progress").value,
  }));
  assert.equal(shown, Math.floor(bar), "the bar and its sentence agree");
  assert.doesNotMatch((await studio.view()).message, /%/, "there is no other percentage");
  await assertOneRow("running");
  assert.equal((await studio.view()).state, "running", "it was all measured in the middle");
  await studio.click("#cancel");
  await studio.until("the cancel", ({ state }) => state === "cancelled");
  await assertOneRow("cancelled");
  await studio.openProject(writeProject(session, "Short", 4));
  assert.equal((await studio.view()).state, "idle", "the next edit ends the word on it");
});

test("a result is a card that scrolls inside, is marked by the next edit, and is dismissed by a key", async () => {
  assert.equal((await studio.export()).state, "done");
  await assertCards("result");
  assert.match(
    await textOf("#verdict"),
    /^(Loud enough for podcasts ✓|Quieter than podcasts are|Louder than podcasts are)$/,
  );
  await studio.click("#figures summary");
  assert.match(await textOf("#loudness"), /LUFS, peak −[\d.]+ dBTP/);
  await assertCards("result-figures");

  assert.equal(await textOf("#changed-since"), "");
  const [first] = await studio.clips();
  await studio.press(first.id, "Remove");
  assert.equal(await textOf("#changed-since"), "The project has changed since.");
  await assertCards("result-changed");
  await studio.click("#undo");
  assert.equal(await textOf("#changed-since"), "", "it is what was exported again");

  await driver.executeScript(() => document.querySelector("#dismiss-card").focus());
  await driver.actions().sendKeys(Key.ENTER).perform();
  assert.equal((await studio.view()).state, "idle");
  assert.equal(await driver.executeScript(() => document.activeElement.id), "export", "the focus stays in the dock");
  await assertOneRow("dismissed");
});

test("other ways to export are in the button's menu, by the keyboard too", async () => {
  await driver.executeScript(() => document.querySelector("#other-ways").focus());
  await driver.actions().sendKeys(Key.ENTER).perform();
  for (const [width, height] of SIZES) {
    await resize(width, height);
    assert.ok(await isInSight("#export-into-folder"), `at ${width} × ${height}`);
  }
  await driver.actions().sendKeys(Key.TAB, Key.ENTER).perform();
  const { state, result } = await studio.exported();
  assert.equal(state, "done");
  assert.deepEqual(result.saved, [result.name]);
  await studio.click("#dismiss-card");
});

test("a failure stays until its cause goes", async () => {
  const clips = await studio.clips();
  for (const name of ["short-0.wav", "short-1.wav"]) await studio.replaceContent(name, Buffer.from("no audio"));
  const { state } = await studio.export();
  assert.equal(state, "failed");
  await assertCards("failure");
  await studio.press(clips.at(-1).id, "Remove");
  assert.equal((await studio.view()).state, "failed", "another clip is not the cause");
  await studio.press(clips[0].id, "Remove");
  assert.equal((await studio.view()).state, "failed", "one of two is left");
  await studio.press(clips[1].id, "Remove");
  assert.equal((await studio.view()).state, "idle");

  await studio.clear();
  assert.equal((await studio.export()).state, "failed", "there is nothing to export");
  await assertCards("nothing");
  await studio.click("#undo");
  assert.equal((await studio.view()).state, "idle");
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds no serious fault in ${scheme}`, async () => {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
    await studio.click("#other-ways");
    assert.deepEqual(await faultsOf(driver, SERIOUS, ".dock"), [], "the menu");
    await studio.click("#other-ways");
    await studio.export();
    await studio.edit((await studio.clips())[0].id, { text: `In ${scheme}` });
    for (const [width, height] of [
      [1024, 768],
      [320, 256],
    ]) {
      await resize(width, height);
      assert.deepEqual(await faultsOf(driver, SERIOUS, ".dock"), [], `${width} × ${height}`);
    }
    await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
  });
}

/** Asserts that the dock is one row at every size, with all its buttons within the window. */
async function assertOneRow(name) {
  for (const [width, height] of SIZES) {
    await resize(width, height);
    const { dock, tops, isWithin } = await driver.executeScript(measure);
    assert.ok(dock <= 64, `${name}: ${dock} pixels at ${width} × ${height}`);
    assert.equal(tops, 1, `${name}: rows of buttons at ${width} × ${height}`);
    assert.ok(isWithin, `${name}: within ${width} × ${height}`);
    await session.screenshot(`dock-${name}-${width}`);
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
}

/** Asserts that the dock with its card is at most 40 % high, and that all of the card can be scrolled into sight. */
async function assertCards(name) {
  for (const [width, height] of SIZES) {
    await resize(width, height);
    const { dock, isWithin } = await driver.executeScript(measure);
    assert.ok(dock <= 0.4 * height + 0.5, `${name}: ${dock} pixels at ${width} × ${height}`);
    assert.ok(isWithin, `${name}: within ${width} × ${height}`);
    assert.ok(
      await isInSight(".dock-card :is(button, a, summary, audio)"),
      `${name}: reachable at ${width} × ${height}`,
    );
    await session.screenshot(`dock-${name}-${width}`);
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
}

async function resize(width, height) {
  const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
  await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
}

function textOf(css) {
  return driver.executeScript((selector) => document.querySelector(selector)?.textContent.trim() ?? "", css);
}

/** Whether all elements of a kind can be scrolled to a place where they can be pressed. */
function isInSight(css) {
  return driver.executeScript((selector) => {
    const found = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const isSeen = (element) => {
      element.scrollIntoView({ block: "nearest" });
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return left >= 0 && right <= innerWidth && (element === at || element.contains(at) || at?.contains(element));
    };
    return found.length > 0 && found.every(isSeen);
  }, css);
}

// The functions below run in the page.

function measure() {
  const boxOf = (element) => element.getBoundingClientRect();
  const buttons = [...document.querySelectorAll(".dock-row button")].filter((one) => one.checkVisibility()).map(boxOf);
  const shown = buttons.filter(({ width }) => width > 0);
  const { scrollWidth, clientWidth } = document.documentElement;
  return {
    dock: boxOf(document.querySelector(".dock")).height,
    tops: new Set(shown.map(({ top }) => Math.round(top))).size,
    isWithin: scrollWidth <= clientWidth && shown.every(({ left, right }) => left >= 0 && right <= clientWidth),
  };
}
