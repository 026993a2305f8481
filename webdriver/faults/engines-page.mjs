/** The parts of the engines' campaign that run in the page, as its module (`page-module.mjs`). */

/** Makes the library, and returns the hash of the undisturbed export. */
export async function prepare(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  await new Promise((resolve) => {
    const deleting = indexedDB.deleteDatabase("engines");
    deleting.onsuccess = resolve;
  });
  const library = await openLibrary({ database: "engines" });
  const files = ["01-odette.mp3", "02-pip.wav", "04-bram.flac", "11-odette.m4a"];
  for (const name of files) {
    await library.addAsset(await (await fetch(`/sample/${name}`)).blob(), { id: name, name });
  }
  const clips = Array.from({ length: 12 }, (_, index) => ({ assetId: files[index % 4], text: `Line ${index}.` }));
  await library.buildTimeline("Engines", clips, { id: "play" });
  const { file } = await library.exportAudio("play", { workers: 2 });
  await library.close();
  done({ hash: await hashOf(file) });
}

export async function hashOf(content) {
  const digest = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Loads `inject.js`, with the fault that is armed. */
export function arm(done) {
  const script = document.createElement("script");
  script.src = "/inject.js";
  script.onload = () => done();
  document.head.append(script);
}

/**
 * Begins an operation: "export", "stream" (which takes nothing after its first parts), "plan" or "add" (the picked
 * file). `window.state` says how far it is, and how it ended.
 */
export async function begin(operation, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const state = { progress: 0, waits: false, end: undefined, says: "", hash: undefined };
  const controller = new AbortController();
  window.state = state;
  window.cancel = () => controller.abort("mine");
  const library = await openLibrary({ database: "engines" });
  window.library = library;
  const job = {
    workers: 2,
    signal: controller.signal,
    onProgress: ({ completed, waitingFor }) => {
      state.progress = completed;
      state.waits ||= waitingFor === "destination";
    },
  };
  let parts = 0;
  const held = new WritableStream({
    write: () => {
      parts += 1;
      return parts > 2 ? new Promise(() => {}) : undefined;
    },
  });
  const operations = {
    export: async () => hashOf((await library.exportAudio("play", job)).file),
    stream: async () => void (await library.exportAudio("play", { ...job, destination: held })),
    plan: async () => {
      const { unreadable } = await library.planExport("play", { signal: controller.signal });
      if (unreadable.length > 0) throw Object.assign(new Error(unreadable[0].message), { code: unreadable[0].code });
    },
    add: async () => void (await library.addAsset(document.querySelector("#file").files[0], { id: "picked" })),
  };
  const settle = (end, says = "", hash = undefined) => Object.assign(state, { end, says, hash });
  operations[operation]()
    .then(
      (hash) => settle("done", "", hash),
      (error) => (error === "mine" ? settle("cancelled") : settle(error?.code ?? String(error?.name), error?.message)),
    )
    .finally(() => library.close());
  done();
}

export function stateOf(done) {
  done(window.state);
}

export function cancel(done) {
  window.cancel();
  done();
}

/** Deletes the stored content of an asset, as a browser that loses it. */
export function damage(done) {
  const opening = indexedDB.open("engines");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("contents", "readwrite");
    const contents = transaction.objectStore("contents");
    contents.getAllKeys().onsuccess = ({ target: { result: keys } }) => {
      for (const key of keys.filter(([owner]) => owner === "04-bram.flac")) contents.delete(key);
    };
    transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}

/** Opens the library's database in a newer version, as a newer build of the page in another tab. */
export function openNewer(done) {
  const opening = indexedDB.open("engines", 99);
  opening.onsuccess = () => {
    opening.result.close();
    done("opened");
  };
  opening.onerror = () => done(String(opening.error));
  opening.onblocked = () => done("blocked");
}

/** Has the browser clear all that the origin stores. Returns whether it did. */
export async function clearStorage(done) {
  await fetch("/clear");
  const names = (await indexedDB.databases()).map(({ name }) => name);
  done(!names.includes("engines"));
}

/** Looks at the library from a new page, and exports again what it has. */
export async function look(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  try {
    const library = await openLibrary({ database: "engines" });
    const interrupted = (await library.unfinishedExports()).map(({ id }) => id);
    let resumed;
    if (interrupted[0]) resumed = await hashOf((await library.resumeExport(interrupted[0])).file);
    for (const id of interrupted.slice(1)) await library.forgetExport(id);
    const assets = (await library.assets()).map(({ id }) => id).sort();
    const hasPlay = (await library.timeline("play")) !== undefined;
    const contents = await Promise.all(assets.map((id) => library.content(id)));
    const lost = assets.filter((_, index) => !contents[index]);
    const isWhole = hasPlay && lost.length === 0;
    const next = isWhole ? await hashOf((await library.exportAudio("play", { workers: 2 })).file) : undefined;
    await library.close();
    done({ assets, lost, hasPlay, next, interrupted: interrupted.length, resumed });
  } catch (error) {
    done({ error: `${error?.code} ${error?.message}` });
  }
}
