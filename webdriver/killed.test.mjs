/** Killing the browser, at any moment, loses nothing of the user's. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { decode, writeTone } from "./audio.mjs";
import { addToShared, assertWhole, begin, kept, revisit, SHARED, writeProject } from "./keeping.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

test("a browser that is killed while a project is opened has the old one or the new one, whole", async (t) => {
  const session = await begin(t);
  await session.studio.openProject(writeProject(session, "Old", 3));
  const next = writeProject(session, "Next", 24, 20);
  for (const [moment, isReached] of [
    ["none of its audio is there", ({ arriving }) => arriving],
    ["some of its audio is there", ({ arriving }) => /[3-9] of/.test(arriving)],
    ["all of its audio is there", ({ isOpen, arriving }) => isOpen && !arriving],
  ]) {
    await session.studio.element("#open-project").sendKeys(next.join("\n"));
    await session.studio.until(moment, isReached, { everyMs: 5 });
    await session.killBrowser();
    await session.studio.open(session.site.url);
    const clips = await session.studio.clips();
    const isNew = moment.startsWith("all");
    assert.equal(clips.length, isNew ? 24 : 3, moment);
    assertWhole(clips);
    const { state, error } = await session.studio.export();
    assert.equal(state, "done", error?.text);
    const { problems } = await session.studio.view();
    assert.equal(
      problems.some((problem) => problem.startsWith("“Next” was still being opened")),
      !isNew,
      moment,
    );
  }
});

test("a browser that is killed while files are added keeps those that are there, and names the others", async (t) => {
  const session = await begin(t);
  await session.studio.openProject(writeProject(session, "Old", 2));
  const [, ...files] = writeProject(session, "More", 24, 20);
  await session.studio.element("#add-audio").sendKeys(files.join("\n"));
  await session.studio.until("some of them", ({ arriving }) => /[3-9] of/.test(arriving), { everyMs: 5 });
  await session.killBrowser();
  await session.studio.open(session.site.url);
  const clips = await session.studio.clips();
  assert.ok(clips.length > 2 && clips.length < 26, `${clips.length} clips`);
  assertWhole(clips);
  const { problems } = await session.studio.until("a word on it", (view) => view.problems.length > 0);
  assert.match(problems.join(), /more-.*still being added/);
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
    await session.studio.until("some of it", ({ completed }) => completed > 70, { everyMs: 5 });
    await session.killBrowser();
    await session.studio.open(session.site.url);
    await session.driver.wait(offered, 10_000, "it is offered");
    const words = await session.studio.element("#interrupted").getText();
    assert.match(words, /^The export of Long\.m4a was interrupted at \d+\s%\.\s/);
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

// The functions below run in the page.

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
