/** Projects: each is kept beside the others with its content and its steps, whatever is opened, deleted or killed. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Key } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { assertWhole, begin, kept, OWN, revisit, writeProject } from "./keeping.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

for (const engine of ["chromium", "firefox", "webkit"]) {
  test(`a project is begun, left, opened again with its steps, copied, deleted and put back, in ${engine}`, async (t) => {
    const session = await startSession(engine);
    t.after(session.close);
    const { studio, driver, site } = session;
    const list = listIn(session);
    await studio.open(site.url);
    assert.match(await list.text("#sample-bar"), /^This is a sample, to try things out\./);
    const sample = await list.title();
    assert.match(sample, /^.+ – Secuencia$/);

    await studio.click("#begin-new");
    await studio.named("Untitled");
    await until(session, "the sample's bar is gone", async () => (await list.text("#sample-bar")) === "");
    assert.equal(await list.title(), "Untitled – Secuencia");
    assert.match(await list.text(".empty"), /^Nothing here yet\. Drop audio anywhere on this page/);
    await driver.findElement({ css: "#add-first" }).sendKeys(tone(session, "one", 1));
    await studio.settled();
    await studio.addAudio(tone(session, "two", 2));
    await driver.executeScript(enterName, "Mine");

    await studio.openProject(writeProject(session, "Next", 2));
    await studio.named("Next");
    assert.equal(await list.text("#undo-notice p"), "Opened “Next”. “Mine” is kept under Projects.");
    assert.deepEqual(await list.rows(), ["Next Open", "Mine"], "a sample that nobody touched is not kept");
    await studio.switchTo("Mine");
    assert.equal((await studio.clips()).length, 2);
    assertWhole(await studio.clips());
    await studio.click("#undo");
    assert.equal(await list.name(), "Untitled");
    await studio.click("#undo");
    assert.equal((await studio.clips()).length, 1);
    for (let step = 0; step < 2; step += 1) await studio.click("#redo");
    assert.equal(await list.name(), "Mine");

    await studio.openProjects();
    const [total] = await list.sizes();
    await list.press("Duplicate Mine", "Made “Mine copy”.");
    assert.deepEqual(await list.shown(), ["Mine copy", "Mine Open", "Next"]);
    const after = await list.sizes();
    assert.equal(after[0], total, "what the two share takes room once");
    assert.equal(after[1], after[2], "and each has its own size");

    await list.press("Delete Next", "Deleted “Next”. Undo");
    assert.deepEqual(await list.shown(), ["Mine copy", "Mine Open", "deleted: Next"]);
    assert.match(await list.text("#projects-dialog section"), /Removed for good in 30 days\./);
    await studio.click("#undo-delete");
    await list.told("Put back “Next”.");
    assert.deepEqual(await list.shown(), ["Mine copy", "Mine Open", "Next"]);
    await list.press("Delete Mine", "Deleted “Mine”. “Mine copy” is open now. Undo");
    assert.equal(await list.name(), "Mine copy");
    await list.press("Put back Mine", "Put back “Mine”.");

    await studio.click('[aria-label="Rename Next"]');
    // All of the name is selected.
    await studio.element("#projects-dialog .rename input").sendKeys("Other", Key.ENTER);
    await until(session, "it is renamed", async () => (await list.shown())[0] === "Other");
    await list.close();
    await studio.reload();
    await studio.switchTo("Other");
    assert.match(await studio.element("#undo").getAttribute("aria-label"), /^Undo: Rename to “Other”$/);
    await studio.click("#undo");
    assert.equal(await list.name(), "Next");
    assertWhole(await studio.clips());
  });
}

/** Deletes the project "Both", of which "Both copy" has all audio but one file. The list is open then. */
async function deleteBoth(session, list) {
  const { studio } = session;
  await studio.openProject(writeProject(session, "Both", 2));
  await studio.openProjects();
  await list.press("Duplicate Both", "Made “Both copy”.");
  await list.close();
  await studio.addAudio(writeTone(join(session.folder, "own.wav"), { frequency: 990, seconds: 1 }));
  await studio.switchTo("Both copy");
  await studio.openProjects();
  await list.press("Delete Both", "Deleted “Both”. Undo");
}

describe("what belongs to a project", () => {
  test("notices, selection, position and result are gone with it, and an export goes on under its name", async (t) => {
    const session = await begin(t);
    const { studio, driver } = session;
    const list = listIn(session);
    const path = join(session.folder, "Long.json");
    const long = writeRepeatingProject(path, { name: "Long", audio: resolve("www/sample/rain.mp3"), times: 24 });
    await studio.openProject(writeProject(session, "Short", 3));
    assert.equal((await studio.export()).state, "done");
    await studio.addAudio(
      writeTone(join(session.folder, "x.wav"), { frequency: 300, seconds: 0.1 }),
      resolve("package.json"),
    );
    await studio.until("a notice", ({ problems }) => problems.length > 0);
    await studio.click("#select");
    await driver.executeScript("document.querySelector('#clips input[type=checkbox]').click()");

    await studio.openProject(long);
    const { state, problems } = await studio.view();
    assert.deepEqual([state, problems], ["idle", []]);
    assert.equal((await driver.findElements({ css: "#clips input[type=checkbox]" })).length, 0);

    await studio.click("#export");
    await studio.until("some of it", ({ completed }) => completed > 10, { everyMs: 5 });
    assert.match(await list.title(), /^\d+\s% – Long$/);
    await studio.switchTo("Short");
    const during = await studio.view();
    if (during.state === "running") {
      assert.match(during.message, /^“Long”: /);
      assert.match(await list.title(), /^\d+\s% – Long$/);
    }
    const { result } = await studio.until("its end", (view) => view.state === "done");
    assert.equal(result.name, "Long.m4a");
    assert.equal(await list.text("#exported-elsewhere"), "It is from “Long”.");
    assert.equal(await list.title(), "Short – Secuencia");
    await studio.switchTo("Long");
    assert.equal((await studio.view()).state, "idle", "the result is gone with the project that it was shown in");
  });

  test("audio that is still being added when its project is left is added all the same", async (t) => {
    const session = await begin(t);
    const { studio } = session;
    const list = listIn(session);
    await studio.openProject(writeProject(session, "Short", 2));
    await studio.element("#open-project").sendKeys(writeProject(session, "Long", 24, 20).join("\n"));
    await studio.until("it begins", ({ arriving }) => arriving.startsWith("Adding"), { everyMs: 5 });
    await studio.switchTo("Short");
    assertWhole(await studio.clips());
    assert.match(await list.factsOf("Long"), /^8:0\d\.\d, 24 clips/, "its length is known once all is there");
    await studio.switchTo("Long");
    assert.equal((await studio.clips()).length, 24);
    assertWhole(await studio.clips());
    assert.equal(await list.text("#problems"), "");
  });

  test("deleted for good, after a question, it makes room at once, but for what others need", async (t) => {
    const session = await begin(t);
    const { studio } = session;
    const list = listIn(session);
    await deleteBoth(session, list);
    const section = () => list.text("#projects-dialog section");
    await session.driver.executeScript(press, "Delete for good Both");
    await until(session, "the question", async () => /cannot be brought back/.test(await section()));
    await session.driver.executeScript(press, "Keep Both");
    await until(session, "no question", async () => /Removed for good in 30 days/.test(await section()));
    await session.driver.executeScript(press, "Delete for good Both");
    await until(session, "the question again", async () => /cannot be brought back/.test(await section()));
    await list.press("Yes, delete for good Both", "“Both” is gone for good.");
    await list.close();
    assert.deepEqual(await list.rows(), ["Both copy Open"]);
    const names = (await kept(session, OWN)).map(({ name }) => name).sort();
    assert.deepEqual(
      names.filter((name) => ["both-0.wav", "both-1.wav", "own.wav"].includes(name)),
      ["both-0.wav", "both-1.wav"],
    );
    assertWhole(await studio.clips());
    assert.equal((await studio.export()).state, "done");
  });

  test("its content goes days after it was deleted for good, and only its own", async (t) => {
    const session = await begin(t);
    const { studio } = session;
    const list = listIn(session);
    await deleteBoth(session, list);
    await list.close();
    const names = async () => (await kept(session, OWN)).map(({ name }) => name).sort();
    const all = ["both-0.wav", "both-1.wav", "own.wav"];
    await revisit(session, 29);
    assert.deepEqual(
      (await names()).filter((name) => all.includes(name)),
      all,
      "it can still be put back",
    );
    assert.deepEqual(await list.rows(), ["Both copy Open", "deleted: Both"]);
    await revisit(session, 31);
    assert.deepEqual(await list.rows(), ["Both copy Open"]);
    await revisit(session, 39);
    assert.deepEqual(await names(), ["both-0.wav", "both-1.wav"]);
    assertWhole(await studio.clips());
    assert.equal((await studio.export()).state, "done");
  });
});

test("a script that is chosen for an empty project with a name fills it, and otherwise begins another", async (t) => {
  const session = await begin(t);
  const { studio, driver } = session;
  const list = listIn(session);
  const write = async (opener, text) => {
    await driver.executeScript(`document.querySelector("${opener}").click()`);
    const isShown = () => driver.executeScript("return document.querySelector('#script-text') !== null");
    await until(session, "the script dialog", isShown);
    await studio.element("#script-text").sendKeys(text);
    await until(session, "its lines", async () => /^\d lines?$/.test(await list.text("#script-found")));
    await studio.click("#lay-script");
  };
  await studio.click("#begin-new");
  await studio.named("Untitled");
  await studio.type("#project-name", "Mine");
  await write("#script-first", "ANN: One.");
  await until(session, "it has the script", async () => /^1 of/.test(await list.text("#script-note")));
  assert.equal(await list.name(), "Mine");
  await studio.openProjects();
  await write("#new-from-script", "BOB: Two.\nANN: Three.");
  await studio.named("Untitled");
  assert.deepEqual(await list.rows(), ["Untitled Open", "Mine"]);
  assert.match(await list.text("#script-note"), /^2 of the script’s 2 lines/);
  await studio.switchTo("Mine");
  assert.match(await list.text("#script-note"), /^1 of the script’s 1 line/);
});

describe("nothing is lost", () => {
  test("an archive that is opened adds a project and replaces none", async (t) => {
    const session = await begin(t);
    const { studio } = session;
    const list = listIn(session);
    await studio.openProject(writeProject(session, "Old", 3));
    await studio.click("#save");
    await studio.click("#save-project");
    const archive = await session.browser.take("Old.secuencia");
    await studio.type("#project-name", "Old, edited");
    await studio.openProject([archive]);
    await studio.named("Old");
    assert.deepEqual(await list.rows(), ["Old Open", "Old, edited"]);
    await studio.click("#undo-notice button.link");
    await studio.named("Old, edited");
    assertWhole(await studio.clips());
    assert.deepEqual((await list.rows()).sort(), ["Old", "Old, edited Open"]);
  });

  test("a browser that is killed in the middle of a switch has both projects, each once and whole", async (t) => {
    const session = await begin(t);
    await session.studio.openProject(writeProject(session, "One", 3));
    await session.studio.press((await session.studio.clips())[0].id, "Remove");
    await session.studio.openProject(writeProject(session, "Two", 2));
    let other = "One";
    for (const wait of [0, 4, 10, 20, 40, 80]) {
      await session.studio.openProjects();
      await session.driver.executeScript(press, `Open ${other}`);
      await sleep(wait);
      await session.killBrowser();
      await session.studio.open(session.site.url);
      const list = listIn(session);
      assert.deepEqual((await list.rows()).map((row) => row.replace(" Open", "")).sort(), ["One", "Two"], `${wait} ms`);
      const open = await list.name();
      assert.equal((await session.studio.clips()).length, 2, open);
      assertWhole(await session.studio.clips());
      other = open === "One" ? "Two" : "One";
    }
    if (other === "One") await session.studio.switchTo("One");
    await session.studio.click("#undo");
    assert.equal((await session.studio.clips()).length, 3, "with its steps");
    assertWhole(await session.studio.clips());
  });

  test("of two tabs only the one that edits switches, and the other shows what it switched to", async (t) => {
    const session = await begin(t);
    const { driver, studio, site } = session;
    await studio.openProject(writeProject(session, "One", 3));
    await studio.openProject(writeProject(session, "Two", 2));
    const first = await driver.getWindowHandle();
    await driver.switchTo().newWindow("tab");
    await studio.open(site.url);
    const second = await driver.getWindowHandle();
    assert.equal(await driver.executeScript("return document.querySelector('.page-header').inert"), true);
    await driver.switchTo().window(first);
    await studio.switchTo("One");
    await driver.switchTo().window(second);
    await studio.named("One");
    await until(session, "its clips", async () => (await studio.clips()).length === 3);
    assertWhole(await studio.clips());
    await studio.click("#viewing-notice button");
    await until(session, "it edits", () => driver.executeScript("return !document.querySelector('main').inert"));
    await studio.switchTo("Two");
    await driver.switchTo().window(first);
    await studio.named("Two");
    assert.deepEqual(await driver.executeScript("return document.title"), "Two – Secuencia");
  });

  test("a full disk during a switch is said in words, and nothing is lost", async (t) => {
    const session = await begin(t);
    const { driver, studio } = session;
    const list = listIn(session);
    await studio.openProject(writeProject(session, "One", 3));
    await studio.openProject(writeProject(session, "Two", 2));
    await studio.openProjects();
    await driver.executeScript(fillDisk);
    await driver.executeScript(press, "Open One");
    const { problems } = await studio.until("why", (view) => view.problems.length > 0);
    assert.deepEqual(problems, ["“One” could not be opened: this browser’s storage is full. Free some space."]);
    assert.equal(await list.name(), "Two");
    await studio.openProjects();
    await list.press("Delete One", "“One” could not be deleted: this browser’s storage is full. Free some space.");
    await list.close();
    await driver.executeScript(freeDisk);
    await studio.reload();
    assert.equal(await list.name(), "Two");
    assert.deepEqual(await list.rows(), ["Two Open", "One"]);
    await studio.switchTo("One");
    assertWhole(await studio.clips());
    assert.equal((await studio.clips()).length, 3);
  });

  test("the project of an earlier version is the first of many", async (t) => {
    const session = await begin(t);
    const { studio } = session;
    await studio.openProject(writeProject(session, "Earlier", 2));
    await studio.press((await studio.clips())[0].id, "Remove");
    await session.openBlank();
    await session.driver.executeAsyncScript(forgetWhichIsOpen);
    await studio.open(session.site.url);
    await studio.openProject(writeProject(session, "Later", 3));
    assert.deepEqual(await listIn(session).rows(), ["Later Open", "Earlier"]);
    await studio.switchTo("Earlier");
    await studio.click("#undo");
    assert.equal((await studio.clips()).length, 2);
    assertWhole(await studio.clips());
  });

  test("where nothing can be stored, projects are kept for as long as the page is open", async (t) => {
    const session = await startSession();
    t.after(session.close);
    const { studio, driver } = session;
    await driver.sendDevToolsCommand("Page.addScriptToEvaluateOnNewDocument", {
      source: 'IDBFactory.prototype.open = () => { throw new DOMException("denied by the test", "SecurityError"); };',
    });
    await studio.open(session.site.url);
    await studio.openProject(writeProject(session, "One", 3));
    await studio.press((await studio.clips())[0].id, "Remove");
    await studio.openProject(writeProject(session, "Two", 2));
    await studio.switchTo("One");
    assert.equal((await studio.clips()).length, 2);
    await studio.click("#undo");
    assertWhole(await studio.clips());
    assert.equal((await studio.export()).state, "done");
  });
});

test("the list works by keyboard, fits every window, and axe finds no serious fault in it", async (t) => {
  const session = await begin(t);
  const { driver, studio } = session;
  const list = listIn(session);
  const focused = () => driver.executeScript("return document.activeElement.ariaLabel ?? document.activeElement.id");
  const keys = (...all) =>
    driver
      .actions()
      .sendKeys(...all)
      .perform();
  const scheme = (value) =>
    driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  for (const value of ["light", "dark"]) {
    await scheme(value);
    assert.deepEqual(await faultsOf(driver, SERIOUS), [], `the sample's bar in ${value}`);
  }
  await session.screenshot("projects-first-visit");
  await studio.click("#begin-new");
  await studio.named("Untitled");
  assert.deepEqual(await faultsOf(driver, SERIOUS), [], "an empty project");
  await session.screenshot("projects-empty");
  const name = `A name that is long enough to need two lines on a phone ${"and more ".repeat(6)}`.trim();
  await studio.openProject(writeProject(session, "Short", 2));
  await studio.type("#project-name", name);
  await studio.openProject(writeProject(session, "Other", 2));
  await studio.openProject(writeProject(session, "Third", 2));

  await driver.executeScript("document.querySelector('#projects').focus()");
  await keys(Key.ENTER);
  await until(session, "the dialog has the focus", () =>
    driver.executeScript("return document.activeElement.closest('#projects-dialog') !== null"),
  );
  const tabTo = async (label) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if ((await focused()) === label) return;
      await keys(Key.TAB);
    }
    assert.fail(`Tab does not reach ${label}, but ${await focused()}`);
  };
  await tabTo("Rename Other");
  await keys(Key.ENTER);
  await keys("Typed and left", Key.ESCAPE);
  assert.equal(await focused(), "Rename Other", "Escape ends the typing, and the focus is where it was");
  assert.deepEqual(await list.shown(), ["Third Open", "Other", name]);
  await tabTo("Delete Other");
  await keys(Key.ENTER);
  await list.told("Deleted “Other”. Undo");
  await until(session, "Undo has the focus", async () => (await focused()) === "undo-delete");

  for (const [width, height] of [
    [360, 740],
    [768, 1024],
    [1024, 768],
    [1600, 900],
    [740, 360],
    [320, 256],
  ]) {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
    assert.deepEqual(await driver.executeScript(measure), { overflow: 0, unreachable: [] }, `${width} × ${height}`);
    await session.screenshot(`projects-${width}`);
    for (const value of ["light", "dark"]) {
      await scheme(value);
      const faults = await faultsOf(driver, { ...SERIOUS, within: "#projects-dialog" });
      assert.deepEqual(faults, [], `${width} × ${height}, ${value}`);
    }
  }
  await session.screenshot("projects-dark");
  await driver.sendDevToolsCommand("Emulation.clearDeviceMetricsOverride");
  await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", {
    features: [{ name: "forced-colors", value: "active" }],
  });
  await session.screenshot("projects-forced-colours");
  await keys(Key.ESCAPE);
  assert.equal(await focused(), "projects", "the focus goes back");
});

/** The list of projects of a session. */
function listIn(session) {
  const { driver, studio } = session;
  const shown = () => driver.executeScript(readList);
  const text = (css) =>
    driver.executeScript("return document.querySelector(arguments[0])?.textContent.trim() ?? ''", css);
  const told = (words) => until(session, words, async () => (await text("#projects-told")) === words);
  const close = () => driver.executeScript("document.querySelector('#projects-dialog').close()");
  return {
    shown,
    text,
    told,
    close,
    title: () => driver.executeScript("return document.title"),
    name: () => driver.executeScript("return document.querySelector('#project-name').value"),
    /** Opens the list, reads and closes it. */
    async rows() {
      await studio.openProjects();
      const rows = await shown();
      await close();
      return rows;
    },
    async factsOf(name) {
      await studio.openProjects();
      const facts = await driver.executeScript(readFacts, name);
      await close();
      return facts;
    },
    /** The size of all projects, and that of each, in words. */
    sizes: () => driver.executeScript(readSizes),
    /** Presses a button by its name, and waits for what the list says then. */
    async press(label, words) {
      await driver.executeScript(press, label);
      await told(words);
    },
  };
}

function until({ driver }, what, isReached) {
  return driver.wait(isReached, 20_000, what);
}

function tone(session, name, seconds) {
  return writeTone(join(session.folder, `${name}.wav`), { frequency: 440, seconds });
}

// The functions below run in the page.

/** Types the project's name. (WebKit's driver loses what follows a chord.) */
function enterName(name) {
  const field = document.querySelector("#project-name");
  field.value = name;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

function readList() {
  return [...document.querySelectorAll("#projects-dialog [data-project]")].map((row) => {
    const title = row.querySelector("bdi")?.textContent ?? "";
    return `${row.closest("section") ? "deleted: " : ""}${title}${row.ariaCurrent ? " Open" : ""}`;
  });
}

function readFacts(name) {
  const rows = [...document.querySelectorAll("#projects-dialog [data-project]")];
  return rows.find((row) => row.querySelector("bdi").textContent === name).querySelector(".quiet").textContent;
}

function readSizes() {
  const size = /[\d.]+ (?:bytes|KB|MB)/;
  const rows = [...document.querySelectorAll("#projects-dialog [data-project]")];
  return ["#projects-total", ...rows].map((place) => {
    const element = typeof place === "string" ? document.querySelector(place) : place.querySelector(".quiet");
    return size.exec(element.textContent)?.[0];
  });
}

function press(label) {
  document.querySelector(`#projects-dialog button[aria-label="${label}"]`).click();
}

/** How far the dialog reaches beyond the window, and which of its buttons cannot be scrolled to. */
function measure() {
  const dialog = document.querySelector("#projects-dialog");
  const { left, right } = dialog.getBoundingClientRect();
  const isSeen = (element) => {
    element.scrollIntoView({ block: "nearest" });
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return at !== null && (element === at || element.contains(at));
  };
  const unreachable = [...dialog.querySelectorAll("button, label.button")].filter((one) => !isSeen(one));
  const inner = [...dialog.querySelectorAll("*")].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
  return {
    overflow: Math.max(0, -left, right - innerWidth) + (inner && dialog.scrollWidth > dialog.clientWidth ? 1 : 0),
    unreachable: unreachable.map((one) => one.ariaLabel ?? one.textContent),
  };
}

/** Has every write fail as on a full disk. */
function fillDisk() {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("The current transaction exceeded its quota limitations.", "QuotaExceededError");
  };
}

function freeDisk() {
  IDBObjectStore.prototype.put = window.put;
}

/** Leaves the studio's database as a version had it that knew one project alone. */
function forgetWhichIsOpen(done) {
  const opening = indexedDB.open("studio");
  opening.onsuccess = () => {
    const documents = opening.result.transaction("documents", "readwrite").objectStore("documents");
    documents.delete("open");
    documents.transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}
