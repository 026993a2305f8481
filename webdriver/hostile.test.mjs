/**
 * Every public method of a library gets arguments that nobody should pass. Each call settles, and rejects only with a
 * `SecuenciaError`, with a `TypeError` that says what is wrong, or with its signal's reason. The library works on.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "./engines.mjs";
import { startSession } from "./session.mjs";

const SOUND = readFileSync("tests/data/media/pcm-s16-11025-mono.wav", "base64");

// Firefox runs a driver's scripts beside the page, where a byte array is of another kind than the page's.
for (const engine of ["chromium"]) {
  test(`hostile arguments get a sentence, in ${engine}`, async () => {
    const session = await startSession(engine);
    try {
      await session.openBlank();
      const { calls, faults } = await session.driver.executeAsyncScript(callAll, SOUND);
      assert.deepEqual(faults, []);
      assert.ok(calls > 1000, `${calls} calls`);
    } finally {
      await session.close();
    }
  });
}

let session;
before(async () => {
  session = await startSession();
});
after(() => session?.close());

test("an abort rejects with its signal's reason, whatever it is and whenever it comes", async () => {
  await session.openBlank();
  const { rejected } = await session.driver.executeAsyncScript(abortAll, SOUND);
  assert.ok(rejected.length >= 4, "those that were aborted before they began, and more");
  assert.deepEqual(new Set(rejected), new Set(["mine"]));
});

test("a failure keeps the browser's exception as its cause", async () => {
  await session.openBlank();
  const found = await session.driver.executeAsyncScript(failInStorage);
  assert.deepEqual(found, { code: "storage", cause: "VersionError" });
});

test("on plain http, where crypto.randomUUID is missing, clips are added and exported", async (t) => {
  const server = await serveByAddress();
  t.after(server.close);
  // A page by the machine's own name or address would do; `localhost` counts as secure.
  await session.driver.get(server.url);
  const found = await session.driver.executeAsyncScript(exportOne, SOUND);
  assert.deepEqual(found, { isSecureContext: false, hasRandomUuid: false, isWhole: true });
});

/** Serves dist/ on all addresses, and returns one that no browser takes for secure. */
async function serveByAddress() {
  const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".webmanifest": "text/plain" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://any");
    try {
      const content = readFileSync(join("dist", pathname));
      response.writeHead(200, { "content-type": types[extname(pathname)] ?? "text/plain" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, "0.0.0.0", resolve));
  const { networkInterfaces } = await import("node:os");
  const { address } = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === "IPv4" && !internal);
  return {
    url: `http://${address}:${port}/manifest.webmanifest`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

// The functions below run in the page.

async function callAll(base64, done) {
  const { openLibrary, SecuenciaError } = await import("/secuencia/index.js");
  const sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
  const faults = [];
  let calls = 0;
  const itself = {};
  itself.itself = itself;
  const hostile = [
    ...[
      undefined,
      null,
      true,
      0,
      -1,
      Number.NaN,
      1e308,
      7n,
      Symbol("s"),
      "",
      "__proto__",
      "\ud800",
      "x".repeat(70_000),
    ],
    ...[[], [null], [[]], {}, itself, () => {}, class {}, new Blob([]), new Blob(["text"]), new ArrayBuffer(8)],
    ...[new Uint8Array(8), new Date(Number.NaN), new Map([["a", 1]]), new Error("e"), /x/, Promise.resolve(1), window],
    ...[document, new AbortController().signal, new Proxy({}, {}), Object.create(null), Object.freeze({})],
    ...[{ assetId: "none" }, { assetId: 7 }, { id: {} }, { signal: {} }, { onProgress: 7 }, { trim: { start: 1 } }],
    ...[{ metadata: itself }, { metadata: { big: 7n } }, { metadata: () => {} }, { clips: [{}] }, { clips: "abc" }],
    ...[{ bitRate: "128k" }, { loudness: {} }, { loudness: null }, { sidecars: "all" }, { destination: "out.m4a" }],
    ...[{ workers: 0 }, { chapters: null }, { extension: "exe" }, { ceilingDb: 9 }, { quality: Symbol("q") }],
    ...[
      { trimSilence: "yes" },
      { trimSilence: { thresholdDb: "low" } },
      { onUnreadableClip: 7 },
      { tags: { track: 1 } },
    ],
  ];
  const inWords = (value) => {
    try {
      return `${Object.prototype.toString.call(value)} ${JSON.stringify(value)?.slice(0, 40)}`;
    } catch {
      return Object.prototype.toString.call(value);
    }
  };
  const settle = (promise) =>
    Promise.race([
      promise.then(
        () => undefined,
        (error) => error ?? new Error("an empty rejection"),
      ),
      new Promise((resolve) => setTimeout(resolve, 20_000, new Error("it did not settle"))),
    ]);
  const check = async (name, args, call) => {
    calls += 1;
    let promise;
    try {
      promise = call();
    } catch (error) {
      promise = name === "previewChapters" ? Promise.reject(error) : undefined;
      if (!promise) faults.push(`${name}(${args.map(inWords)}) threw instead of rejecting: ${error}`);
    }
    const error = await settle(Promise.resolve(promise));
    if (error === undefined) return;
    const isOurs = error instanceof SecuenciaError && typeof error.code === "string";
    if (!isOurs && !(error instanceof TypeError)) faults.push(`${name}(${args.map(inWords)}): ${error?.name} ${error}`);
    if (/JsValue|undefined is not|Cannot read|is not a function|is not iterable|struct /.test(error.message)) {
      faults.push(`${name}(${args.map(inWords)}): ${error.message}`);
    }
  };

  const library = await openLibrary({ database: "hostile" });
  const asset = await library.addAsset(sound, { id: "sound" });
  const timeline = await library.buildTimeline("good", [asset.id], { id: "good" });
  for (const value of hostile) {
    await check("openLibrary", [value], () => openLibrary(value).then((opened) => opened.close()));
    await check("openLibrary", [value], () => openLibrary({ database: value }).then((opened) => opened.close()));
    const one = ["asset", "content", "removeAsset", "image", "removeImage", "timeline", "removeTimeline"];
    for (const name of ["addAsset", "addImage", "saveTimeline", "planExport", "exportAudio", ...one]) {
      if (value !== undefined || name !== "addAsset") await check(name, [value], () => library[name](value));
    }
    for (const name of ["copyAsset", "copyImage"]) {
      await check(name, [value, library], () => library[name](value, library));
      await check(name, ["sound", value], () => library[name]("sound", value));
    }
    await check("addAsset", [sound, value], () => library.addAsset(sound, value));
    await check("addAsset", [sound, {}, value], () => library.addAsset(sound, {}, value));
    await check("addImage", [sound, value], () => library.addImage(sound, value));
    await check("buildTimeline", [value], () => library.buildTimeline(value, ["sound"]));
    await check("buildTimeline", ["n", value], () => library.buildTimeline("n", value));
    await check("buildTimeline", ["n", [value]], () => library.buildTimeline("n", [value]));
    await check("buildTimeline", ["n", [], value], () => library.buildTimeline("n", ["sound"], value));
    await check("previewChapters", ["n", value], async () =>
      library.previewChapters("n", value, { assetOf: () => asset }),
    );
    await check("previewChapters", ["n", [], value], async () => library.previewChapters("n", ["sound"], value));
    await check("planExport", ["good", value], () => library.planExport(timeline.id, value));
    for (const field of ["id", "name", "text", "voice", "trim"]) {
      await check(`addAsset ${field}`, [value], () => library.addAsset(sound, { [field]: value }));
    }
    for (const field of [
      "offset",
      "duration",
      "sourceStart",
      "lane",
      "volumeDb",
      "isMuted",
      "fadeIn",
      "pan",
      "scene",
      "id",
    ]) {
      await check(`clip ${field}`, [value], () => library.buildTimeline("n", [{ assetId: "sound", [field]: value }]));
    }
    for (const field of ["gapSeconds", "audioLayout", "audioRate", "chapters", "tags", "metadata", "id"]) {
      await check(`timeline ${field}`, [value], () => library.buildTimeline("n", ["sound"], { [field]: value }));
    }
    for (const field of ["clips", "name", "id", "audioRate", "tags"]) {
      await check(`saveTimeline ${field}`, [value], () => library.saveTimeline({ ...timeline, [field]: value }));
    }
  }
  // An export costs more, so each option gets the values that are not its own.
  const refused = [null, -1, Number.NaN, 7n, Symbol("s"), "x", {}, [7], () => {}, new Blob([])];
  const options = [
    "bitRate",
    "quality",
    "ceilingDb",
    "loudness",
    "onUnreadableClip",
    "chapters",
    "extension",
    "workers",
  ];
  for (const value of refused) {
    for (const field of [...options, "sidecars", "savedSidecars", "destination", "signal", "onProgress"]) {
      await check(`exportAudio ${field}`, [value], () => library.exportAudio("good", { [field]: value }));
    }
  }
  try {
    for (const { id } of await library.assets()) if (id !== "sound") await library.removeAsset(id);
    await library.addAsset(sound, { id: "sound" });
    const after = await library.buildTimeline("after", ["sound"]);
    const { durationSeconds } = await library.exportAudio(after.id);
    if (durationSeconds !== after.durationSeconds) faults.push(`the export after it lasts ${durationSeconds} s`);
  } catch (error) {
    faults.push(`the library does not work after it: ${error}`);
  }
  await library.close();
  done({ calls, faults: [...new Set(faults)].slice(0, 60) });
}

/** Aborts each kind of job before it begins, and at times while it works. Returns what each rejected with. */
async function abortAll(base64, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
  const library = await openLibrary({ database: "aborted" });
  const asset = await library.addAsset(sound);
  const clips = Array.from({ length: 400 }, () => asset.id);
  const long = await library.buildTimeline("long", clips);
  const jobs = [
    (signal) => library.addAsset(sound, {}, { signal }),
    (signal) => library.buildTimeline("n", clips, { signal }),
    (signal) => library.planExport(long.id, { signal }),
    (signal) => library.exportAudio(long.id, { signal }),
  ];
  const rejected = [];
  for (const job of jobs) {
    for (const delay of [-1, 0, 1, 5, 20, 60]) {
      // An object of the page's own, which no browser would make.
      const reason = { mine: true, code: "storage" };
      const controller = new AbortController();
      if (delay < 0) controller.abort(reason);
      else setTimeout(() => controller.abort(reason), delay);
      await job(controller.signal).then(
        () => {},
        (error) => rejected.push(error === reason ? "mine" : String(error)),
      );
    }
  }
  await library.close();
  done({ rejected });
}

/** Opens a library that a newer version has saved. */
async function failInStorage(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const opening = indexedDB.open("newer", 99);
  await new Promise((resolve) => {
    opening.onsuccess = resolve;
  });
  opening.result.close();
  openLibrary({ database: "newer" }).then(
    () => done({}),
    ({ code, cause }) => done({ code, cause: cause?.name }),
  );
}

async function exportOne(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const library = await openLibrary({ database: "plain-http" });
    const asset = await library.addAsset(sound);
    const timeline = await library.buildTimeline("n", [asset.id]);
    const { durationSeconds } = await library.exportAudio(timeline.id);
    const isWhole = durationSeconds === timeline.durationSeconds;
    done({ isSecureContext, hasRandomUuid: "randomUUID" in crypto, isWhole });
  } catch (error) {
    done({ error: String(error) });
  }
}
