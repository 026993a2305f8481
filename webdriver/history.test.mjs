/** Every edit can be undone and done again, also after a reload, with its audio and pictures. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { assertWhole, kept, OWN, writeProject } from "./keeping.mjs";
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

const press = (...keys) =>
  driver
    .actions()
    .sendKeys(...keys)
    .perform();
const chord = (key, ...held) => {
  const down = held.reduce((actions, one) => actions.keyDown(one), driver.actions());
  return held.reduce((actions, one) => actions.keyUp(one), down.sendKeys(key)).perform();
};
const undo = () => chord("z", Key.CONTROL);
const redo = () => chord("z", Key.CONTROL, Key.SHIFT);
const fieldOf = (css) => driver.executeScript(`return document.querySelector("${css}").value`);
const textOf = (css) => driver.executeScript(`return document.querySelector("${css}")?.textContent ?? ""`);
const labelOf = (css) => studio.element(css).getAttribute("aria-label");
const names = async () => (await studio.clips()).map(({ text }) => text);
const leaveField = () => driver.executeScript("document.activeElement.blur()");

test("each project has its own steps, also after a reload: opening one wipes nothing of the other", async () => {
  const [first] = await studio.clips();
  await studio.press(first.id, "Remove");
  const sample = await names();
  const sampleName = await fieldOf("#project-name");
  await studio.openProject(writeProject(session, "Next", 3));
  assert.equal(await textOf("#undo-notice p"), `Opened “Next”. “${sampleName}” is kept under Projects.`);
  await studio.type("#project-name", "Next, edited");
  await leaveField();
  assert.equal(await textOf("#undo-notice p"), "", "it is not the last step any more");
  await studio.press((await studio.clips())[0].id, "Move down");
  const next = await names();
  assert.deepEqual(next, ["next-1.wav", "next-0.wav", "next-2.wav"]);

  for (const step of ["Move “next-0.wav”", "Rename to “Next, edited”"]) {
    assert.equal(await labelOf("#undo"), `Undo: ${step}`);
    await undo();
    assert.equal(await textOf(".notices [role=status]"), `Undid: ${step}.`);
  }
  assert.equal(await studio.element("#undo").getAttribute("aria-disabled"), "true", "opening it is no step");
  await studio.switchTo(sampleName);
  assert.deepEqual(await names(), sample);
  await studio.reload();
  assert.deepEqual(await names(), sample);
  assertWhole(await studio.clips());
  assert.equal(await labelOf("#undo"), `Undo: Remove ${titleOf(first)}`);
  await studio.switchTo("Next");
  for (let step = 0; step < 2; step += 1) await redo();
  assert.deepEqual(await names(), next);
  assert.equal(await fieldOf("#project-name"), "Next, edited");
  assertWhole(await studio.clips());
  assert.equal(await studio.element("#redo").getAttribute("aria-disabled"), "true");
});

test("the keys go through typing while it is under way, and through the project's steps once it is complete", async () => {
  const field = studio.element("#project-name");
  await studio.type("#project-name", "Typed");
  await undo();
  assert.notEqual(await fieldOf("#project-name"), "Typed", "the browser undoes typing");
  await studio.type("#project-name", "Typed again");
  await field.sendKeys(Key.ENTER);
  assert.equal(await labelOf("#undo"), "Undo: Rename to “Typed again”");
  await undo();
  assert.equal(await fieldOf("#project-name"), "Next, edited", "all of it is one step, undone in the field");
  await chord("y", Key.CONTROL);
  assert.equal(await fieldOf("#project-name"), "Typed again");
  await studio.set({ gapSeconds: 0.55 });
  assert.equal(await labelOf("#undo"), "Undo: Change the sound and file");
  await undo();
  assert.equal(await fieldOf("#project-name"), "Typed again");

  const [{ id, text }] = await studio.clips();
  await studio.openClip(id);
  await undo();
  await press(Key.ESCAPE);
  assert.equal(await fieldOf("#project-name"), "Typed again", "in a dialog, the keys change nothing behind it");
  assert.equal((await studio.clips())[0].text, text);
});

test("the list jumps to any step, by keyboard too, and an offer to undo goes with an export", async () => {
  await studio.press((await studio.clips())[0].id, "Remove");
  const shown = await names();
  await driver.executeScript("document.querySelector('#history').focus()");
  await press(Key.ENTER);
  const steps = await driver.executeScript(() =>
    [...document.querySelectorAll(".steps button")].map((step) => [step.textContent, step.ariaCurrent]),
  );
  assert.deepEqual(steps[0], ["Remove “next-1.wav”", "step"]);
  assert.deepEqual(steps.at(-1), ["The beginning", null]);
  await session.screenshot("history");
  await press(Key.ESCAPE);
  await studio.click("#history");
  await studio.click(".steps li:last-child button");
  assert.equal((await names()).length, 3, "it is as it was opened");
  assertWhole(await studio.clips());
  await studio.click("#history");
  await studio.click(".steps li:first-child button");
  assert.deepEqual(await names(), shown);

  assert.equal(await textOf("#undo-notice p"), "Removed “next-1.wav”.");
  assert.equal((await studio.export()).state, "done");
  assert.equal(await textOf("#undo-notice p"), "");
});

test("Escape in a dialog asks before it discards what was typed, and closes at once if nothing was", async () => {
  const isOpen = () => driver.executeScript("return document.querySelector('dialog[open]') !== null");
  const [{ id }] = await studio.clips();
  await studio.openClip(id);
  await press(Key.ESCAPE);
  assert.equal(await isOpen(), false);

  await studio.openClip(id);
  await studio.type("#clip-editor [name=text]", "Typed with care");
  await press(Key.ESCAPE);
  await press(Key.ESCAPE);
  assert.equal(await textOf("#clip-editor .question"), "Save your changes?");
  await session.screenshot("question");
  assert.equal(await textOf(":focus"), "Keep editing");
  await press(Key.ENTER);
  assert.equal(await fieldOf(":focus"), "Typed with care", "the focus is where it was");
  await press(Key.ESCAPE);
  await studio.click("#clip-editor [type=submit]");
  assert.equal((await studio.clips())[0].text, "Typed with care");

  await studio.openFile("about");
  await studio.click("#add-chapter");
  await press(Key.ESCAPE);
  assert.equal(await textOf("#file-settings .question"), "Save your changes?");
  await press(Key.TAB, Key.ENTER);
  assert.equal(await isOpen(), false, "“Discard” discards");
  await undo();
});

test("50 random edits are undone and done again over a reload, each time with all their audio", async () => {
  // Without the result of the last export, the dock says what the settings are.
  await studio.reload();
  const pick = numbersOf(7);
  const looks = [await driver.executeScript(look)];
  let added = 0;
  for (let count = 0; looks.length <= 50; count += 1) {
    await editAtRandom(pick, count);
    const seen = await driver.executeScript(look);
    // A step that changes nothing is none.
    if (JSON.stringify(seen) !== JSON.stringify(looks.at(-1))) looks.push(seen);
  }
  const held = (await kept(session, OWN)).length;
  const walk = async (id, expected) => {
    for (const [index, seen] of expected.entries()) {
      await driver.executeScript(`document.querySelector("#${id}").click()`);
      assert.deepEqual(await driver.executeScript(look), seen, `${id} ${index}`);
    }
  };
  await walk("undo", looks.slice(0, -1).reverse());
  await studio.reload();
  assert.deepEqual(await driver.executeScript(look), looks[0]);
  await walk("redo", looks.slice(1));
  await studio.reload();
  assert.deepEqual(await driver.executeScript(look), looks.at(-1));
  assert.equal((await kept(session, OWN)).length, held, "nothing of what a step needs is gone");
  assert.ok(added > 3, `${added} files were added`);

  async function editAtRandom(pick, count) {
    const clips = await studio.clips();
    const clip = clips[pick(clips.length)];
    const add = async (path) => {
      await studio.addAudio(path);
      const isAdded = async () =>
        (await studio.clips()).some(({ text, state }) => path.endsWith(text) && state === "ready");
      await driver.wait(isAdded, 10_000, path);
    };
    const tone = () => {
      added += 1;
      return writeTone(join(session.folder, `added-${count}.wav`), { frequency: 200 + count, seconds: 0.2 });
    };
    const choose = (word) =>
      clip && driver.executeScript(pressInRow, clip.id, word === "Move" ? ["Move up", "Move down"][pick(2)] : word);
    const kinds = [
      () => choose("Move"),
      () => choose("Move"),
      () => choose("Remove"),
      () => clip && driver.executeScript(chooseLane, clip.id, pick(3)),
      () => driver.executeScript(enter, "#project-name", `Name ${count}`),
      () =>
        driver.executeScript(changeIn, "#file-settings", "#settings", [
          ["gapSeconds", "value", String(pick(80) / 100)],
        ]),
      () => add(tone()),
      () =>
        clip &&
        driver.executeScript(changeIn, "#clip-editor", `[data-clip-id="${clip.id}"] button[aria-label^="Edit"]`, [
          ["text", "value", `Line ${count}`],
          ["isMuted", "checked", pick(2) === 0],
        ]),
      () => driver.executeScript(changeIn, "#file-settings", "#settings", [["bitRate", "selectedIndex", pick(5)]]),
      () => driver.executeScript(changeIn, "#file-settings", "#settings", [["artist", "value", `Artist ${count}`]]),
    ];
    await kinds[pick(kinds.length)]();
  }
});

function titleOf({ voice, text }) {
  const short = text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text;
  return voice ? `${voice}: “${short}”` : `“${short}”`;
}

/** A sequence of whole numbers from 0 to below the given one, the same for the same seed. */
function numbersOf(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// The functions below run in the page.

/** What a user sees of the project. */
async function look() {
  // The page is drawn by then.
  await new Promise((next) => setTimeout(next));
  document.querySelector("#settings").click();
  // The dialog's code loads on first use.
  while (!document.querySelector("#file-settings")?.open) await new Promise((next) => setTimeout(next));
  const artist = document.querySelector("#about-file [name=artist]").value;
  const gap = document.querySelector("#sound-settings [name=gapSeconds]").value;
  document.querySelector("#file-settings").close();
  while (document.querySelector("#file-settings")) await new Promise((next) => setTimeout(next));
  return {
    artist,
    name: document.querySelector("#project-name").value,
    gap,
    outlook: document.querySelector("#outlook")?.textContent,
    clips: [...document.querySelectorAll("#clips > li")].map(
      (row) =>
        `${row.dataset.clipId} ${row.dataset.state} ${row.querySelector("select").value} ${row.querySelector(".words").textContent}`,
    ),
  };
}

function pressInRow(clipId, word) {
  document.querySelector(`[data-clip-id="${clipId}"] button[aria-label^="${word}"]`).click();
}

function chooseLane(clipId, at) {
  const select = document.querySelector(`[data-clip-id="${clipId}"] select`);
  select.focus();
  return new Promise((resolve) => {
    setTimeout(() => {
      select.selectedIndex = Math.min(at, select.options.length - 1);
      select.dispatchEvent(new Event("change", { bubbles: true }));
      select.blur();
      resolve();
    });
  });
}

function enter(css, text) {
  const field = document.querySelector(css);
  field.focus();
  for (let end = 1; end <= text.length; end += 1) {
    field.value = text.slice(0, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.blur();
}

/** Opens a dialog with a button, changes a property of some of its fields, and saves. */
async function changeIn(dialog, button, fields) {
  document.querySelector(button).click();
  // The dialog's code may load on first use.
  do await new Promise((next) => setTimeout(next));
  while (!document.querySelector(dialog)?.open);
  for (const [name, property, value] of fields) {
    document.querySelector(`${dialog} [name=${name}]`)[property] = value;
  }
  document.querySelector(`${dialog} [type=submit]`).click();
  while (document.querySelector(dialog)) await new Promise((next) => setTimeout(next));
}
