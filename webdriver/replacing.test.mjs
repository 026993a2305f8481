/** A clip's audio is replaced, from its dialog, from its row and from a failure; everything else of it stays. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decode, strengthAt, writeTone } from "./audio.mjs";
import { kept } from "./keeping.mjs";
import { startSession } from "./session.mjs";

const RATE = 44_100;

let session;
let studio;
let [low, high] = [];
before(async () => {
  session = await startSession();
  studio = session.studio;
  await studio.open(session.site.url);
  await studio.clear();
  low = writeTone(join(session.folder, "low.wav"), { frequency: 300, seconds: 1 });
  high = writeTone(join(session.folder, "high.wav"), { frequency: 1500, seconds: 2 });
});
after(() => session?.close());

async function exported() {
  const { state, result, error } = await studio.export();
  assert.equal(state, "done", error?.text);
  const samples = decode(await session.browser.take(result.name));
  const isHigh = strengthAt(samples, 1500, RATE) > strengthAt(samples, 300, RATE);
  return { seconds: samples.length / RATE, tone: isHigh ? "high" : "low" };
}

test("from its dialog: text, lane and level stay, and all of the new audio plays; it can be undone", async () => {
  await studio.addAudio(low);
  const [{ id }] = await studio.clips();
  await studio.edit(id, { text: "Who knocks?", voice: "ODETTE", volumeDb: "-3", duration: "0.5" });
  assert.deepEqual(await exported(), { seconds: 0.5, tone: "low" });
  await studio.openClip(id);
  await studio.element("#replace-audio").sendKeys(high);
  await studio.until("the new audio", ({ isOpen, arriving }) => isOpen && !arriving);
  const [after] = await studio.clips();
  assert.deepEqual([after.id, after.text, after.voice, after.length], [id, "Who knocks?", "ODETTE", "0:02.0"]);
  assert.match(await studio.element(`[data-clip-id="${id}"]`).getText(), /−3\.0 dB/);
  assert.deepEqual(await exported(), { seconds: 2, tone: "high" });
  await studio.click("#undo");
  assert.deepEqual(await exported(), { seconds: 0.5, tone: "low" });
});

test("a file that cannot be read changes nothing, and is named", async () => {
  const bad = join(session.folder, "notes.wav");
  writeFileSync(bad, "no audio");
  const before = await studio.clips();
  await studio.openClip(before[0].id);
  await studio.element("#replace-audio").sendKeys(bad);
  const { problems } = await studio.until("the sentence", (view) => view.problems.length > 0);
  assert.match(problems[0], /^notes\.wav could not be added, so the clip is as it was/);
  assert.deepEqual(await studio.clips(), before);
  await studio.click("#problems button");
});

test("from a failure, which goes then", async () => {
  await studio.replaceContent("low.wav", undefined);
  const { state } = await studio.export();
  assert.equal(state, "failed");
  await studio.element("#export-error input[type=file]").sendKeys(high);
  await studio.until("the failure's end", (view) => view.state !== "failed" && !view.arriving);
  assert.deepEqual(await exported(), { seconds: 2, tone: "high" });
  await studio.click("#undo");
});

test("from the row of a clip whose audio is missing", async () => {
  await session.driver.executeAsyncScript(removeAssets);
  await studio.reload();
  assert.equal((await studio.clips())[0].state, "missing");
  await studio.element("#clips input[type=file]").sendKeys(high);
  await studio.until("the audio", ({ isOpen, arriving }) => isOpen && !arriving);
  assert.equal((await studio.clips())[0].state, "ready");
  assert.deepEqual(await exported(), { seconds: 2, tone: "high" });
});

test("if another project is opened while the file is read, a sentence says so, and the file is not kept", async () => {
  const long = writeTone(join(session.folder, "long.wav"), { frequency: 300, seconds: 900 });
  const [{ id }] = await studio.clips();
  await studio.openProjects();
  await session.driver.executeScript("document.querySelector('#projects-dialog').close()");
  await studio.openClip(id);
  await studio.element("#replace-audio").sendKeys(long);
  await session.driver.executeAsyncScript(beginAnother);
  const { problems } = await studio.until("the sentence", (view) => view.problems.length > 0);
  assert.deepEqual(problems, [
    "long.wav could not be added, so the clip is as it was: another project was opened meanwhile.",
  ]);
  const names = (await kept(session, "secuencia-studio")).map(({ name }) => name);
  assert.ok(!names.includes("long.wav"));
});

/** Removes all assets from the library, without the page's knowledge. Runs in the page. */
function removeAssets(done) {
  const opening = indexedDB.open("secuencia-studio");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("assets", "readwrite");
    transaction.objectStore("assets").clear();
    transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}
/** Begins another project, as fast as the page can. */
async function beginAnother(done) {
  document.querySelector("#projects").click();
  while (!document.querySelector("#projects-dialog[open] #new-project")) await new Promise((next) => setTimeout(next));
  document.querySelector("#new-project").click();
  done();
}
