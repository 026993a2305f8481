/**
 * An export into a stream: the bytes and the order that the stream's kind allows, no more memory for a slow one, the
 * stream's own reason if it fails, and an upload while the file is made.
 *
 * Firefox is left out of some tests: its driver runs scripts in a sandbox whose byte arrays differ from the page's.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { basename, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import sirv from "sirv";
import { decode, describe as facts, writeTone } from "./audio.mjs";
import { openBrowser } from "./engines.mjs";
import { rendererBytes } from "./processes.mjs";
import { startSession } from "./session.mjs";

/** The most that a part can have: half a minute at 320 kb/s, and what the bit reservoir adds. */
const PART_BYTES = 1_350_000;

describe("chromium", () => {
  /** @type {Awaited<ReturnType<typeof startSession>>} */
  let session;
  before(async () => {
    session = await startSession();
    await session.openBlank();
    const tone = writeTone(join(session.folder, "tone.wav"), { frequency: 330, seconds: 2 });
    await run(addTone, readFileSync(tone, "base64"));
  });
  after(() => session?.close());
  const run = async (script, ...given) => {
    const { error, ...result } = await session.driver.executeAsyncScript(script, ...given);
    assert.equal(error, undefined);
    return result;
  };

  test("a stream gets a file with the same samples, which Chromium and Firefox open and seek in", async () => {
    const exported = await run(exportBothWays);
    assert.deepEqual(exported.places, ["first", "last"]);
    const [file, streamed] = ["file", "streamed"].map((name) => {
      const path = join(session.folder, `${name}.m4a`);
      writeFileSync(path, exported[name], "base64");
      return path;
    });
    assert.equal(readFileSync(streamed).length, exported.bytes);
    assert.deepEqual(decode(streamed), decode(file));
    const { duration, codec } = await facts(streamed);
    assert.deepEqual([duration, codec], [(await facts(file)).duration, (await facts(file)).codec]);
    for (const engine of ["chromium", "firefox"]) {
      const found = await open(engine, streamed);
      assert.deepEqual(found, await open(engine, file), engine);
      // Firefox counts the priming too, in any file.
      assert.ok(Math.abs(found.duration - exported.seconds) < 0.05, `${engine}: ${JSON.stringify(found)}`);
      assert.ok(Math.abs(found.time - 50) < 0.1, `${engine}: ${JSON.stringify(found)}`);
    }
  });

  test("a stream that can seek gets the same bytes as a file does", async () => {
    const { place, isSame } = await run(exportIntoWritable);
    assert.equal(place, "first");
    assert.ok(isSame);
  });

  test("a stream that takes 100 KB a second is never ahead by more than two parts, and memory stays flat", async (t) => {
    const slow = run(exportSlowly);
    // Past the start, where memory grows to what an export needs, whatever its length.
    await sleep(8000);
    const early = rendererBytes(session.browser.pid);
    const { produced, taken, ahead } = await slow;
    const late = rendererBytes(session.browser.pid);
    const seconds = taken.seconds.toFixed(0);
    t.diagnostic(`in ${seconds} s the stream took ${taken.bytes} bytes and was at most ${ahead} behind`);
    t.diagnostic(`the renderer held ${early} bytes after 8 s and ${late} after ${seconds} s`);
    assert.ok(taken.bytes <= seconds * 110_000 && produced < taken.bytes + PART_BYTES);
    assert.ok(ahead <= PART_BYTES, `${ahead} bytes`);
    // Without back-pressure the engine would have made the whole hour, 115 MB.
    assert.ok(late < early + 25e6, `${early} bytes became ${late}`);
  });

  test("a stream that fails in the middle is the reason, and one that is cancelled gets the caller's", async () => {
    const { failed, cancelled, locked, next } = await run(exportIntoBroken);
    assert.deepEqual(failed, {
      name: "SecuenciaError",
      code: "export-failed",
      message: "Export failed: the file could not be written: the server hung up",
      isCause: true,
      isLocked: false,
    });
    assert.deepEqual(cancelled, { isReason: true, aborted: true });
    assert.deepEqual(locked, { code: "export-failed", cause: "TypeError" });
    assert.equal(next, "last");
  });

  test("whatever ends an export before its first byte, the stream is aborted with it, so nobody waits", async () => {
    const { ends } = await run(exportBeforeItBegins);
    assert.deepEqual(ends, {
      "no such timeline": { code: "timeline-not-found", isReason: true },
      "a wrong option": { code: "TypeError", isReason: true },
      "a closed library": { code: "storage", isReason: true },
    });
  });
});

describe("upload while encoding", () => {
  for (const [name, start, place] of [
    ["over HTTP/2 the request's body is the stream", overHttp2, "last"],
    ["over HTTP/1.1, where Chromium sends no stream, it is the finished file", overHttp1, "first"],
  ]) {
    test(name, async (t) => {
      const server = await start();
      t.after(server.close);
      const browser = await openBrowser("chromium", undefined, { acceptInsecureCerts: true });
      t.after(browser.close);
      await browser.driver.get(new URL("examples/upload-while-encoding/", server.url).href);
      const files = ["04-bram.flac", "05-pip.wav", "music.m4a"].map((file) => resolve("www/sample", file));
      await browser.driver.findElement({ id: "files" }).sendKeys(files.join("\n"));
      // The page opens its library first.
      const isReady = () => browser.driver.executeScript('return document.getElementById("export").onclick !== null');
      await browser.driver.wait(isReady, 30_000);
      await browser.driver.findElement({ id: "export" }).click();
      const status = browser.driver.findElement({ id: "status" });
      await browser.driver.wait(async () => (await status.getText()) !== "", 60_000);
      assert.equal(await status.getText(), "Uploaded.");
      const path = join(browser.folder, "uploaded.m4a");
      writeFileSync(path, server.uploads.at(-1));
      assert.equal(boxes(server.uploads.at(-1)).indexOf("moov") === 1 ? "first" : "last", place);
      assert.ok(decode(path).length > 44_100 * 5);
    });
  }
});

/** Returns the names of a file's boxes at its top level. */
function boxes(file) {
  const names = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) names.push(file.toString("latin1", at + 4, at + 8));
  return names;
}

/** Serves dist/ and examples/, and keeps what is sent to /upload. */
function handler(uploads) {
  const site = sirv("dist", { dev: true });
  const examples = sirv("examples", { dev: true });
  return (request, response) => {
    if (request.method === "POST") {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        uploads.push(Buffer.concat(parts));
        response.writeHead(204).end();
      });
      return;
    }
    const serve = request.url.startsWith("/examples/") ? examples : site;
    request.url = request.url.replace(/^\/examples\//, "/");
    serve(request, response, () => response.writeHead(404).end());
  };
}

async function overHttp1() {
  const uploads = [];
  return listening(createServer(handler(uploads)), uploads, "http");
}

async function overHttp2() {
  const uploads = [];
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "-", "-out", "-"];
  const pem = execFileSync("openssl", ["req", ...made], { stdio: ["ignore", "pipe", "ignore"] });
  const server = createSecureServer({ key: pem, cert: pem }, handler(uploads));
  return listening(server, uploads, "https");
}

async function listening(server, uploads, scheme) {
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => server.close(closed));
  };
  return { url: `${scheme}://localhost:${server.address().port}/`, uploads, close };
}

/** Opens a file in a browser, over HTTP with ranges. */
async function open(engine, path) {
  const server = await listening(createServer(sirv(join(path, ".."), { dev: true })), [], "http");
  const browser = await openBrowser(engine);
  try {
    await browser.driver.get(new URL("none", server.url).href);
    return await browser.driver.executeAsyncScript(seekIn, new URL(basename(path), server.url).href);
  } finally {
    await browser.close();
    await server.close();
  }
}

// The functions below run in the page.

/** Loads a file and seeks to its 50th second, as a machine without loudspeakers can in every browser. */
function seekIn(url, done) {
  const audio = document.createElement("audio");
  audio.onerror = () => done({ error: audio.error.message });
  audio.onloadedmetadata = () => {
    audio.currentTime = 50;
  };
  audio.onseeked = () => done({ duration: audio.duration, time: audio.currentTime });
  audio.src = url;
  audio.preload = "auto";
  audio.load();
}

/** Opens a library, `window.library`, whose timelines play a tone again and again. */
async function addTone(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    window.library = await openLibrary({ database: "streams" });
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { id } = await window.library.addAsset(content);
    window.timelineOf = async (seconds) => {
      const clips = Array.from({ length: seconds / 2 }, () => id);
      const chapters = [
        { title: "One", offset: 0 },
        { title: "Two", offset: 1 },
      ];
      return (await window.library.buildTimeline("Tone", clips, { chapters })).id;
    };
    window.base64Of = async (blob) => {
      const reader = new FileReader();
      await new Promise((read) => {
        reader.onload = read;
        reader.readAsDataURL(blob);
      });
      return reader.result.slice(reader.result.indexOf(",") + 1);
    };
    done({});
  } catch (error) {
    done({ error: String(error) });
  }
}

async function exportBothWays(done) {
  try {
    const timeline = await window.timelineOf(80);
    const one = await window.library.exportAudio(timeline);
    const parts = [];
    const destination = new WritableStream({ write: (part) => void parts.push(part) });
    const other = await window.library.exportAudio(timeline, { destination });
    done({
      places: [one.moov, other.moov],
      seconds: other.durationSeconds,
      bytes: other.bytes,
      file: await window.base64Of(one.file),
      streamed: await window.base64Of(new Blob(parts)),
    });
  } catch (error) {
    done({ error: String(error) });
  }
}

async function exportIntoWritable(done) {
  try {
    const timeline = await window.timelineOf(10);
    const { file } = await window.library.exportAudio(timeline);
    const handle = await (await navigator.storage.getDirectory()).getFileHandle("streamed.m4a", { create: true });
    const { moov } = await window.library.exportAudio(timeline, { destination: await handle.createWritable() });
    const isSame = (await window.base64Of(await handle.getFile())) === (await window.base64Of(file));
    done({ place: moov, isSame });
  } catch (error) {
    done({ error: String(error) });
  }
}

/** Takes 100 KB a second of an export of an hour, for twenty seconds. Then it gives up. */
async function exportSlowly(done) {
  const BYTES_A_SECOND = 100_000;
  const timeline = await window.timelineOf(3600);
  const gone = new AbortController();
  const taken = { bytes: 0, seconds: 0 };
  let [produced, ahead] = [0, 0];
  const started = performance.now();
  const destination = new WritableStream({
    async write(part) {
      produced += part.length;
      ahead = Math.max(ahead, produced - taken.bytes);
      for (let left = part.length; left > 0 && !gone.signal.aborted; left -= BYTES_A_SECOND / 10) {
        await new Promise((turn) => setTimeout(turn, 100));
        taken.bytes += Math.min(left, BYTES_A_SECOND / 10);
        taken.seconds = (performance.now() - started) / 1000;
        if (taken.seconds > 20) gone.abort();
      }
    },
  });
  try {
    await window.library.exportAudio(timeline, { destination, signal: gone.signal });
    done({ error: "it ended" });
  } catch (error) {
    done(error.name === "AbortError" ? { produced, taken, ahead } : { error: String(error) });
  }
}

async function exportBeforeItBegins(done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ storage: "memory" });
    const closed = await openLibrary({ storage: "memory" });
    await closed.close();
    const ends = {};
    for (const [how, start] of [
      ["no such timeline", (destination) => library.exportAudio("none", { destination })],
      ["a wrong option", (destination) => library.exportAudio("none", { destination, bitRate: "fast" })],
      ["a closed library", (destination) => closed.exportAudio("none", { destination })],
    ]) {
      let aborted;
      const stream = new WritableStream({ abort: (reason) => (aborted = reason) });
      const error = await start(stream).catch((error) => error);
      await new Promise((resolve) => setTimeout(resolve));
      ends[how] = { code: error.code ?? error.name, isReason: aborted === error };
    }
    done({ ends });
  } catch (error) {
    done({ error: String(error) });
  }
}

async function exportIntoBroken(done) {
  const outcome = (work) =>
    work.then(
      () => undefined,
      (error) => error,
    );
  try {
    const { library } = window;
    const timeline = await window.timelineOf(200);
    const reason = new RangeError("the server hung up");
    let count = 0;
    const broken = new WritableStream({ write: () => (++count > 2 ? Promise.reject(reason) : undefined) });
    const error = await outcome(library.exportAudio(timeline, { destination: broken }));
    const { name, code, message, cause } = error;
    const failed = { name, code, message, isCause: cause === reason, isLocked: broken.locked };

    const abort = new AbortController();
    const [enough, seen] = [new Error("Enough"), {}];
    const stalled = new WritableStream({
      async write() {
        abort.abort(enough);
      },
      abort(why) {
        seen.why = why;
      },
    });
    const rejected = await outcome(library.exportAudio(timeline, { destination: stalled, signal: abort.signal }));
    const cancelled = { isReason: seen.why === rejected, aborted: rejected !== undefined };

    const taken = new WritableStream();
    taken.getWriter();
    const refused = await outcome(library.exportAudio(timeline, { destination: taken }));
    const locked = { code: refused.code, cause: refused.cause?.name };
    const { moov } = await library.exportAudio(timeline, { destination: new WritableStream() });
    done({ failed, cancelled, locked, next: moov });
  } catch (error) {
    done({ error: String(error) });
  }
}
