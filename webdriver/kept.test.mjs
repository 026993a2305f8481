/** The user's audio and project survive time, other tabs and other pages. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { writeTone } from "./audio.mjs";
import { addToShared, assertWhole, begin, kept, OWN, revisit, SHARED, writeProject } from "./keeping.mjs";

test("what a project was opened over stays for days, and goes after them", async (t) => {
  const session = await begin(t);
  await session.studio.openProject(writeProject(session, "Old", 3));
  await session.studio.openProject(writeProject(session, "Next", 2));
  await session.studio.click("#undo-notice [aria-label=Dismiss]");
  const olds = async () => (await kept(session, OWN)).filter(({ name }) => name.startsWith("old-"));
  assert.equal((await olds()).length, 3);
  for (const [days, expected] of [
    [0, 3],
    [6, 3],
    [8, 0],
  ]) {
    await revisit(session, days);
    assert.equal((await olds()).length, expected, `after ${days} days`);
    assertWhole(await session.studio.clips());
  }
  assert.equal((await kept(session, OWN)).length, 2);
});

test("of two tabs neither removes what the other uses, nor overwrites what it has not seen", async (t) => {
  const session = await begin(t);
  const { driver, studio, site } = session;
  await studio.openProject(writeProject(session, "Shared", 4));
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  const second = await driver.getWindowHandle();
  await studio.open(site.url);
  const { problems } = await studio.until("the word on the other tab", (view) => view.problems.length > 0);
  assert.match(problems.join(), /open in another tab/);

  // The second tab has another project, and nothing to undo.
  await studio.openProject(writeProject(session, "Other", 2));
  await studio.click("#undo-notice [aria-label=Dismiss]");
  await studio.reload();
  assert.equal((await studio.clips()).length, 2);

  await driver.switchTo().window(first);
  assert.equal((await studio.clips()).length, 4);
  assert.equal((await studio.export()).state, "done", "its audio is all there");
  const [clip] = await studio.clips();
  await studio.press(clip.id, "Remove");
  await driver.wait(() => isShown(driver, "#stale-notice"), 5000, "it says that it is stale");
  await driver.switchTo().window(second);
  await driver.close();
  await driver.switchTo().window(first);
  await studio.type("#project-name", "Stale");
  await studio.click("#stale-notice button");
  await studio.settled();
  assert.equal((await studio.clips()).length, 2, "what the other tab saved is there");
  assertWhole(await studio.clips());
  assert.equal((await studio.export()).state, "done");
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

function isShown(driver, css) {
  return driver.executeScript((selector) => document.querySelector(selector) !== null, css);
}

// The functions below run in the page.

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
