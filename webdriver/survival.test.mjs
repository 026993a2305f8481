/**
 * An export survives what kills its workers, its tab or its browser: the file has the same bytes, and what was made is
 * not made again. A destination that never answers is named, and a cancel ends it at once.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { randomOf } from "./faults/random.mjs";
import {
  begin,
  closeTab,
  exportHanging,
  exportOfNew,
  exportTogether,
  exportWith,
  forget,
  leftovers,
  refuseFiles,
  resume,
  stall,
  startSurvivalPage,
  unfinished,
} from "./faults/survival-page.mjs";

/** The minutes of the timeline, and the workers of an export. */
const MINUTES = 3;
const WORKERS = 2;
const OPTIONS = { workers: WORKERS, quality: "draft" };

/** The same at every run. */
const random = randomOf(19);

/** @type {Awaited<ReturnType<typeof startSurvivalPage>>} */
let page;
/** The undisturbed export. */
let whole;
before(async () => {
  page = await startSurvivalPage(MINUTES);
  whole = await exported([]);
  assert.ok(whole.records > 12, `${whole.records} records`);
  assert.equal(whole.started, WORKERS);
});
after(() => page?.close());

async function exported(faults, into = "file", options = {}) {
  const result = await page.run(exportWith, faults, into, { ...OPTIONS, ...options });
  assert.equal(result.error, undefined);
  return result;
}

/** Returns a random number of finished segments, after which something happens. */
const moment = () => 2 + random.below(whole.records * 0.6);

test("a leader that throws, again and again, costs a segment and not the export", async (t) => {
  for (const times of [1, 2]) {
    const faults = Array.from({ length: times }, () => ({
      kind: "throw",
      at: "record",
      after: 2 + random.below(6),
    }));
    // The helper of a lost leader stays, so each fault is the next leader's.
    const found = await exported([faults[0], {}, ...faults.slice(1)]);
    assert.deepEqual([found.hash, found.started], [whole.hash, WORKERS + times]);
    t.diagnostic(`${found.records - whole.records} segments were made again after ${times} crashes`);
    assert.ok(found.records <= whole.records, "a kept segment is made again");
  }
  assert.deepEqual(await page.run(leftovers), []);
});

test("without private files, the segments are kept in the database, and such an export is forgotten too", async (t) => {
  await page.run(refuseFiles, true);
  t.after(() => page.run(refuseFiles, false));
  const found = await exported([{ kind: "throw", at: "record", after: Math.floor(whole.records * 0.7) }]);
  assert.deepEqual([found.hash, found.started], [whole.hash, WORKERS + 1]);
  assert.ok(found.records <= whole.records, "a kept segment is made again");
  assert.deepEqual(await page.run(leftovers), []);
  await page.run(begin, 5, "file", OPTIONS);
  await closeTab(page);
  await until(async () => (await page.run(unfinished)).length > 0);
  const [{ id }] = await page.run(unfinished);
  await page.run(forget, id);
  assert.deepEqual([await page.run(unfinished), await page.run(leftovers)], [[], []]);
});

test("leaders that end in silence or never come back are replaced", async () => {
  const kinds = ["end", "spin"];
  const found = await page.run(exportWith, [], "many", {
    ...OPTIONS,
    many: kinds.map((kind) => [{ kind, at: "record", after: moment() }]),
  });
  assert.equal(found.error, undefined);
  for (const { hash, started } of found.all) assert.deepEqual([hash, started], [whole.hash, WORKERS + 1]);
});

test("a helper that throws or ends in silence costs only time", async () => {
  const found = await page.run(exportWith, [], "many", {
    ...OPTIONS,
    many: ["throw", "end"].map((kind) => [{}, { kind, at: "made", after: 2 + random.below(4) }]),
  });
  assert.equal(found.error, undefined);
  for (const { hash } of found.all) assert.equal(hash, whole.hash);
});

test("a clip at which decoders hang is named, or silent, and such a content is refused", async (t) => {
  const { denied, opening, midst, added, clip } = await page.run(exportHanging, 4, OPTIONS);
  const endless = (asset) => `Invalid audio data for asset ${asset}: its decoder does not end`;
  assert.equal(opening.hash, denied.hash, JSON.stringify(opening));
  assert.match(opening.unreadable[0].message, /^Invalid audio data for asset opening: its decoder crashed, or did not/);
  t.diagnostic(`workers: ${opening.started}, ${midst.started}, ${added.started}`);
  for (const [found, assetId] of [
    [midst, "midst"],
    [added, "added"],
  ]) {
    assert.deepEqual([found.code, found.message, found.assetId], ["invalid-audio", endless(assetId), assetId]);
  }
  assert.equal(midst.clipId, clip);
  assert.equal(added.started, 2);
  await until(async () => (await page.run(leftovers)).length === 0);
});

test("exports of one library are made at the same time, by no more workers than one, and a fifth waits", async (t) => {
  const two = await page.run(exportTogether, 2, 0, { ...OPTIONS, workers: 3 });
  assert.deepEqual([two.all.map(({ hash }) => hash), two.workers, two.left], [[whole.hash, whole.hash], 3, 0]);
  t.diagnostic(`the second's first progress came in ${Math.round(two.all[1].began)} ms`);
  const five = await page.run(exportTogether, 5, 1, { ...OPTIONS, range: { start: 30, end: 60 } });
  assert.equal(new Set(five.all.map(({ hash }) => hash)).size, 1);
  // Four lead. The first one's helper lasts until the second leads.
  assert.ok(five.most <= 5, `${five.most} workers`);
});

test("an export is made by the worker that has read its content, and no other begins to rehearse meanwhile", async () => {
  const { readers, started, locks } = await page.run(exportOfNew, OPTIONS);
  assert.deepEqual([readers, started], [1, WORKERS]);
  assert.deepEqual(locks, [["shared"], []]);
});

test("an export into a stream goes on where the stream is, and into a file from its beginning", async () => {
  const undisturbed = await exported([], "stream");
  const fault = [{ kind: "throw", at: "record", after: Math.floor(whole.records * 0.7) }];
  const found = await exported(fault, "stream");
  assert.deepEqual([found.hash, found.closed], [undisturbed.hash, 1]);
  assert.equal((await exported(fault, "picked")).hash, whole.hash);
  // Without a journal, all is made again.
  const unkept = await exported(fault, "stream", { resumable: false });
  assert.deepEqual([unkept.hash, unkept.records], [undisturbed.hash, 0]);
});

test("what three workers crash on for the same reason fails, and leaves nothing", async () => {
  const fault = { kind: "throw", at: "record", after: 2 };
  const { error } = await page.run(exportWith, [fault, {}, fault, fault, fault], "file", OPTIONS);
  assert.match(error, /^SecuenciaError: Export failed: .*unreachable/);
  await until(async () => (await page.run(leftovers)).length === 0);
});

const killBrowser = () => page.session.killBrowser().then(() => page.session.driver.get(page.session.site.url));

/** Whether private files are refused, to the export and in the visit that goes on with it. */
const [FILES, NO_FILES, FILES_LATER] = [
  [false, false],
  [true, true],
  [true, false],
];

for (const [how, kill, destinations, [noFiles, noFilesLater]] of [
  ["a tab that is closed", () => closeTab(page), ["file", "picked"], FILES],
  ["a browser that is killed", killBrowser, ["file", "picked"], FILES],
  ["a tab that is closed, without private files", () => closeTab(page), ["picked"], NO_FILES],
  ["a tab that is closed, where the next one has private files", () => closeTab(page), ["file"], FILES_LATER],
  ["a browser that is killed, without private files", killBrowser, ["file"], NO_FILES],
]) {
  test(`an export goes on after ${how}, at any point, and is forgotten when it is done`, async (t) => {
    await page.run(refuseFiles, noFiles);
    t.after(() => page.run(refuseFiles, false));
    for (const into of destinations) {
      const records = moment();
      await page.run(begin, records, into, OPTIONS);
      assert.deepEqual(await page.run(unfinished), [], "one that runs is not offered");
      await kill();
      // A browser that is killed may have lost what it was told last.
      await page.run(refuseFiles, noFilesLater);
      // The browser may take a moment to let go of what a tab held.
      await until(async () => (await page.run(unfinished)).length > 0);
      const [found, ...others] = await page.run(unfinished);
      assert.ok(found && others.length === 0, JSON.stringify(found));
      assert.deepEqual([found.fileName, found.hasDestination], ["Survival.m4a", into === "picked"]);
      assert.equal(found.where, noFiles ? "database" : "file");
      assert.ok(found.kept >= records, `${found.kept} of ${records} segments are left`);
      const resumed = await page.run(resume, found.id, {});
      assert.equal(resumed.error, undefined);
      assert.equal(resumed.hash, whole.hash);
      t.diagnostic(`${found.kept} of ${whole.records} segments were kept, at ${Math.round(found.completed)} %`);
      assert.equal(found.kept + resumed.records, whole.records, "a kept segment is made again");
      assert.deepEqual([await page.run(unfinished), await page.run(leftovers)], [[], []]);
    }
  });
}

test("a worker that is busy keeps nobody from the list of interrupted exports", async () => {
  await page.run(begin, 0, "file", OPTIONS);
  assert.deepEqual(await page.run(unfinished), []);
  await closeTab(page);
  await until(async () => (await page.run(unfinished)).length > 0);
  const [found] = await page.run(unfinished);
  await page.run(forget, found.id);
  assert.deepEqual(await page.run(leftovers), []);
});

test("an interrupted export can be forgotten, and neither a cancel nor the end of the library leaves one", async () => {
  await page.run(begin, 5, "file", OPTIONS);
  await closeTab(page);
  await until(async () => (await page.run(unfinished)).length > 0);
  const [found] = await page.run(unfinished);
  await page.run(forget, found.id);
  assert.deepEqual([await page.run(unfinished), await page.run(leftovers)], [[], []]);
  assert.match((await page.run(resume, found.id, {})).error, /nothing of it to go on with/);
  for (const end of ["abort", "close"]) {
    await page.run(begin, 5, "file", { ...OPTIONS, end });
    await until(async () => (await page.run(leftovers)).length === 0);
  }
});

test("a destination that takes nothing is named in the progress, and a cancel is immediate", async () => {
  for (const { waiting, message, endedIn, made } of await page.run(stall, false, OPTIONS)) {
    assert.equal(waiting, "destination");
    assert.match(message, /^Waiting for the destination/);
    assert.ok(endedIn < 500, `the cancel took ${endedIn} ms`);
    assert.equal(made, undefined);
  }
  await until(async () => (await page.run(leftovers)).length === 0);
});

test("an export can leave a destination that takes nothing, and makes nothing again", async () => {
  const [streamed, picked] = await page.run(stall, true, OPTIONS);
  assert.deepEqual(picked.made, { name: "Never.m4a", hash: whole.hash, records: whole.records });
  assert.deepEqual(streamed.made, { name: "Survival.m4a", hash: whole.hash, records: whole.records });
  await until(async () => (await page.run(leftovers)).length === 0);
});

async function until(isTrue) {
  for (let tries = 0; !(await isTrue()); tries += 1) {
    assert.ok(tries < 100, "it never comes true");
    await sleep(100);
  }
}
