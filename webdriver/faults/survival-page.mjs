/**
 * A page that exports with workers that fail, and looks at what is kept of interrupted exports. Used by the test of
 * survival and by the campaign of kills.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPage } from "../page-module.mjs";

const FUNCTIONS = [
  ...[
    prepare,
    exportWith,
    exportAgain,
    exportOfNew,
    exportHanging,
    exportTogether,
    begin,
    isFinished,
    unfinished,
    resume,
    forget,
    stall,
  ],
  ...[newCount, opened, summary, recordsOf, fileOf, entriesOf, leftovers, haste, refuseFiles],
];

/** Starts Chromium on such a page, whose library has a timeline `t` of some minutes. */
export async function startSurvivalPage(minutes) {
  const page = await startPage("chromium", FUNCTIONS, (folder) => {
    const worker = join(folder, "secuencia", "worker.js");
    const before = `(${haste})();(${inject})();`;
    writeFileSync(join(folder, "secuencia", "faulty.js"), before + readFileSync(worker, "utf8"));
  });
  const found = await page.run(prepare, minutes);
  if (found.error) throw new Error(found.error);
  return page;
}

/** Closes the tab, and opens another one. With `crashes`, its process crashes before. */
export async function closeTab({ session: { driver, site } }, crashes = false) {
  const old = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  const fresh = await driver.getWindowHandle();
  await driver.switchTo().window(old);
  if (crashes) await driver.get("chrome://crash").catch(() => {});
  else await driver.close();
  await driver.switchTo().window(fresh);
  await driver.get(site.url);
}

// The functions below run in the page. Each gets `done`, and those that it calls are beside it.

/** Fills the library. */
export async function prepare(minutes, done) {
  const { openLibrary } = await import("./secuencia/index.js");
  const library = await openLibrary({ database: "survival" });
  const asset = await library.addAsset(await (await fetch("sample/rain.mp3")).blob());
  const clips = Array.from({ length: Math.ceil((minutes * 60) / asset.durationSeconds) }, () => asset.id);
  await library.buildTimeline("Survival", clips, { id: "t" });
  await library.close();
  done({});
}

/** Counts what the workers of a library do. */
function newCount() {
  return { started: 0, running: 0, most: 0, records: 0, made: 0, notes: 0, asked: [] };
}

/** Opens the library with workers that have faults: one for all, or by the order of their start, the leader first. */
async function opened(faults, count) {
  const { openLibrary } = await import("./secuencia/index.js");
  const channel = `records ${Math.random()}`;
  // A record in the journal, a note about it, a segment that a helper has made, or the number of one to make.
  new BroadcastChannel(channel).onmessage = ({ data }) => {
    if (data === "record") count.records += 1;
    else if (data === "made") count.made += 1;
    else if (data === "note") count.notes += 1;
    else count.asked.push(data);
  };
  // The site allows the scripts of its own policies only.
  window.policy ??= trustedTypes.createPolicy("secuencia-studio", { createScriptURL: (url) => url });
  const createWorker = () => {
    const noFiles = localStorage.getItem("noFiles") === "yes";
    const fault = JSON.stringify({ channel, noFiles, ...(Array.isArray(faults) ? faults[count.started] : faults) });
    count.started += 1;
    const worker = new Worker(policy.createScriptURL(`secuencia/faulty.js?${encodeURIComponent(fault)}`));
    const terminate = () => {
      count.running -= 1;
      Worker.prototype.terminate.call(worker);
    };
    count.running += 1;
    count.most = Math.max(count.most, count.running);
    return Object.assign(worker, { terminate });
  };
  return openLibrary({ database: "survival", createWorker });
}

/** Has workers be refused the private file system, or not, from now on and in later visits. */
export function refuseFiles(refused, done) {
  localStorage.setItem("noFiles", refused ? "yes" : "no");
  done({});
}

/** Has a worker beat, or the page look, some times as often. */
function haste(times = JSON.parse(decodeURIComponent(location.search.slice(1))).haste ?? 1) {
  const original = self.setInterval;
  self.setInterval = (run, milliseconds, ...given) => original(run, milliseconds / times, ...given);
}

/** Has a worker fail after a number of records in the journal, notes, or segments for another, or at a marked read. */
function inject() {
  const { kind, at, after, marked, channel, stall, noFiles } = JSON.parse(decodeURIComponent(location.search.slice(1)));
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
  if (noFiles) {
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("No.", "SecurityError"));
  }
  const reach = (place, word = place) => {
    told.postMessage(word);
    if (place === at && --left === 0) at === "note" ? queueMicrotask(fail) : fail();
  };
  const watch = (prototype, method, isIt, reached) => {
    const original = prototype[method];
    prototype[method] = function (...given) {
      const result = original.apply(this, given);
      if (isIt(given, this)) reached(given, this);
      return result;
    };
  };
  if (marked) {
    // Without streams, a decoder asks for its bytes by calls, and can be kept in one.
    Blob.prototype.stream = () => {
      throw new DOMException("No.", "NotSupportedError");
    };
    const read = FileReaderSync.prototype.readAsArrayBuffer;
    FileReaderSync.prototype.readAsArrayBuffer = function (blob) {
      const bytes = read.call(this, blob);
      const isMarked = new TextDecoder("latin1").decode(bytes).includes(marked);
      // The decoder that asked for them gets no answer.
      while (isMarked && kind === "spin");
      if (isMarked) throw new DOMException("It is not here.", "NotReadableError");
      return bytes;
    };
  }
  const isAny = () => true;
  watch(FileSystemSyncAccessHandle.prototype, "write", isAny, () => reach("record"));
  const isEntry = ({ mode, objectStoreNames: [name, ...others] }) =>
    mode === "readwrite" && name === "entries" && others.length === 0;
  // A database has a record once it says so: a worker that is lost before may take the record with it.
  const whenComplete = (_, transaction) => transaction.addEventListener("complete", () => reach("record"));
  watch(IDBTransaction.prototype, "commit", (_, transaction) => isEntry(transaction), whenComplete);
  watch(
    IDBObjectStore.prototype,
    "put",
    ([note]) => note.build !== undefined,
    () => reach("note"),
  );
  watch(
    MessagePort.prototype,
    "postMessage",
    ([word]) => word?.type === "made",
    () => reach("made"),
  );
  const isOrder = ([order]) => order?.type === "make";
  watch(MessagePort.prototype, "postMessage", isOrder, ([{ claim }]) => reach("asked", claim.number));
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

export async function exportWith(faults, into, { many, ...options }, done) {
  const run = async (faults, into) => {
    const count = newCount();
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

/**
 * Exports two timelines that have a clip at which each decoder hangs: one as it opens the content, and silences it, the
 * other in the midst, and stops. Meanwhile adds such a content. Its workers beat, and are looked at, `times` as often.
 */
export async function exportHanging(times, options, done) {
  haste(times);
  const marks = { opening: "hangs as it opens", midst: "hangs in the midst" };
  const contentOf = (mark, place) => {
    const bytes = new Uint8Array(44 + 2 * 44_100 * 20);
    const view = new DataView(bytes.buffer);
    const write = (at, text) => bytes.set(new TextEncoder().encode(text), at);
    for (const [at, text] of [
      [0, "RIFF"],
      [8, "WAVEfmt "],
      [36, "data"],
    ])
      write(at, text);
    for (const [at, field] of [
      [4, bytes.length - 8],
      [16, 16],
      [24, 44_100],
      [28, 88_200],
      [40, bytes.length - 44],
    ]) {
      view.setUint32(at, field, true);
    }
    for (const [at, field] of [
      [20, 1],
      [22, 1],
      [32, 2],
      [34, 16],
    ])
      view.setUint16(at, field, true);
    for (let at = place; at < place + 100_000; at += mark.length) write(at, mark);
    return new Blob([bytes]);
  };
  const plain = await opened([], newCount());
  const [{ id }] = await plain.assets();
  await plain.addAsset(contentOf(marks.opening, 44), { id: "opening" });
  await plain.addAsset(contentOf(marks.midst, 800_000), { id: "midst" });
  for (const name of ["opening", "midst"]) await plain.buildTimeline(name, [id, name, id], { id: name });
  const run = async (fault, make) => {
    const count = newCount();
    const library = await opened(fault, count);
    try {
      return { ...(await make(library)), started: count.started };
    } catch ({ code, message, clipId, assetId }) {
      return { code, message, clipId, assetId, started: count.started };
    } finally {
      await library.close();
    }
  };
  const silenced = async (library) => {
    const { file, unreadable } = await library.exportAudio("opening", { ...options, onUnreadableClip: "silence" });
    return { hash: await summary(file), unreadable };
  };
  const spin = (marked) => ({ kind: "spin", marked, haste: times });
  const denied = await run({ kind: "deny", marked: marks.opening, haste: times }, silenced);
  const [opening, midst, added] = await Promise.all([
    run(spin(marks.opening), silenced),
    run(spin(marks.midst), (library) => library.exportAudio("midst", options)),
    run(spin(marks.opening), (library) => library.addAsset(contentOf(marks.opening, 44), { id: "added" })),
  ]);
  haste(1 / times);
  const clip = (await plain.timeline("midst")).clips[1].id;
  for (const name of ["opening", "midst"]) await plain.removeAsset(name).then(() => plain.removeTimeline(name));
  await plain.close();
  done({ denied, opening, midst, added, clip });
}

/** Makes several exports of one library, the next when the one before it has begun to encode; some then one by one. */
export async function exportTogether(exports, again, options, done) {
  const count = newCount();
  const library = await opened([], count);
  const run = async (options) => {
    const own = { began: undefined, reached: () => {} };
    const encoding = new Promise((resolve) => (own.reached = resolve));
    const asked = performance.now();
    const onProgress = ({ phase }) => {
      own.began ??= performance.now() - asked;
      if (phase === "encoding") own.reached();
    };
    const finished = library.exportAudio("t", { ...options, onProgress }).then(async ({ file }) => {
      const took = performance.now() - asked;
      return { hash: await summary(file), took, began: own.began, ended: performance.now() };
    });
    await Promise.race([encoding, finished]);
    return { finished };
  };
  const since = performance.now();
  const running = [];
  for (let made = 0; made < exports; made += 1) running.push(await run(options));
  const { running: workers } = count;
  const all = await Promise.all(running.map(({ finished }) => finished));
  const together = performance.now() - since;
  const { most } = count;
  for (let made = 0; made < again; made += 1) await (await run(options)).finished;
  const oneByOne = performance.now() - since - together;
  await library.close();
  done({ all, workers, most, left: count.running, together, oneByOne });
}

/** Exports once more with the page's own library, and looks only at the file's size. */
export async function exportAgain(options, done) {
  window.again ??= opened([], newCount());
  const library = await window.again;
  const { file, stats } = await library.exportAudio("t", options);
  done({ bytes: file.size, wasmBytes: stats.peakWasmBytes });
}

/** Adds a content, and exports it at once. Looks at the lock against rehearsals while it does, and after. */
export async function exportOfNew(options, done) {
  const count = newCount();
  const library = await opened([], count);
  const held = async () => {
    const locks = (await navigator.locks.query()).held ?? [];
    return locks.filter(({ name }) => name === "secuencia rehearsal").map(({ mode }) => mode);
  };
  const { id } = await library.addAsset(await (await fetch("sample/rain.mp3")).blob());
  const { id: timeline } = await library.buildTimeline("New", [id]);
  const { started: readers } = count;
  let meanwhile;
  const onProgress = ({ phase }) => {
    if (phase === "encoding") meanwhile ??= held();
  };
  await library.exportAudio(timeline, { ...options, onProgress });
  await library.removeTimeline(timeline);
  await library.removeAsset(id);
  done({ readers, started: count.started, locks: [await meanwhile, await held()] });
  await library.close();
}

/**
 * Begins an export, and resolves once that many segments are kept, where it waits; with `goesOn`, it does not wait;
 * with `end`, it ends then. With no segments, it waits as soon as it has asked the database to note it.
 */
export async function begin(records, into, { end, goesOn = end !== undefined, ...options }, done) {
  const count = newCount();
  const place = records > 0 ? { at: "record", after: records } : { at: "note", after: 1 };
  const library = await opened(goesOn ? [] : [{ kind: "hold", ...place }], count);
  const folder = await navigator.storage.getDirectory();
  const picked = into === "picked" && (await folder.getFileHandle("Survival.m4a", { create: true }));
  const controller = new AbortController();
  const { signal } = controller;
  const running = library.exportAudio("t", { ...options, signal, ...(picked && { destination: picked }) });
  localStorage.removeItem("finished");
  running.then(
    () => localStorage.setItem("finished", "yes"),
    () => {},
  );
  while (count.records < records || count.notes === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  if (end === "abort") controller.abort();
  if (end === "close") await library.close();
  done({ asked: count.asked, made: count.made });
}

/** Whether the last export that was begun has ended by itself. */
export function isFinished(done) {
  done(localStorage.getItem("finished") !== null);
}

export async function unfinished(done) {
  const library = await opened([], newCount());
  const found = await library.unfinishedExports();
  await library.close();
  const exports = [];
  for (const { destination, ...facts } of found) {
    const numbers = await recordsOf(facts.id);
    const where = (await fileOf(facts.id)) ? "file" : "database";
    exports.push({ ...facts, hasDestination: destination !== undefined, where, numbers, kept: numbers.length });
  }
  done(exports);
}

/** Returns the numbers of the segments whose records in a journal are whole. */
async function recordsOf(id) {
  const bytes = new DataView(await ((await fileOf(id)) ?? new Blob(await entriesOf(id))).arrayBuffer());
  const numbers = [];
  for (let at = 0; at + 40 <= bytes.byteLength; ) {
    const number = Number(bytes.getBigUint64(at + 8, true));
    at += 40 + Number(bytes.getBigUint64(at + 16, true));
    if (at <= bytes.byteLength) numbers.push(number);
  }
  return numbers;
}

/** Returns a journal's file, if it has one. */
async function fileOf(id) {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("secuencia-exports").catch(() => {});
  return (await folder?.getFileHandle(id).catch(() => {}))?.getFile();
}

/** Returns what a journal in the database has. */
function entriesOf(id) {
  return new Promise((resolve) => {
    indexedDB.open(`secuencia-exports ${id}`).onsuccess = ({ target: { result: database } }) => {
      const store = database.transaction("entries").objectStore("entries");
      store.getAll().onsuccess = ({ target }) => {
        database.close();
        resolve(target.result);
      };
    };
  });
}

export async function resume(id, options, done) {
  const count = newCount();
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

export async function forget(id, done) {
  const library = await opened([], newCount());
  await library.forgetExport(id);
  await library.close();
  done({});
}

/** Returns the names of all that is kept of exports. */
export async function leftovers(done) {
  const names = [];
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("secuencia-exports", { create: true });
  for await (const name of folder.keys()) names.push(name);
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  names.push(...databases.filter((name) => name.startsWith("secuencia-exports ")));
  if (!databases.includes("secuencia-exports")) return done(names);
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

/**
 * Exports to a stream and to a file that never take anything, at once, and cancels both. With `leaves`, they leave
 * their destinations instead.
 */
export async function stall(leaves, options, done) {
  const folder = await navigator.storage.getDirectory();
  const never = new WritableStream({ write: () => new Promise(() => {}) });
  const into = async (destination, faults) => {
    const count = newCount();
    const library = await opened(faults, count);
    const [controller, leaving] = [new AbortController(), new AbortController()];
    let told = () => {};
    const waiting = new Promise((resolve) => (told = resolve));
    const onProgress = (progress) => progress.waitingFor && told(progress);
    const signals = { signal: controller.signal, leaveDestination: leaving.signal };
    const running = library.exportAudio("t", { ...options, destination, onProgress, ...signals });
    const { waitingFor, message } = await waiting;
    const since = performance.now();
    if (leaves) leaving.abort();
    else controller.abort();
    const result = await running.catch(() => {});
    const endedIn = performance.now() - since;
    const made = result && { name: result.name, hash: await summary(result.file), records: count.records };
    await library.close();
    return { waiting: waitingFor, message, endedIn, made };
  };
  const file = await folder.getFileHandle("Never.m4a", { create: true });
  done(await Promise.all([into(never, []), into(file, [{ stall: true }])]));
}
