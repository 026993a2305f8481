/**
 * An export survives what kills its workers, its tab or its browser: the file has the same bytes, and what was made is
 * not made again. A destination that never answers is named, and a cancel ends it at once.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startPage } from "./page-module.mjs";

/** The minutes of the timeline, and the workers of an export. */
const MINUTES = 3;
const WORKERS = 2;
const OPTIONS = { workers: WORKERS, quality: "draft" };

/** The same at every run. */
const random = dice(19);

/** @type {Awaited<ReturnType<typeof startPage>>} */
let page;
/** The undisturbed export. */
let whole;
before(async () => {
  page = await startPage(
    "chromium",
    [...[prepare, exportWith, begin, unfinished, resume, forget, stall], ...[opened, summary, recordsOf, leftovers]],
    (folder) => {
      const worker = join(folder, "secuencia", "worker.js");
      writeFileSync(join(folder, "secuencia", "faulty.js"), `(${inject})();${readFileSync(worker, "utf8")}`);
    },
  );
  assert.deepEqual(await page.run(prepare, MINUTES), {});
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
const moment = () => 2 + Math.floor(random() * whole.records * 0.6);

test("a leader that throws, again and again, costs a segment and not the export", async (t) => {
  for (const times of [1, 2]) {
    const faults = Array.from({ length: times }, () => ({
      kind: "throw",
      at: "record",
      after: 2 + Math.floor(random() * 6),
    }));
    // The helper of a lost leader stays, so each fault is the next leader's.
    const found = await exported([faults[0], {}, ...faults.slice(1)]);
    assert.deepEqual([found.hash, found.started], [whole.hash, WORKERS + times]);
    t.diagnostic(`${found.records - whole.records} segments were made again after ${times} crashes`);
    assert.ok(found.records <= whole.records, "a kept segment is made again");
  }
  assert.deepEqual(await page.run(leftovers), []);
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
    many: ["throw", "end"].map((kind) => [{}, { kind, at: "made", after: 2 + Math.floor(random() * 4) }]),
  });
  assert.equal(found.error, undefined);
  for (const { hash } of found.all) assert.equal(hash, whole.hash);
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

for (const [how, kill] of [
  ["a tab that is closed", closeTab],
  [
    "a browser that is killed",
    () => page.session.killBrowser().then(() => page.session.driver.get(page.session.site.url)),
  ],
]) {
  test(`an export goes on after ${how}, at any point, and is forgotten when it is done`, async (t) => {
    for (const into of ["file", "picked"]) {
      const records = moment();
      assert.deepEqual(await page.run(begin, records, into, OPTIONS), {});
      assert.deepEqual(await page.run(unfinished), [], "one that runs is not offered");
      await kill();
      // The browser may take a moment to let go of what a tab held.
      await until(async () => (await page.run(unfinished)).length > 0);
      const [found, ...others] = await page.run(unfinished);
      assert.ok(found && others.length === 0, JSON.stringify(found));
      assert.deepEqual([found.fileName, found.hasDestination], ["Survival.m4a", into === "picked"]);
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

test("an interrupted export can be forgotten, and neither a cancel nor the end of the library leaves one", async () => {
  await page.run(begin, 5, "file", OPTIONS);
  await closeTab();
  const [found] = await page.run(unfinished);
  await page.run(forget, found.id);
  assert.deepEqual([await page.run(unfinished), await page.run(leftovers)], [[], []]);
  assert.match((await page.run(resume, found.id, {})).error, /nothing of it to go on with/);
  for (const end of ["abort", "close"]) {
    assert.deepEqual(await page.run(begin, 5, "file", { ...OPTIONS, end }), {});
    await until(async () => (await page.run(leftovers)).length === 0);
  }
});

test("a destination that takes nothing is named in the progress, and a cancel is immediate", async () => {
  for (const { waiting, message, cancelledIn } of await page.run(stall)) {
    assert.equal(waiting, "destination");
    assert.match(message, /^Waiting for the destination/);
    assert.ok(cancelledIn < 500, `the cancel took ${cancelledIn} ms`);
  }
  await until(async () => (await page.run(leftovers)).length === 0);
});

async function closeTab() {
  const { driver, site } = page.session;
  const old = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  const fresh = await driver.getWindowHandle();
  await driver.switchTo().window(old);
  await driver.close();
  await driver.switchTo().window(fresh);
  await driver.get(site.url);
}

async function until(isTrue) {
  for (let tries = 0; !(await isTrue()); tries += 1) {
    assert.ok(tries < 100, "it never comes true");
    await sleep(100);
  }
}

/** Returns a source of random numbers with a seed. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

// The functions below run in the page. Each gets `done`, and those that it calls are beside it.

/** Fills the library. */
async function prepare(minutes, done) {
  const { openLibrary } = await import("./secuencia/index.js");
  const library = await openLibrary({ database: "survival" });
  const asset = await library.addAsset(await (await fetch("sample/rain.mp3")).blob());
  const clips = Array.from({ length: Math.ceil((minutes * 60) / asset.durationSeconds) }, () => asset.id);
  await library.buildTimeline("Survival", clips, { id: "t" });
  await library.close();
  done({});
}

/** Opens the library with workers that have faults, by the order in which they start: the leader, then its helpers. */
async function opened(faults, count) {
  const { openLibrary } = await import("./secuencia/index.js");
  const channel = `records ${Math.random()}`;
  new BroadcastChannel(channel).onmessage = ({ data }) => {
    count[data] += 1;
  };
  // The site allows the scripts of its own policies only.
  window.policy ??= trustedTypes.createPolicy("secuencia-studio", { createScriptURL: (url) => url });
  const createWorker = () => {
    const fault = JSON.stringify({ channel, ...faults[count.started] });
    count.started += 1;
    return new Worker(policy.createScriptURL(`secuencia/faulty.js?${encodeURIComponent(fault)}`));
  };
  return openLibrary({ database: "survival", createWorker });
}

/** Has a worker fail after a number of records in the journal, or of segments made for another. */
function inject() {
  const { kind, at, after, channel, stall } = JSON.parse(decodeURIComponent(location.search.slice(1)));
  const told = new BroadcastChannel(channel);
  let left = after;
  const fail = () => {
    // It waits until it is killed, and gives its signs of life: a worker that gives none is replaced.
    for (let beat = 0; kind === "hold"; ) {
      if (performance.now() < beat) continue;
      self.postMessage({ type: "alive" });
      beat = performance.now() + 1000;
    }
    if (kind === "end") self.close();
    while (kind === "spin");
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
  };
  const watch = (prototype, method, place, isIt) => {
    const original = prototype[method];
    prototype[method] = function (...given) {
      const result = original.apply(this, given);
      if (isIt(given)) {
        if (place === "record") told.postMessage("records");
        if (place === at && --left === 0) fail();
      }
      return result;
    };
  };
  watch(FileSystemSyncAccessHandle.prototype, "write", "record", () => true);
  watch(MessagePort.prototype, "postMessage", "made", ([word]) => word?.type === "made");
  if (stall) {
    const never = () => new Promise(() => {});
    FileSystemFileHandle.prototype.createWritable = async () => ({ write: never, seek: async () => {}, abort: never });
  }
}

/** Returns the file's hash. */
async function summary(blob) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function exportWith(faults, into, { many, ...options }, done) {
  const run = async (faults, into) => {
    const count = { started: 0, records: 0 };
    const library = await opened(faults, count);
    const parts = [];
    let closed = 0;
    const close = () => {
      closed += 1;
    };
    const folder = await navigator.storage.getDirectory();
    const destination = {
      stream: () => new WritableStream({ write: (part) => void parts.push(part), close }),
      picked: () => folder.getFileHandle("Survival.m4a", { create: true }),
    };
    try {
      const picked = await destination[into]?.();
      const { file } = await library.exportAudio("t", { ...options, ...(picked && { destination: picked }) });
      const made = file ?? (into === "stream" ? new Blob(parts) : await picked.getFile());
      return { ...count, closed, hash: await summary(made) };
    } finally {
      await library.close();
    }
  };
  try {
    if (into === "many") done({ all: await Promise.all(many.map((faults) => run(faults, "file"))) });
    else done(await run(faults, into));
  } catch (error) {
    done({ error: String(error) });
  }
}

/** Begins an export, and resolves once that many segments are kept, where it waits; with `end`, once it has ended. */
async function begin(records, into, { end, ...options }, done) {
  const count = { started: 0, records: 0 };
  const library = await opened(end ? [] : [{ kind: "hold", at: "record", after: records }], count);
  const folder = await navigator.storage.getDirectory();
  const picked = into === "picked" && (await folder.getFileHandle("Survival.m4a", { create: true }));
  const controller = new AbortController();
  const { signal } = controller;
  const running = library.exportAudio("t", { ...options, signal, ...(picked && { destination: picked }) });
  running.catch(() => {});
  while (count.records < records) await new Promise((resolve) => setTimeout(resolve, 1));
  if (end === "abort") controller.abort();
  if (end === "close") await library.close();
  done({});
}

async function unfinished(done) {
  const { openLibrary } = await import("./secuencia/index.js");
  const library = await openLibrary({ database: "survival" });
  const found = await library.unfinishedExports();
  await library.close();
  const exports = [];
  for (const { destination, ...facts } of found) {
    exports.push({ ...facts, hasDestination: destination !== undefined, kept: await recordsOf(facts.id) });
  }
  done(exports);
}

/** Returns the number of whole records in a journal. */
async function recordsOf(id) {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("secuencia-exports");
  const bytes = new DataView(await (await (await folder.getFileHandle(id)).getFile()).arrayBuffer());
  let records = 0;
  for (let at = 0; at + 40 <= bytes.byteLength; records += 1) {
    at += 40 + Number(bytes.getBigUint64(at + 16, true));
    if (at > bytes.byteLength) break;
  }
  return records;
}

async function resume(id, options, done) {
  const count = { started: 0, records: 0 };
  const library = await opened([], count);
  try {
    const { file } = await library.resumeExport(id, options);
    const folder = await navigator.storage.getDirectory();
    const made = file ?? (await (await folder.getFileHandle("Survival.m4a")).getFile());
    done({ ...count, hash: await summary(made) });
  } catch (error) {
    done({ error: String(error) });
  } finally {
    await library.close();
  }
}

async function forget(id, done) {
  const { openLibrary } = await import("./secuencia/index.js");
  const library = await openLibrary({ database: "survival" });
  await library.forgetExport(id);
  await library.close();
  done({});
}

/** Returns the names of all that is kept of exports. */
async function leftovers(done) {
  const names = [];
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("secuencia-exports", { create: true });
  for await (const name of folder.keys()) names.push(name);
  if (!(await indexedDB.databases()).some(({ name }) => name === "secuencia-exports")) return done(names);
  const opening = indexedDB.open("secuencia-exports");
  opening.onsuccess = () => {
    const database = opening.result;
    const stores = [...database.objectStoreNames];
    const transaction = database.transaction(stores);
    for (const store of stores) {
      transaction.objectStore(store).getAllKeys().onsuccess = ({ target }) => names.push(...target.result);
    }
    transaction.oncomplete = () => {
      database.close();
      done(names);
    };
  };
}

/** Exports to a stream and to a file that never take anything, at once. */
async function stall(done) {
  const folder = await navigator.storage.getDirectory();
  const never = new WritableStream({ write: () => new Promise(() => {}) });
  const into = async (destination, faults) => {
    const library = await opened(faults, { started: 0, records: 0 });
    const controller = new AbortController();
    let told = () => {};
    const waiting = new Promise((resolve) => (told = resolve));
    const onProgress = (progress) => progress.waitingFor && told(progress);
    const running = library.exportAudio("t", { destination, onProgress, signal: controller.signal, workers: 1 });
    const { waitingFor, message } = await waiting;
    const since = performance.now();
    controller.abort();
    await running.catch(() => {});
    const cancelledIn = performance.now() - since;
    await library.close();
    return { waiting: waitingFor, message, cancelledIn };
  };
  const file = await folder.getFileHandle("Never.m4a", { create: true });
  done(await Promise.all([into(never, []), into(file, [{ stall: true }])]));
}
