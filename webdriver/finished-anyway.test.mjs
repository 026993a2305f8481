/** A finished export always reaches the user, a failed one leaves no file, and missing audio can be fetched again. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { decode } from "./audio.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";
import { beforeLoad, withSavePicker } from "./studio.mjs";

const RAIN = resolve("www/sample/rain.mp3");

test("an export that is finished is given to the user, though nothing can be removed behind it", async (t) => {
  const session = await startSession();
  t.after(session.close);
  const { driver, studio, browser } = session;
  await beforeLoad(
    driver,
    `const remove = IDBObjectStore.prototype.delete;
     IDBObjectStore.prototype.delete = function (key) {
       if (this.name === "timelines") throw new DOMException("The database is gone.", "UnknownError");
       return remove.call(this, key);
     }`,
  );
  await studio.open(session.site.url);
  const { state, result, error } = await studio.export();
  assert.equal(state, "done", error?.text);
  assert.equal(decode(await browser.take(result.name)).length, Math.round(result.durationSeconds * result.sampleRate));

  await withSavePicker(driver, "accept");
  await studio.reload();
  const picked = await studio.export();
  assert.equal(picked.state, "done", picked.error?.text);
  assert.equal(await sizeOf(driver, picked.result.name), picked.result.bytes);
});

test("an export whose worker is lost in the midst of writing leaves no empty file", async (t) => {
  const trap = `globalThis.written = (globalThis.written ?? 0) + 1;
    if (globalThis.written > 2) {
      setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); });
      return new Promise(() => {});
    }`;
  const site = siteWith((worker) => worker.replace(/__wbg_write_\w+:function\([\w$,]+\)\{/, `$& ${trap}`));
  t.after(() => rmSync(site, { recursive: true, force: true }));
  const session = await startSession("chromium", site);
  t.after(session.close);
  const { driver, studio } = session;
  await withSavePicker(driver, "accept");
  await studio.open(session.site.url);
  const folder = session.folder;
  for (let time = 0; time < 3; time += 1) {
    const name = `Lost ${time}`;
    await studio.openProject(writeRepeatingProject(join(folder, `${name}.json`), { name, audio: RAIN, times: 4 }));
    assert.equal((await studio.export()).state, "failed");
    await driver.wait(async () => (await sizeOf(driver, `${name}.m4a`)) === null, 5000, `${name} is gone`);
  }
});

test("a file whose destination does not answer can be downloaded instead", async (t) => {
  const never = "() => new Promise(() => {})";
  const stalled = `FileSystemFileHandle.prototype.createWritable = async () =>
    ({ write: ${never}, seek: ${never}, close: ${never}, abort: ${never} });`;
  const site = siteWith((worker) => stalled + worker);
  t.after(() => rmSync(site, { recursive: true, force: true }));
  const session = await startSession("chromium", site);
  t.after(session.close);
  const { driver, studio, browser } = session;
  await withSavePicker(driver, "accept");
  await studio.open(session.site.url);
  await studio.click("#export");
  await driver.wait(async () => (await driver.findElements({ id: "download-instead" })).length > 0, 30_000);
  assert.match(await studio.element("#export-message").getText(), /^Waiting for the destination/);
  await studio.click("#download-instead");
  const { state, result, error } = await studio.exported();
  assert.equal(state, "done", error?.text);
  assert.equal(decode(await browser.take(result.name)).length, Math.round(result.durationSeconds * result.sampleRate));
  assert.equal(await sizeOf(driver, result.name), null, "the empty file is gone");
});

test("the sample's audio that the network did not bring is fetched again", async (t) => {
  const session = await startSession();
  t.after(session.close);
  const { driver, studio } = session;
  await driver.sendDevToolsCommand("Network.enable", {});
  await driver.sendDevToolsCommand("Network.setBlockedURLs", { urls: ["*.mp3", "*.m4a"] });
  await studio.open(session.site.url);
  const before = await studio.clips();
  assert.ok(before.some(({ state }) => state === "missing"));
  assert.ok(before.some(({ state }) => state === "ready"));
  assert.match(await studio.element("#sample-notice").getText(), /could not be loaded/);

  await studio.click("#sample-notice button");
  await studio.settled();
  assert.deepEqual(await studio.clips(), before, "they stay, as often as it fails");

  await driver.sendDevToolsCommand("Network.setBlockedURLs", { urls: [] });
  await studio.click("#sample-notice button");
  await studio.settled();
  const after = await studio.clips();
  assert.equal(after.length, before.length);
  for (const { state, text } of after) assert.equal(state, "ready", text);
  assert.equal((await driver.findElements({ css: "#sample-notice" })).length, 0);
  assert.equal((await studio.export()).state, "done");
});

/** Returns the size of a picked file; `null` if it does not exist. */
function sizeOf(driver, name) {
  return driver.executeAsyncScript(async (wanted, done) => {
    const folder = await navigator.storage.getDirectory();
    const size = async () => (await (await folder.getFileHandle(wanted)).getFile()).size;
    done(await size().catch(() => null));
  }, name);
}

/** Copies the site, and changes the script of its workers. */
function siteWith(change) {
  const folder = mkdtempSync(join(tmpdir(), "secuencia-changed-"));
  cpSync("dist", folder, { recursive: true });
  const path = join(folder, "secuencia", "worker.js");
  const worker = readFileSync(path, "utf8");
  const changed = change(worker);
  assert.ok(changed !== worker, "the worker's script has another form");
  writeFileSync(path, changed);
  return folder;
}
