/** Killing the browser, at any moment, loses nothing of the user's, and what was under way goes on. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { decode, writeTone } from "./audio.mjs";
import { addToShared, assertWhole, begin, kept, revisit, SHARED, writeProject } from "./keeping.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

test("a browser that is killed while a project is opened has it beside the old one, and both are whole", async (t) => {
  const session = await begin(t);
  const { studio } = session;
  await studio.openProject(writeProject(session, "Old", 3));
  const next = writeProject(session, "Next", 24, 20);
  for (const [moment, isReached] of [
    ["some of its audio is there", ({ arriving }) => arriving.startsWith("Adding")],
    ["its files are kept", ({ arriving }) => arriving && areKept(session, 20)],
    ["all of its audio is there", ({ isOpen, arriving }) => isOpen && !arriving],
  ]) {
    await session.studio.element("#open-project").sendKeys(next.join("\n"));
    await reach(session, moment, isReached);
    await session.killBrowser();
    await session.studio.open(session.site.url);
    await session.studio.named("Next");
    const clips = await session.studio.clips();
    const { problems } = await session.studio.view();
    const isPart = problems.some((problem) => /still being added when the page was closed/.test(problem));
    assert.ok(!isPart || moment.startsWith("some"), `when ${moment}: ${problems}`);
    if (!isPart) assert.equal(clips.length, 24, moment);
    assertWhole(clips);
    if (clips.length > 0) assert.equal((await session.studio.export()).state, "done");
    await session.studio.switchTo("Old");
    assert.equal((await session.studio.clips()).length, 3, moment);
    assertWhole(await session.studio.clips());
    await session.driver.wait(() => areKept(session, 0), 10_000, "no file is kept any longer");
  }
});

test("a browser that is killed while files are added goes on with them, in their places, in one step", async (t) => {
  const session = await begin(t);
  const { site } = session;
  await session.studio.openProject(writeProject(session, "Old", 2));
  const [, ...files] = writeProject(session, "More", 24, 20);
  await session.studio.element("#add-audio").sendKeys(files.join("\n"));
  await reach(session, "some are there", ({ arriving }) => /[3-9] of/.test(arriving) && areKept(session, 15));
  const before = (await session.studio.clips()).map(({ id, text }) => [id, text]);
  assert.equal(before.length, 26);
  for (const visit of ["the next visit", "the one after it"]) {
    await session.killBrowser();
    await session.driver.get(site.url);
    await reach(session, `${visit} goes on`, ({ arriving }) => arriving && areKept(session, 1));
  }
  await session.studio.settled();
  const clips = await session.studio.clips();
  assert.deepEqual(
    clips.map(({ id, text }) => [id, text]),
    before,
  );
  assertWhole(clips);
  assert.deepEqual((await session.studio.view()).problems, []);
  assert.equal((await session.studio.export()).state, "done");
  await session.studio.click("#undo");
  assert.equal((await session.studio.clips()).length, 2);
  await session.driver.wait(() => areKept(session, 0), 10_000, "no file is kept any longer");
});

test("files that cannot be kept are added all the same, and named if the browser is killed before", async (t) => {
  const session = await begin(t);
  await session.studio.openProject(writeProject(session, "Old", 2));
  const [, ...files] = writeProject(session, "More", 24, 20);
  await session.driver.executeScript(leaveLittleRoom);
  await session.studio.element("#add-audio").sendKeys(files.join("\n"));
  await reach(session, "some are there", ({ arriving }) => /[3-9] of/.test(arriving));
  await session.killBrowser();
  await session.studio.open(session.site.url);
  const clips = await session.studio.clips();
  assert.ok(clips.length > 2 && clips.length < 26, `${clips.length} clips`);
  assertWhole(clips);
  const { problems } = await session.studio.view();
  assert.match(problems.join(), /more-.*still being added/);
  assert.equal((await session.studio.export()).state, "done");
});

test("a tab that waits for its turn goes on with what the tab that is closed was adding", async (t) => {
  const session = await begin(t);
  const { driver, studio, site } = session;
  await studio.openProject(writeProject(session, "Old", 2));
  const [, ...files] = writeProject(session, "More", 24, 20);
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  await studio.open(site.url);
  const second = await driver.getWindowHandle();
  await driver.switchTo().window(first);
  await studio.element("#add-audio").sendKeys(files.join("\n"));
  await reach(session, "its files are kept", ({ arriving }) => arriving && areKept(session, 15));
  await driver.close();
  await driver.switchTo().window(second);
  const isWhole = (clips) => clips.length === 26 && clips.every(({ state }) => state === "ready");
  await driver.wait(async () => isWhole(await studio.clips()), 60_000, "the other tab goes on");
  assert.deepEqual((await studio.view()).problems, []);
});

test("what the studio once kept beside others' is moved to its own, whole, even if the browser is killed", async (t) => {
  const session = await startSession();
  t.after(session.close);
  await session.openBlank();
  const ids = Array.from({ length: 8 }, (_, index) => `ours-${index}`);
  const tones = ids.map((id, index) => [
    id,
    writeTone(join(session.folder, `${id}.wav`), { frequency: 200 + 50 * index, seconds: 20 }),
  ]);
  const theirs = writeTone(join(session.folder, "theirs.wav"), { frequency: 330, seconds: 1 });
  await addToShared(session, [...tones, ["theirs", theirs]]);
  const clips = ids.map((id) => ({ id: `clip ${id}`, assetId: id, name: `${id}.wav`, text: "", voice: "", lane: 0 }));
  await session.driver.executeAsyncScript(putProject, { name: "As it was", gapSeconds: 0.25, clips });

  for (const wait of [0, 60, 200]) {
    await session.driver.get("about:blank");
    void session.driver.get(session.site.url).catch(() => {});
    await sleep(wait);
    await session.killBrowser();
  }
  await session.studio.open(session.site.url);
  const found = await session.studio.clips();
  assert.deepEqual(
    found.map(({ id }) => id),
    clips.map(({ id }) => id),
  );
  assertWhole(found);
  assert.equal((await session.studio.export()).state, "done");
  await revisit(session);
  assertWhole(await session.studio.clips());
  assert.deepEqual(await kept(session, SHARED), [{ id: "theirs", name: "theirs.wav", size: 88_244 }]);
});

test("an export that the end of the browser interrupted is offered on the next visit, and goes on", async (t) => {
  const session = await begin(t);
  const offered = () => session.driver.findElements({ css: "#interrupted" }).then(({ length }) => length > 0);
  const path = join(session.folder, "Long.json");
  const project = writeRepeatingProject(path, { name: "Long", audio: resolve("www/sample/rain.mp3"), times: 24 });
  for (const answer of ["#continue-export", "#forget-export"]) {
    await session.studio.openProject(project);
    await session.studio.click("#export");
    await session.studio.until("some of it", ({ completed }) => completed > 40, { everyMs: 5 });
    assert.equal(await session.driver.executeAsyncScript(countTimelines), 1);
    await session.killBrowser();
    await session.studio.open(session.site.url);
    await session.driver.wait(offered, 10_000, "it is offered");
    const words = await session.studio.element("#interrupted").getText();
    assert.match(words, /^The export of Long\.m4a was interrupted at \d+\s%\.\s/);
    const isSwept = async () => (await session.driver.executeAsyncScript(countTimelines)) === 0;
    await session.driver.wait(isSwept, 60_000, "the timeline in the library is swept: the export has its own");
    if (answer === "#continue-export") {
      const { state, result, error } = await session.studio.export(undefined, answer);
      assert.equal(state, "done", error?.text);
      const samples = decode(await session.browser.take(result.name));
      assert.equal(samples.length, Math.round(result.durationSeconds * result.sampleRate));
    } else {
      await session.studio.click(answer);
    }
    await session.driver.wait(async () => !(await offered()), 10_000, "it is not offered again");
  }
});

/** Looks at the page until something holds that takes a look at its storage too. */
async function reach({ driver, studio }, what, isReached) {
  await driver.wait(async () => isReached(await studio.view()), 60_000, what, 5);
}

/** Whether at least so many files are kept that wait to be added; 0 for none at all. */
async function areKept({ driver }, count) {
  const kept = await driver.executeAsyncScript(countKept);
  return count === 0 ? kept === 0 : kept >= count;
}

// The functions below run in the page.

function countKept(done) {
  const opening = indexedDB.open("studio-arrivals");
  // The page creates it, when it first keeps something.
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => done(0);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("files").objectStore("files").count();
    counting.onsuccess = () => {
      opening.result.close();
      done(counting.result);
    };
  };
}

function countTimelines(done) {
  const opening = indexedDB.open("secuencia-studio");
  opening.onsuccess = () => {
    const counting = opening.result.transaction("timelines").objectStore("timelines").count();
    counting.onsuccess = () => {
      opening.result.close();
      done(counting.result);
    };
  };
}

/** Leaves room for the audio itself, but not for another copy of it. */
function leaveLittleRoom() {
  const estimate = navigator.storage.estimate.bind(navigator.storage);
  navigator.storage.estimate = async () => {
    const { usage } = await estimate();
    return { usage, quota: usage + 60_000_000 };
  };
}

/** Stores a project as earlier versions did. */
function putProject(project, done) {
  const opening = indexedDB.open("studio");
  opening.onupgradeneeded = () => opening.result.createObjectStore("documents");
  opening.onsuccess = () => {
    const documents = opening.result.transaction("documents", "readwrite").objectStore("documents");
    documents.put(project, "project");
    documents.transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}
