/**
 * The parts of the campaign that run in the page. Each function is sent there by itself, so it refers to nothing
 * outside it but `window.campaign`, which `install` defines.
 */

/** Defines `window.campaign`: the library, its operations, and an independent look at all that the origin stores. */
export async function install(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const { packProject } = await import("/secuencia/archive.js");
  const NAME = "faults";
  const OUT = "out.m4a";
  const FILES = ["01-odette.mp3", "02-pip.wav", "04-bram.flac", "11-odette.m4a", "rain.mp3", "music.m4a"];
  const fetched = async (name) => (await fetch(`/sample/${name}`)).blob();
  const sha = async (blob) => {
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opened = () => asked(indexedDB.open(NAME));

  /** Everything that the library's database has: each asset's content, each timeline, and what belongs to nothing. */
  async function stored() {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes(NAME)) return { assets: {}, timelines: {}, strays: [] };
    const database = await opened();
    try {
      const stores = [...database.objectStoreNames];
      if (!stores.includes("assets")) return { assets: {}, timelines: {}, strays: [] };
      const transaction = database.transaction(stores);
      const all = (store, what) => asked(transaction.objectStore(store)[what]());
      const [records, keys, values, lines] = await Promise.all([
        all("assets", "getAll"),
        all("contents", "getAllKeys"),
        all("contents", "getAll"),
        all("timelines", "getAll"),
      ]);
      const parts = new Map();
      for (const [index, [owner]] of keys.entries()) {
        const id = Array.isArray(owner) ? owner.join(" ") : owner;
        parts.set(id, [...(parts.get(id) ?? []), values[index]]);
      }
      const assets = {};
      for (const { id } of records) {
        assets[id] = parts.has(id) ? await sha(new Blob(parts.get(id))) : "without content";
        parts.delete(id);
      }
      const timelines = Object.fromEntries(lines.map(({ id, name }) => [id, name]));
      return { assets, timelines, strays: [...parts.keys()].map((id) => `content of ${id}`) };
    } finally {
      database.close();
    }
  }

  async function privateFiles(folder, path = "") {
    const found = [];
    for await (const [name, entry] of folder.entries()) {
      if (entry.kind === "directory") found.push(...(await privateFiles(entry, `${path}${name}/`)));
      else found.push(path + name);
    }
    return found;
  }

  /** Makes the library anew. */
  async function prepare() {
    await asked(indexedDB.deleteDatabase(NAME));
    const folder = await navigator.storage.getDirectory();
    for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true });
    const library = await openLibrary({ database: NAME });
    for (const name of FILES) await library.addAsset(await fetched(name), { id: name, name });
    const lines = FILES.slice(0, 4);
    const clips = Array.from({ length: 20 }, (_, index) => ({ assetId: lines[index % 4], text: `Line ${index}.` }));
    const beds = [0, 20, 40, 60].map((offset) => ({ assetId: "rain.mp3", lane: -1, offset, volumeDb: -12 }));
    const music = { assetId: "music.m4a", lane: -2, offset: 3, volumeDb: -18 };
    await library.buildTimeline("Faults", [...clips, ...beds, music], { id: "play" });
    await library.close();
  }

  async function destination() {
    return (await navigator.storage.getDirectory()).getFileHandle(OUT, { create: true });
  }

  /** Writes what a finished export would replace. */
  async function writeOld() {
    const stream = await (await destination()).createWritable();
    await stream.write("old");
    await stream.close();
  }

  async function exported(library, options = {}) {
    const { file } = await library.exportAudio("play", { workers: 2, ...options });
    return file;
  }

  /** Exports without a fault, in both ways. */
  async function reference() {
    const library = await openLibrary({ database: NAME });
    try {
      const chunks = [];
      const stream = new WritableStream({ write: (chunk) => void chunks.push(chunk) });
      await library.exportAudio("play", { workers: 2, destination: stream });
      return { file: await sha(await exported(library)), stream: await sha(new Blob(chunks)) };
    } finally {
      await library.close();
    }
  }

  /** The timeline, which another page may have removed. */
  async function play(library) {
    const timeline = await library.timeline("play");
    if (timeline) return timeline;
    throw Object.assign(new Error("The timeline is gone."), { code: "timeline-not-found" });
  }

  /** Each operation: a promise of facts about its result. */
  const OPERATIONS = {
    import: async (library, job) => {
      await library.addAsset(await fetched("rain.mp3"), { id: "new", name: "new" }, job);
    },
    imports: async (library, job) => {
      const contents = await Promise.all(["02-pip.wav", "rain.mp3", "04-bram.flac", "music.m4a"].map(fetched));
      const outcomes = await library.addAssets(
        contents.map((content, index) => ({ content, id: `new ${index}`, name: `new ${index}` })),
        job,
      );
      const failed = outcomes.find(({ error }) => error);
      if (failed) throw failed.error;
    },
    edit: async (library) => {
      await library.saveTimeline({ ...(await play(library)), name: "Edited" });
    },
    plan: async (library, job) => {
      const { unreadable } = await library.planExport("play", job);
      if (unreadable.length > 0) throw Object.assign(new Error(unreadable[0].message), { code: unreadable[0].code });
    },
    export: async (library, job) => {
      await library.exportAudio("play", { workers: 2, destination: await destination(), ...job });
    },
    stream: async (library, job, { caller, nth }) => {
      const chunks = [];
      const stream = new WritableStream({
        write(chunk) {
          chunks.push(chunk);
          if (chunks.length < (nth ?? 1)) return undefined;
          if (caller) window.campaign.strike();
          if (caller === "fail stream") throw new Error("The fault’s own words.");
          return caller === "hold stream" ? new Promise(() => {}) : undefined;
        },
      });
      await library.exportAudio("play", { workers: 2, destination: stream, ...job });
      return { stream: await sha(new Blob(chunks)) };
    },
    pack: async (library, { signal }) => {
      const blob = await packProject(await play(library), library, signal ? { signal } : {});
      return { bytes: blob.size };
    },
  };

  /** Begins an operation. `campaign.state` tells how far it is. */
  async function begin(operation, fault) {
    const state = { progress: 0, message: "", struck: false, end: undefined };
    window.campaign.state = state;
    // A fault that comes after the end strikes nothing.
    const strike = () => {
      state.struck ||= state.end === undefined;
    };
    window.campaign.strike = strike;
    const library = await openLibrary({ database: NAME });
    const controller = new AbortController();
    window.campaign.cancel = () => controller.abort("mine");
    const { caller } = fault;
    let reports = 0;
    const onProgress = ({ completed, message }) => {
      reports += 1;
      Object.assign(state, { progress: completed, message });
      if (reports !== fault.nth) return;
      if (caller) strike();
      if (caller === "abort in listener") controller.abort("mine");
      if (caller === "throw in listener") throw new Error("The fault’s own words.");
    };
    const act = {
      abort: () => controller.abort("mine"),
      "close library": () => void library.close(),
      "remove destination": async () => void (await (await destination()).remove().catch(() => {})),
    }[caller];
    if (act) setTimeout(() => [strike(), act()], fault.afterMs);
    const started = performance.now();
    const end = (name, more = {}) => {
      state.end = { name, milliseconds: Math.round(performance.now() - started), ...more };
    };
    OPERATIONS[operation](library, { onProgress, signal: controller.signal }, fault)
      .then(
        (facts) => end("done", facts),
        (error) => {
          if (error === "mine") end("reason");
          else
            end(error?.code && typeof error.code === "string" ? error.code : `${error?.name}`, {
              says: `${error?.message}`,
            });
        },
      )
      .finally(() => library.close());
  }

  /** Spoils the stored content of an asset. */
  async function spoil(how) {
    const database = await opened();
    const id = "04-bram.flac";
    const held = await asked(database.transaction("contents").objectStore("contents").get([id, 0]));
    const bytes = new Uint8Array(await held.arrayBuffer());
    const noise = bytes.map((_, index) => (index * 7919 + (index >> 3) * 104729) & 255);
    const spoilt = {
      cut: () => held.slice(0, held.size / 3),
      other: () => fetched("02-pip.wav"),
      noise: () => new Blob([noise]),
      missing: () => undefined,
    }[how];
    const value = await spoilt();
    await changed((contents) => (value ? contents.put(value, [id, 0]) : contents.delete([id, 0])));
    database.close();
    window.campaign.mend = () => changed((contents) => contents.put(held, [id, 0]));
  }

  /** Changes the stored contents, and resolves once the change is complete: a page that goes takes it along before. */
  async function changed(change) {
    const database = await opened();
    const transaction = database.transaction("contents", "readwrite");
    change(transaction.objectStore("contents"));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    database.close();
  }

  /** Looks at everything after a fault, puts the library back as it was, and exports again if it is whole. */
  async function look(isWhole) {
    const library = await openLibrary({ database: NAME });
    try {
      // An export that was interrupted may be continued; what the user forgets must leave nothing.
      for (const { id } of (await library.unfinishedExports?.()) ?? []) await library.forgetExport(id);
      const { assets, timelines, strays } = await stored();
      const file = await (await destination()).getFile();
      const held = file.size < 10 ? await file.text() : await sha(file);
      // A killed Chromium leaves its own temporary file beside the destination.
      const isOurs = (name) => name !== OUT && name !== `${OUT}.crswap`;
      const others = (await privateFiles(await navigator.storage.getDirectory())).filter(isOurs);
      for (const id of Object.keys(assets)) if (id.startsWith("new")) await library.removeAsset(id);
      const timeline = await library.timeline("play");
      if (timeline && timeline.name !== "Faults") await library.saveTimeline({ ...timeline, name: "Faults" });
      const next = isWhole ? await sha(await exported(library)) : undefined;
      return { assets, timelines, strays: [...strays, ...others], destination: held, next };
    } finally {
      await library.close();
    }
  }

  window.campaign = { prepare, stored, reference, begin, spoil, look, writeOld, exported, openLibrary, NAME };
  done();
}

/** Loads `inject.js`, with the fault that is armed. */
export function inject(done) {
  const script = document.createElement("script");
  script.src = "/inject.js";
  script.onload = () => done();
  document.head.append(script);
}

/** Calls a function of `window.campaign`, and returns its result or its error in words. */
export async function call(name, given, done) {
  try {
    done({ result: (await window.campaign[name](...given)) ?? null });
  } catch (error) {
    done({ error: `${name}: ${error?.name} ${error?.code ?? ""} ${error?.message ?? error}` });
  }
}

/** Opens a second page of the origin in a frame, and has it do something `afterMs` from now. */
export async function elsewhere(what, afterMs, done) {
  const frame = document.createElement("iframe");
  frame.src = "/blank";
  frame.hidden = true;
  document.body.append(frame);
  await new Promise((resolve) => (frame.onload = resolve));
  const other = frame.contentWindow;
  const { NAME } = window.campaign;
  const script = other.document.createElement("script");
  script.type = "module";
  script.textContent = `import { openLibrary } from "/secuencia/index.js"; window.openLibrary = openLibrary; window.ready();`;
  await new Promise((resolve) => {
    other.ready = resolve;
    other.document.head.append(script);
  });
  const act = {
    "remove asset": async () => {
      const library = await other.openLibrary({ database: NAME });
      await library.removeAsset("rain.mp3");
      await library.close();
    },
    export: async () => {
      const library = await other.openLibrary({ database: NAME });
      await library.exportAudio("play", { workers: 2 });
      await library.close();
    },
    "delete library": () => other.indexedDB.deleteDatabase(NAME),
  }[what];
  setTimeout(() => {
    window.campaign.strike?.();
    Promise.resolve(act()).catch(() => {});
  }, afterMs);
  done();
}
