/** The page is accessible: it works by keyboard alone, and axe finds no fault in light or dark mode. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { decode } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { startSession } from "./session.mjs";

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
});
after(() => session?.close());

test("a project is renamed, reordered, trimmed of a clip and exported without a pointer", async () => {
  await tabTo("#project-name");
  await chord(Key.CONTROL, "a");
  await keys("By keyboard");

  const [first, second, third] = await studio.clips();
  await toRow(0);
  await tabTo(row(first, "Move down"));
  await keys(Key.ENTER);
  assert.deepEqual(await order(3), [second.id, first.id, third.id]);
  assert.ok(await isFocused(row(first, "Move down")), "the focus stays with what was moved");
  await chord(Key.ALT, Key.ARROW_UP);
  assert.deepEqual(await order(3), [first.id, second.id, third.id]);

  await toRow(1);
  await tabTo(row(second, "Remove"));
  await keys(Key.SPACE);
  assert.deepEqual(await order(2), [first.id, third.id]);
  await tabTo("#undo-notice button.link");
  await keys(Key.ENTER);
  assert.deepEqual(await order(3), [first.id, second.id, third.id]);

  await toRow(0);
  await tabTo(row(first, "Edit"));
  await keys(Key.ENTER);
  await studio.clipOpened();
  assert.ok(await isFocused("#clip-editor *"), "the dialog takes the focus");
  await keys(Key.ESCAPE);
  assert.ok(await isFocused(row(first, "Edit")), "and gives it back");

  await tabTo("#settings");
  await keys(Key.ENTER);
  await driver.wait(() => isFocused("#sound-tab"), 60_000, "the dialog takes the focus");
  await keys(Key.ARROW_RIGHT);
  assert.ok(await isFocused("#about-tab[aria-selected=true]"), "the arrow keys choose a tab");
  await keys(Key.HOME, Key.END, Key.TAB);
  assert.ok(await isFocused("#about-file [name=title]"), "and Tab leads into it");
  await keys("Without a pointer");
  await tabTo("#add-chapter");
  await keys(Key.SPACE);
  await keys("0:02", Key.TAB, "Second", Key.ENTER);
  assert.ok(await isFocused("#settings"), "and gives it back");

  await tabTo("#export");
  await keys(Key.ENTER);
  const { state, result } = await studio.exported();
  assert.equal(state, "done");
  assert.equal(result.name, "By keyboard.m4a");
  assert.deepEqual(
    result.chapters.map(({ title, startTime }) => [title, startTime]),
    [
      ["Without a pointer", 0],
      ["Second", 2],
    ],
  );
  assert.equal(decode(await session.browser.take(result.name)).length, Math.round(result.durationSeconds * 44_100));
});

test("the project's name has room, and the header's buttons share one row, at any width", async () => {
  for (const width of [360, 704, 720, 768, 800, 816, 1024, 1152, 1168, 1600]) {
    const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
    const { name, rows } = await driver.executeScript(() => ({
      name: document.querySelector("#project-name").clientWidth,
      rows: new Set(
        [...document.querySelectorAll(".ways-in .button")].map((button) =>
          Math.round(button.getBoundingClientRect().top),
        ),
      ).size,
    }));
    assert.ok(name >= 180, `at ${width} pixels the name has ${name}`);
    assert.equal(rows, 1, `at ${width} pixels`);
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
});

test("no button of the dock moves when the result comes, and the result has room, at any width", async () => {
  const dockAt = async (width) => {
    const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
    return driver.executeScript(() => {
      const boxOf = (element) => element.getBoundingClientRect().toJSON();
      const title = document.querySelector(".result .dock-title");
      return {
        buttons: [...document.querySelectorAll(".dock-buttons > .button")].map(boxOf),
        title: title?.clientWidth,
      };
    });
  };
  const widths = [360, 704, 720, 768, 1024, 1088, 1104, 1280, 1600];
  const before = new Map();
  await studio.reload();
  for (const width of widths) before.set(width, await dockAt(width));
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
  await studio.export();
  for (const width of widths) {
    const { buttons, title } = await dockAt(width);
    assert.deepEqual(buttons, before.get(width).buttons, `at ${width} pixels`);
    assert.ok(title > 240, `the result has ${title} of ${width} pixels`);
  }
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds no serious fault in ${scheme}: the page, its dialog, its errors and its result`, async () => {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
    await studio.reload();
    await assertAccessible(`${scheme}-page`);

    const [first] = await studio.clips();
    await studio.openClip(first.id);
    await assertAccessible(`${scheme}-editor`);
    await keys(Key.ESCAPE);

    await studio.openFile("about");
    await studio.click("#more-tags summary");
    await studio.element("#add-covers").sendKeys(`${process.cwd()}/www/icons/icon-192.png`);
    await studio.choose("#chapter-source", "each clip");
    await studio.click("#list-chapters");
    await studio.element("#covers img");
    await assertAccessible(`${scheme}-about`);
    await keys(Key.ESCAPE);
    // It asks about the changes, and “Discard” is next.
    await keys(Key.TAB);
    await keys(Key.ENTER);

    await studio.addAudio(`${process.cwd()}/webdriver/data/not-audio.mp3`);
    await assertAccessible(`${scheme}-problem`);

    await studio.export();
    await assertAccessible(`${scheme}-result`);
  });
}

/** Runs axe on the page in its current state, and saves a screenshot. */
async function assertAccessible(name) {
  await session.screenshot(name);
  assert.deepEqual(await faultsOf(driver, SERIOUS), [], name);
}

function keys(...sequence) {
  return driver
    .actions()
    .sendKeys(...sequence)
    .perform();
}

function chord(modifier, key) {
  return driver.actions().keyDown(modifier).sendKeys(key).keyUp(modifier).perform();
}

/** Presses Tab until an element has the focus. */
async function tabTo(css) {
  for (let presses = 0; presses < 250; presses += 1) {
    if (await isFocused(css)) return;
    await keys(Key.TAB);
  }
  assert.fail(`Tab does not reach ${css}`);
}

/** Goes to a clip by its place in the list. */
async function toRow(place) {
  await tabTo("#clips > li");
  await keys(Key.HOME, ...Array(place).fill(Key.ARROW_DOWN));
}

function isFocused(css) {
  return driver.executeScript((selector) => document.activeElement?.matches(selector) ?? false, css);
}

function row({ id }, button) {
  return `[data-clip-id="${id}"] button[aria-label^="${button}"]`;
}

async function order(count) {
  return (await studio.clips()).slice(0, count).map(({ id }) => id);
}
