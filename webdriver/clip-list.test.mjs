/** The list of clips: one stop of the Tab key, rows out of sight have only their words, and many are edited at once. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { startSession } from "./session.mjs";

const CLIPS = 200;

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  writeTone(join(session.folder, "tone.wav"), { frequency: 300, seconds: 0.3 });
  const clips = Array.from({ length: CLIPS }, (_, index) => ({
    file: "tone.wav",
    text: `Line ${index + 1}${index % 50 === 9 ? ", by the Lighthouse" : ""}`,
    voice: index % 2 === 0 ? "ODETTE" : "نور",
  }));
  const path = join(session.folder, "Many.json");
  writeFileSync(path, JSON.stringify({ name: "Many", clips }));
  await studio.openProject([path, join(session.folder, "tone.wav")]);
});
after(() => session?.close());

/** The lines in their order, without what else a row shows. */
const lines = () =>
  driver.executeScript(() =>
    [...document.querySelectorAll("#clips > li")].map((row) => Number(/Line (\d+)/.exec(row.textContent)[1])),
  );
const focused = () => driver.executeScript(() => document.activeElement.textContent.match(/Line \d+/)?.[0]);
const keys = (...sequence) =>
  driver
    .actions()
    .sendKeys(...sequence)
    .perform();
const chord = (modifier, ...sequence) =>
  driver
    .actions()
    .keyDown(modifier)
    .sendKeys(...sequence)
    .keyUp(modifier)
    .perform();
const selectedWords = () => studio.element("#selected").getText();
const whole = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const rowAt = (number) => studio.element(`#clips > li:nth-child(${number})`);

test("rows out of sight have only their words, and are whole once they are in sight", async () => {
  const found = await driver.executeScript(() => ({
    elements: document.querySelectorAll("#clips *").length,
    rows: document.querySelectorAll("#clips > li").length,
    far: document.querySelector("#clips > li:nth-child(180)").innerHTML,
  }));
  assert.equal(found.rows, CLIPS);
  assert.ok(found.elements < CLIPS + 60 * 30, `${found.elements} elements`);
  assert.match(found.far, /^نور Line 180$/);
  await driver.executeScript(() => document.querySelector("#clips > li:nth-child(180)").scrollIntoView());
  const wholeRows = () =>
    driver.executeScript(() =>
      [180, 3].map((place) => document.querySelector(`#clips > li:nth-child(${place}) button`) !== null),
    );
  await driver.wait(async () => String(await wholeRows()) === "true,false", 10_000);
});

test("the Tab key reaches one row with its controls, and the arrow keys the others", async () => {
  const stops = await driver.executeScript(
    () =>
      [...document.querySelectorAll("#clips :is(li, button, select)")].filter(({ tabIndex }) => tabIndex >= 0).length,
  );
  assert.equal(stops, 7);
  await driver.executeScript(() => document.querySelector("#clips > li[tabindex='0']").focus());
  assert.equal(await focused(), "Line 1");
  await keys(Key.ARROW_DOWN, Key.ARROW_DOWN);
  assert.equal(await focused(), "Line 3");
  await keys(Key.END);
  assert.equal(await focused(), `Line ${CLIPS}`);
  await keys(Key.PAGE_UP, Key.ARROW_UP);
  assert.equal(await focused(), `Line ${CLIPS - 11}`);
  await keys(Key.HOME);
  // The keys stay in a control. Those of a list of lanes are the list's own.
  await keys(Key.TAB, Key.TAB, Key.TAB);
  const label = () => driver.executeScript(() => document.activeElement.ariaLabel);
  assert.match(await label(), /^Move down: ODETTE: “Line 1”/);
  await keys(Key.ARROW_DOWN);
  assert.match(await label(), /^Move down: نور: “Line 2”/);
  await driver.executeScript(() => document.querySelector("#clips > li:nth-child(2) select").focus());
  await chord(Key.ALT, Key.ARROW_DOWN);
  await keys(Key.ESCAPE);
  assert.deepEqual(await lines(), whole(1, CLIPS));
});

test("several clips are selected with the keys, and moved, put on a lane, made louder and removed as one step", async () => {
  await driver.executeScript(() => document.querySelector("#clips > li:nth-child(2)").focus());
  await chord(Key.SHIFT, Key.ARROW_DOWN, Key.ARROW_DOWN);
  assert.equal(await selectedWords(), "3 clips selected");
  await chord(Key.ALT, Key.ARROW_DOWN);
  const moved = [1, 5, 2, 3, 4, ...whole(6, CLIPS)];
  assert.deepEqual(await lines(), moved);
  await studio.click("#undo");
  assert.deepEqual(await lines(), whole(1, CLIPS));

  await studio.type(".selection [name=position]", "199");
  await keys(Key.ENTER);
  assert.deepEqual(await lines(), [1, ...whole(5, CLIPS), 2, 3, 4].toSpliced(-3, 3).toSpliced(197, 0, 2, 3, 4));
  await studio.click("#undo");

  await studio.choose("#selection-lane", "Lane 1");
  await studio.click("#louder");
  await studio.click("#louder");
  const rows = await studio.clips();
  assert.deepEqual(
    rows.slice(0, 6).map(({ lane }) => lane),
    [0, 1, 1, 1, 0, 0],
  );
  assert.match(await rowAt(2).getText(), /\+2\.0 dB/);
  assert.match(await studio.element("#undo").getAttribute("aria-label"), /^Undo: Change the volume of 3 clips$/);
  await studio.click("#undo");
  assert.doesNotMatch(await rowAt(2).getText(), /dB/);
  await studio.click("#undo");

  await studio.click("#remove-selected");
  assert.deepEqual(await lines(), [1, ...whole(5, CLIPS)]);
  assert.equal(await focused(), "Line 5");
  await studio.click("#undo-notice button.link");
  assert.deepEqual(await lines(), whole(1, CLIPS));
  await driver.executeScript(() => document.querySelector("#clips > li:nth-child(2)").focus());
  await keys(Key.ESCAPE);
  assert.equal((await driver.findElements({ css: ".selection" })).length, 0);
});

test("clips are selected by their boxes, by a click beside the controls, and as a range", async () => {
  await studio.click("#select");
  assert.equal(await selectedWords(), "Nothing selected");
  await rowAt(2).findElement({ css: ".number input" }).click();
  await rowAt(4).findElement({ css: ".words" }).click();
  assert.equal(await selectedWords(), "2 clips selected");
  await driver.executeScript(() => document.querySelector("#clips").scrollIntoView());
  const words = rowAt(8).findElement({ css: ".words" });
  await driver.actions().keyDown(Key.SHIFT).click(words).keyUp(Key.SHIFT).perform();
  assert.equal(await selectedWords(), "5 clips selected");
  await studio.click(".selection .link");
  assert.equal(await selectedWords(), `${CLIPS} clips selected`);
  for (const scheme of ["light", "dark"]) {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
    assert.deepEqual(await faultsOf(driver, SERIOUS), [], scheme);
  }
  await studio.click("#select");
  const picked = rowAt(3).findElement({ css: ".words" });
  await driver.actions().keyDown(Key.CONTROL).click(picked).keyUp(Key.CONTROL).perform();
  assert.equal(await selectedWords(), "1 clip selected");
  await studio.click("#select");
});

test("a clip is found by its words, and the next and the one before by Enter", async () => {
  const shown = () =>
    driver.executeScript(() => document.querySelector("#clips .found")?.textContent.match(/Line \d+/)[0]);
  await studio.type("#find", "LIGHTHOUSE");
  assert.equal(await studio.element("#found").getText(), "1 of 4");
  assert.equal(await shown(), "Line 10");
  await keys(Key.ENTER, Key.ENTER);
  assert.equal(await shown(), "Line 110");
  const isInSight = () => {
    const { top, bottom } = document.querySelector("#clips .found").getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  };
  await driver.wait(() => driver.executeScript(isInSight), 10_000);
  await chord(Key.SHIFT, Key.ENTER, Key.ENTER, Key.ENTER);
  assert.equal(await shown(), "Line 160");
  await studio.type("#find", "nobody");
  assert.equal(await studio.element("#found").getText(), "None");
  await studio.type("#find", Key.BACK_SPACE);
});

test("a link leads past the header to the list, and another to the export", async () => {
  await driver.executeScript(() => document.querySelector(".skip").focus());
  await keys(Key.ENTER, Key.TAB);
  assert.ok(await driver.executeScript(() => document.activeElement.closest("#clip-list") !== null));
  await driver.executeScript(() => document.querySelector(".skip + .skip").focus());
  await keys(Key.ENTER, Key.TAB);
  assert.ok(await driver.executeScript(() => document.activeElement.closest("#export-panel") !== null));
});
