/** Scripts are read and matched with audio, and their words are in the project, the timeline and the file. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Key } from "selenium-webdriver";
import { decode, writeTone } from "./audio.mjs";
import { faultsOf } from "./axe.mjs";
import { assertNoLongTask, watchLongTasks } from "./long-tasks.mjs";
import { startSession } from "./session.mjs";
import { beforeLoad } from "./studio.mjs";

const FOUNTAIN = `Title: The Quay
Author: Ada Quill
Copyright: 2026 Ada Quill

INT. LIGHTHOUSE - NIGHT

Rain.

ODETTE
(listening)
Who knocks?

BRAM (O.S.)
The post, *ma'am*.

EXT. QUAY - DAY #2#

@McPIP
Rain at nine.
`;

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  // Timelines exist only during an export. This keeps them.
  await beforeLoad(
    driver,
    `const remove = IDBObjectStore.prototype.delete;
     IDBObjectStore.prototype.delete = function (key) {
       return this.name === "timelines" ? this.count() : remove.call(this, key);
     };`,
  );
  await studio.open(session.site.url);
});
after(() => session?.close());
beforeEach(async () => {
  await driver.executeScript("document.querySelector('#script-dialog')?.close()");
});

test("a pasted screenplay and the audio dropped for it become a project, and its timeline has every word", async () => {
  await studio.openScript();
  await paste(FOUNTAIN);
  assert.deepEqual(await found(), {
    format: "fountain",
    found: "2 scenes, 3 lines",
    voices: ["ODETTE 1", "BRAM 1", "McPIP 1"],
  });
  const files = ["rain_at_nine.wav", "002_bram.wav", "odette.wav", "music.wav"].map(tone);
  await drop("#script-dialog", files);
  await until(async () => (await rows())[0][2] !== "No audio");
  assert.deepEqual(await rows(), [
    ["ODETTE", "Who knocks?", "odette.wav", "by voice"],
    ["BRAM", "The post, ma'am.", "002_bram.wav", "by number"],
    ["McPIP", "Rain at nine.", "rain_at_nine.wav", "by words"],
  ]);
  assert.match(await text("#script-state"), /^Every line has audio. 1 audio file is not used: music.wav.$/);
  await session.screenshot("script-matched");
  await studio.click("#lay-script");
  await studio.settled();

  assert.equal(await studio.element("#project-name").getAttribute("value"), "The Quay");
  assert.equal(await text("#undo-notice p"), "Created “The Quay” from the script.");
  const clips = await studio.clips();
  assert.deepEqual(
    clips.map(({ voice, text: words }) => [voice, words]),
    [
      ["ODETTE", "Who knocks?"],
      ["BRAM", "The post, ma'am."],
      ["McPIP", "Rain at nine."],
    ],
  );
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.equal(decode(await session.browser.take("The Quay.m4a")).length, Math.round(result.durationSeconds * 44_100));
  const { clips: saved, tags } = await lastTimeline();
  assert.deepEqual(saved, [
    ["ODETTE", "Who knocks?", "INT. LIGHTHOUSE - NIGHT"],
    ["BRAM", "The post, ma'am.", "INT. LIGHTHOUSE - NIGHT"],
    ["McPIP", "Rain at nine.", "EXT. QUAY - DAY"],
  ]);
  assert.deepEqual(tags, { artist: "Ada Quill", copyright: "2026 Ada Quill" });
});

test("lines without audio stay in the script, are counted on the page, and get it later, in their place", async () => {
  const script = join(session.folder, "play.txt");
  writeFileSync(script, "SCENE 1\nANN: One.\nBOB: Two.\nSCENE 2\nANN: (sighs) Three.\n");
  await studio.element("#open-project").sendKeys([script, tone("ann a.wav"), tone("line 3.wav")].join("\n"));
  await untilLines(3);
  assert.deepEqual(await rows(), [
    ["ANN", "One.", "ann a.wav", "by voice, the first free of 2"],
    ["BOB", "Two.", "No audio", ""],
    ["ANN", "Three.", "line 3.wav", "by number"],
  ]);
  await studio.click("#lay-script");
  await studio.settled();
  assert.equal(await studio.element("#project-name").getAttribute("value"), "play");
  assert.match(await text("#script-note"), /^1 of the script’s 3 lines has no audio yet\. Add audio…$/);

  await studio.reload();
  await studio.click("#script-note button");
  await untilLines(3);
  assert.deepEqual(
    (await rows()).map(([, , , why]) => why),
    ["as before", "", "as before"],
  );
  await studio.element("#script-audio").sendKeys(tone("two.wav"));
  await until(async () => (await rows())[1][2] === "two.wav");
  await studio.click("#lay-script");
  await studio.settled();
  assert.deepEqual(
    (await studio.clips()).map(({ voice, text: words }) => `${voice}: ${words}`),
    ["ANN: One.", "BOB: Two.", "ANN: Three."],
  );
  assert.equal((await driver.findElements({ css: "#script-note" })).length, 0);
});

test("a script is laid over clips that are here, by keyboard, and that is taken back by one key", async () => {
  await studio.clear();
  await studio.addAudio(tone("1.wav"), tone("2.wav"), tone("3.wav"));
  const before = await studio.clips();
  await openNewScript();
  await paste("SCENE 1\nANN: One.\nBOB: Two.\nSCENE 2\nANN: Three.\nBOB: Four.");
  await until(async () => (await rows())[0]?.[3] === "by number");
  assert.deepEqual(
    (await rows()).map(([, , audio]) => audio),
    ["1.wav", "2.wav", "3.wav", "No audio"],
  );

  await tabTo("[data-line='1'] select");
  await keys("3");
  assert.deepEqual(
    (await rows()).map(([, , audio]) => audio),
    ["3.wav", "2.wav", "No audio", "No audio"],
  );
  assert.match(
    await text("#script-state"),
    /^Line 3 now has no audio. 2 lines have no audio. 1 audio file is not used: 1.wav/,
  );
  await tabTo("#script-open-only");
  await keys(Key.SPACE);
  assert.deepEqual(
    (await rows()).map(([, words]) => words),
    ["Three.", "Four."],
  );
  await driver.actions().keyDown(Key.SHIFT).sendKeys(Key.TAB, Key.TAB).keyUp(Key.SHIFT).sendKeys(Key.SPACE).perform();
  await until(async () => (await rows()).length === 1);
  await tabTo("#script-open-only");
  await keys(Key.SPACE);
  assert.deepEqual(
    (await rows()).map(([, , audio, why]) => [audio, why]),
    [
      ["3.wav", "by hand"],
      ["1.wav", "by order"],
      ["2.wav", "by order"],
      ["No audio", ""],
    ],
  );
  await tabTo("#lay-script");
  await keys(Key.ENTER);

  const laid = await studio.clips();
  assert.deepEqual(
    laid.map(({ voice, text: words }) => `${voice}: ${words}`),
    ["BOB: Two.", "ANN: Three.", "ANN: One."],
  );
  assert.deepEqual(
    laid.map(({ id, length }) => [id, length]),
    before.map(({ id, length }) => [id, length]),
  );
  assert.ok(await driver.executeScript("return document.activeElement.id === 'script'"), "the focus is where it was");
  await driver.actions().keyDown(Key.CONTROL).sendKeys("z").keyUp(Key.CONTROL).perform();
  assert.deepEqual(await studio.clips(), before);
});

test("what is chosen by hand stays with its line while the text changes, and where lines say the same", async () => {
  await openNewScript();
  await paste("ANN: No.\nANN: No.\nBOB: Yes.");
  await untilLines(3);
  await studio.element("[data-line='2'] select").sendKeys("1");
  assert.deepEqual((await rows()).map(([, , audio, why]) => [audio, why])[1], ["1.wav", "by hand"]);
  await studio.element("#script-text").sendKeys("\nANN: No.");
  await untilLines(4);
  await until(async () => (await rows()).filter(([, , audio]) => audio !== "No audio").length === 3);
  const names = (await rows()).map(([, , audio]) => audio);
  assert.equal(names.filter((name) => name === "1.wav").length, 1);
  assert.equal((await rows())[names.indexOf("1.wav")][3], "by hand");
});

test("what cannot be read as a script, or not as it is meant, is answered in words", async () => {
  await openNewScript();
  await paste("Once upon a time there was a lighthouse.");
  assert.match(
    await text("#script-faults"),
    /^No lines were found\. Write each line as a name, a colon and what is said/,
  );
  assert.equal(await studio.element("#lay-script").getAttribute("aria-disabled"), "true");
  await studio.click("#lay-script");
  assert.ok(await studio.element("#script-dialog").isDisplayed());

  await drop("body", [file("old.txt", Buffer.from("J\xd6RG: \xc0 demain.", "latin1"))]);
  await until(async () => (await text("#script-name")) === "old.txt");
  await untilLines(1);
  assert.deepEqual((await rows())[0].slice(0, 2), ["JÖRG", "À demain."]);
  assert.match(await text("#script-faults"), /^The file is not in UTF-8/);

  await drop("body", [file("a.txt", "ANN: One."), file("b.txt", "BOB: Two.")]);
  await until(async () => /^Choose one script at a time\./.test(await text("#script-state")));
  await drop("body", [file("novel.txt", Buffer.alloc(16_000_001, "A: b\n"))]);
  await until(async () =>
    /^novel.txt is too large for a script: 16 MB\. The limit is 16 MB\./.test(await text("#script-state")),
  );
});

test("ten megabytes of lines are read up to where a script ends, and the page stays live", async () => {
  await openNewScript();
  await dropMade(() => [new File([new Blob(["ANN: Yes, and so on.\n".repeat(500_000)])], "long.txt")]);
  await until(async () => (await text("#script-found")) === "20,000 lines");
  assert.match(await text("#script-faults"), /Only the first 20,000 lines were read\./);
  await assertNoLongTask(driver, 250);
});

test("a screenplay of 300 pages and 3,000 files is read, matched and shown without a task over 50 ms", async () => {
  await openNewScript();
  await driver.executeScript((words) => {
    window.clipboard = new DataTransfer();
    window.clipboard.setData("text/plain", words);
  }, writeScreenplay());
  await watchLongTasks(driver);
  await driver.executeScript(() => {
    const paste = { clipboardData: window.clipboard, bubbles: true, cancelable: true };
    document.querySelector("#script-text").dispatchEvent(new ClipboardEvent("paste", paste));
  });
  await until(async () => (await text("#script-found")) === "300 scenes, 3,000 lines");
  assert.equal(await text("#script-name"), "Pasted text");
  await assertNoLongTask(driver);

  await dropMade(() => Array.from({ length: 3000 }, (_, line) => new File([], `${line + 1}.wav`)));
  const haveAudio = () => until(async () => (await text("#script-state")).startsWith("Every line has audio."));
  await haveAudio();
  for (const [button, reason] of [
    ["#match-none", ""],
    ["#match-order", "by order"],
    ["#match-name", "by number"],
  ]) {
    await studio.click(button);
    await until(async () => (await rows())[0][3] === reason);
  }
  await haveAudio();
  await driver.executeScript("document.querySelector('#script-lines').scrollTop = 1e9");
  await until(() => driver.executeScript("return document.querySelector(`[data-line='3000'] select`)"));
  await assertNoLongTask(driver);

  await studio.element("[data-line='3000'] select").sendKeys("17");
  await until(async () => (await text("#script-state")).startsWith("Line 17 now has no audio."));
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds no fault in the dialog in ${scheme}: empty, with lines, and in the project's own`, async () => {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
    await openNewScript();
    await assertAccessible(`script-${scheme}-empty`);
    await paste(FOUNTAIN);
    await drop("#script-dialog", [tone("1.wav")]);
    await assertAccessible(`script-${scheme}-lines`);
    await studio.click("#lay-script");
    await studio.settled();
    await studio.openScript();
    await untilLines(3);
    await assertAccessible(`script-${scheme}-project`);
  });
}

/** Opens the dialog for a new script, with an empty text field. */
async function openNewScript() {
  await studio.openScript();
  if (await driver.executeScript("return document.querySelector('#script-other') !== null"))
    await studio.click("#script-other");
  else await studio.type("#script-text", Key.BACK_SPACE);
}

/** Pastes text, as from a clipboard. */
async function paste(words) {
  await driver.executeScript((text) => {
    const field = document.querySelector("#script-text");
    field.focus();
    field.select();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
  }, words);
  await until(async () => !["Reading…", "No text yet"].includes(await text("#script-found")));
}

async function drop(css, paths) {
  const files = paths.map((path) => ({ name: basename(path), base64: readFileSync(path).toString("base64") }));
  await driver.executeScript(
    (selector, given) => {
      const dataTransfer = new DataTransfer();
      for (const { name, base64 } of given) {
        const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        dataTransfer.items.add(new File([content], name));
      }
      for (const type of ["dragover", "drop"]) {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector(selector).dispatchEvent(event);
      }
    },
    css,
    files,
  );
}

/** Writes a screenplay: a page lasts a minute, and half of it is dialogue. */
function writeScreenplay() {
  const speech = (at) =>
    `VOICE ${at % 25}\n(quietly)\nThis is what is said in *line* ${at}, and it is of the usual length.\n`;
  const action = "They look at each other for a long time, and nobody in the whole room says a word about it.\n";
  const scene = (at) => [
    `INT. ROOM ${at} - DAY\n`,
    ...Array.from({ length: 10 }, (_, line) => `${action}\n${speech(10 * at + line)}`),
  ];
  return Array.from({ length: 300 }, (_, at) => scene(at).join("\n")).join("\n");
}

/** Drops files made in the page, and records long tasks from the drop on: making many files takes time itself. */
async function dropMade(makeFiles) {
  await driver.executeScript(`
    window.dropped = new DataTransfer();
    for (const file of (${makeFiles})()) window.dropped.items.add(file);`);
  await watchLongTasks(driver);
  await driver.executeScript(() => {
    const drop = { dataTransfer: window.dropped, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent("drop", drop));
  });
}

/** Runs axe on the dialog in its current state, and saves a screenshot. */
async function assertAccessible(name) {
  await session.screenshot(name);
  assert.deepEqual(await faultsOf(driver, { within: "#script-dialog" }), [], name);
}

function keys(...sequence) {
  return driver
    .actions()
    .sendKeys(...sequence)
    .perform();
}

/** Presses Tab until an element has the focus. */
async function tabTo(css) {
  for (let presses = 0; presses < 100; presses += 1) {
    if (await driver.executeScript((selector) => document.activeElement?.matches(selector), css)) return;
    await keys(Key.TAB);
  }
  assert.fail(`Tab does not reach ${css}`);
}

function file(name, content) {
  const path = join(session.folder, name);
  writeFileSync(path, content);
  return path;
}

function tone(name) {
  return writeTone(join(session.folder, name), { frequency: 440, seconds: 0.5 });
}

async function found() {
  return driver.executeScript(() => ({
    format: document.querySelector("#script-format").value,
    found: document.querySelector("#script-found").textContent,
    voices: [...document.querySelectorAll("#script-voices li")].map((voice) =>
      [...voice.children].map(({ textContent }) => textContent).join(" "),
    ),
  }));
}

/** Returns each line's voice, words and audio, and the reason for the match. */
async function rows() {
  return driver.executeScript(() =>
    [...document.querySelectorAll("#script-lines li")].map((row) => [
      row.querySelector(".voice")?.textContent ?? "",
      row.querySelector(".text").textContent,
      row.querySelector("select").selectedOptions[0].textContent,
      row.querySelector(".reason").textContent,
    ]),
  );
}

async function lastTimeline() {
  const { clips, tags } = await driver.executeAsyncScript(async (done) => {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "secuencia-studio" });
    done((await library.timelines()).at(-1));
    await library.close();
  });
  return { clips: clips.map(({ voice, text: words, scene }) => [voice, words, scene]), tags };
}

function text(css) {
  return driver.executeScript((selector) => document.querySelector(selector)?.textContent.trim() ?? "", css);
}

function untilLines(count) {
  return until(async () => (await rows()).length === count);
}

function until(isReached) {
  return driver.wait(isReached, 10_000);
}
