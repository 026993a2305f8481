/** The user's audio and project survive time, other tabs and other pages. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Key } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { addToShared, assertWhole, begin, kept, OWN, revisit, SHARED, writeProject } from "./keeping.mjs";

test("what a step needs stays while it can be undone or done again, and goes days after that", async (t) => {
  const session = await begin(t);
  const { studio } = session;
  await studio.openProject(writeProject(session, "Old", 3));
  const [, ...more] = writeProject(session, "Next", 2);
  await studio.addAudio(...more);
  await studio.click("#undo");
  const countOf = async (name) => (await kept(session, OWN)).filter((asset) => asset.name.startsWith(name)).length;
  await revisit(session, 8);
  assert.equal(await countOf("next-"), 2, "adding them can still be done again");
  assert.equal((await studio.clips()).length, 3);
  assertWhole(await studio.clips());
  await studio.type("#project-name", "Old, after all");
  for (const [days, expected] of [
    [9, 2],
    [17, 0],
  ]) {
    await revisit(session, days);
    assert.equal(await countOf("next-"), expected, `what cannot be done again, after ${days} days`);
    assert.equal(await countOf("old-"), 3);
    assertWhole(await studio.clips());
  }
});

test("of two tabs one edits, and the other shows it live, read-only, until it takes over with a click", async (t) => {
  const session = await begin(t);
  const { driver, studio, site } = session;
  await studio.openProject(writeProject(session, "Shared", 4));
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  const second = await driver.getWindowHandle();
  const goTo = (tab) => driver.switchTo().window(tab);
  const reaches = (found, what) => driver.wait(() => driver.executeScript(found), 5000, what);
  await studio.open(site.url);
  await reaches(isReadOnly, "the second tab is read-only");
  assert.equal((await studio.clips()).length, 4);
  assertWhole(await studio.clips());

  await goTo(first);
  await studio.press((await studio.clips())[0].id, "Remove");
  await goTo(second);
  await reaches("return document.querySelectorAll('#clips > li').length === 3", "it shows what the first removes");

  await studio.click("#viewing-notice button");
  await reaches(isEditable, "it takes over");
  const undoing = () => studio.element("#undo").getAttribute("aria-label");
  assert.match(await undoing(), /^Undo: Remove /, "with the steps of the first");
  await studio.click("#undo");
  assert.equal((await studio.clips()).length, 4);
  await studio.openProject(writeProject(session, "Other", 2));
  await studio.click("#undo-notice [aria-label=Dismiss]");
  await goTo(first);
  await reaches(isReadOnly, "the first tab is read-only now");
  await reaches("return document.querySelector('#project-name').value === 'Other'", "and shows the other project");
  assertWhole(await studio.clips());
  await driver.actions().keyDown(Key.CONTROL).sendKeys("z").keyUp(Key.CONTROL).perform();
  assert.equal((await studio.clips()).length, 2, "the keys undo nothing here");
  assert.equal((await studio.export()).state, "done", "it exports what it shows");

  await goTo(second);
  await driver.close();
  await goTo(first);
  await reaches(isEditable, "the first tab goes on when the second is closed");
  await studio.type("#project-name", "Last");
  await studio.reload();
  assert.equal(await driver.executeScript("return document.querySelector('#project-name').value"), "Last");
  assert.equal((await studio.clips()).length, 2);
  assertWhole(await studio.clips());

  // A tab that the browser has frozen does not answer, and finds out later.
  await driver.switchTo().newWindow("tab");
  await studio.open(site.url);
  const third = await driver.getWindowHandle();
  await goTo(first);
  await driver.sendDevToolsCommand("Page.setWebLifecycleState", { state: "frozen" });
  await goTo(third);
  await studio.click("#viewing-notice button");
  await reaches(isEditable, "a frozen tab does not keep its turn");
  await studio.type("#project-name", "Thawed");
  await goTo(first);
  await driver.sendDevToolsCommand("Page.setWebLifecycleState", { state: "active" });
  await reaches(isReadOnly, "the frozen tab is read-only when it wakes");
  await reaches("return document.querySelector('#project-name').value === 'Thawed'", "and shows what is saved");
});

test("what another page of the origin keeps by the package is left alone, whatever becomes of the studio's", async (t) => {
  const session = await begin(t);
  await session.openBlank();
  const tone = writeTone(join(session.folder, "theirs.wav"), { frequency: 330, seconds: 1 });
  await addToShared(session, [["theirs", tone]]);
  await session.studio.open(session.site.url);
  await session.studio.clear();
  await session.studio.openProject(writeProject(session, "Ours", 2));
  await revisit(session);
  await session.driver.executeAsyncScript(forgetProject);
  await revisit(session);
  await revisit(session, 30);
  await revisit(session, 60);
  assert.deepEqual(await kept(session, SHARED), [{ id: "theirs", name: "theirs.wav", size: 88_244 }]);
});

// The functions below run in the page.

function isReadOnly() {
  return document.querySelector("#viewing-notice") !== null && document.querySelector("main").inert;
}

function isEditable() {
  return document.querySelector("#viewing-notice") === null && !document.querySelector("main").inert;
}

/** Deletes the studio's own record. */
function forgetProject(done) {
  const opening = indexedDB.open("studio");
  opening.onsuccess = () => {
    const documents = opening.result.transaction("documents", "readwrite").objectStore("documents");
    documents.clear();
    documents.transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}
