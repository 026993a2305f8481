/**
 * Two tabs with one library, of which one deletes it, or opens it with a newer version of the page. The other tab gives
 * way and says so; nothing hangs.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { startSession } from "./session.mjs";

const SOUND = readFileSync("tests/data/media/pcm-s16-11025-mono.wav", "base64");

// Firefox runs a driver's scripts beside the page, where a byte array is of another kind than the page's.
for (const engine of ["chromium"]) {
  describe(engine, () => {
    let session;
    let here;
    let there;
    before(async () => {
      session = await startSession(engine);
      await session.openBlank();
      here = await session.driver.getWindowHandle();
      await session.driver.switchTo().newWindow("tab");
      await session.openBlank();
      there = await session.driver.getWindowHandle();
    });
    after(() => session?.close());

    const inTab = async (tab, script, ...given) => {
      await session.driver.switchTo().window(tab);
      return session.driver.executeAsyncScript(script, ...given);
    };

    test("a library that another tab deletes lets it, says so, and is empty when it is opened again", async () => {
      await inTab(here, openHere, "deleted", SOUND);
      const deleted = await inTab(there, deleteDatabase, "deleted");
      assert.ok(deleted.milliseconds < 3000, `${deleted.milliseconds} ms`);
      const found = await inTab(here, useLost, "deleted");
      const sentence = /^The library could not be read or written: another tab deleted it\. Reload the page\.$/;
      assert.match(found.lost, sentence);
      for (const [name, outcome] of Object.entries(found.outcomes)) {
        assert.equal(outcome.code, "storage", name);
        assert.match(outcome.message, sentence, name);
      }
      assert.equal(found.assetsAgain, 0);
    });

    test("a library that another tab opens in a newer version lets it, says so, and is refused in words", async () => {
      await inTab(here, openHere, "newer", SOUND);
      const { milliseconds } = await inTab(there, openVersion, "newer", 7);
      assert.ok(milliseconds < 3000, `${milliseconds} ms`);
      const found = await inTab(here, useLost, "newer");
      assert.match(found.lost, /a newer version of this page opened it in another tab\. Reload the page\.$/);
      assert.equal(found.outcomes.exportAudio.code, "storage");
      assert.match(
        found.again,
        /^storage The library could not be read or written: a newer version of this page saved it/,
      );
      assert.equal(found.againCause, "VersionError");
    });

    test("an export under way while another tab deletes the library ends, and so does the next one", async () => {
      await inTab(here, openHere, "busy", SOUND);
      await inTab(here, startExport);
      const { milliseconds } = await inTab(there, deleteDatabase, "busy");
      assert.ok(milliseconds < 5000, `${milliseconds} ms`);
      const { first, next } = await inTab(here, awaitExport);
      assert.match(first, /^(done|storage|missing-asset|timeline-not-found|invalid-audio)$/);
      assert.equal(next, "storage");
    });

    test("a tab that does not give way makes opening fail within seconds, and it works once that tab is closed", async () => {
      await inTab(there, holdOpen, "held");
      const waited = await inTab(here, openBesideDelete, "held");
      assert.equal(waited.code, "storage");
      assert.match(waited.message, /another tab holds it and does not close it\. Close or reload that tab/);
      assert.ok(waited.milliseconds < 15_000, `${waited.milliseconds} ms`);
      await inTab(there, letGo);
      assert.deepEqual(await inTab(here, openAgain, "held"), { assets: 0 });
    });
  });
}

// The functions below run in the pages.

async function openHere(database, base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    window.sound = sound;
    window.library = await openLibrary({ database });
    window.lost = undefined;
    library.lost.then((error) => {
      window.lost = error;
    });
    const asset = await library.addAsset(sound);
    window.timeline = await library.buildTimeline(
      "n",
      Array.from({ length: 300 }, () => asset.id),
    );
    done();
  } catch (error) {
    done(String(error));
  }
}

function deleteDatabase(name, done) {
  const started = performance.now();
  const deleting = indexedDB.deleteDatabase(name);
  deleting.onsuccess = () => done({ milliseconds: performance.now() - started });
}

function openVersion(name, version, done) {
  const started = performance.now();
  const opening = indexedDB.open(name, version);
  opening.onsuccess = () => {
    opening.result.close();
    done({ milliseconds: performance.now() - started });
  };
}

async function useLost(database, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const outcomes = {};
  const calls = {
    assets: () => library.assets(),
    asset: () => library.asset("a"),
    timelines: () => library.timelines(),
    saveTimeline: () => library.saveTimeline(timeline),
    planExport: () => library.planExport(timeline.id),
    exportAudio: () => library.exportAudio(timeline.id),
    addAsset: () => library.addAsset(window.sound),
  };
  for (const [name, call] of Object.entries(calls)) {
    outcomes[name] = await call().then(
      () => ({ code: "none" }),
      ({ code, message }) => ({ code, message }),
    );
  }
  const found = { lost: window.lost?.message ?? "", outcomes };
  await library.close();
  try {
    const again = await openLibrary({ database });
    found.assetsAgain = (await again.assets()).length;
    await again.close();
  } catch (error) {
    found.again = `${error.code} ${error.message}`;
    found.againCause = error.cause?.name;
  }
  done(found);
}

function startExport(done) {
  const begun = new Promise((resolve) => {
    window.exporting = library
      .exportAudio(timeline.id, { onProgress: ({ phase }) => phase === "encoding" && resolve() })
      .then(
        () => "done",
        ({ code }) => code,
      );
  });
  Promise.race([begun, window.exporting]).then(() => done());
}

async function awaitExport(done) {
  const first = await window.exporting;
  const next = await library.exportAudio(timeline.id).then(
    () => "done",
    ({ code }) => code,
  );
  await library.close();
  done({ first, next });
}

/** Opens a database, and does not close it when another tab asks for that, as pages of other code do. */
function holdOpen(name, done) {
  const opening = indexedDB.open(name, 1);
  opening.onsuccess = () => {
    window.held = opening.result;
    done();
  };
}

function letGo(done) {
  window.held.close();
  done();
}

/** Opens a library whose database waits to be deleted. */
async function openBesideDelete(name, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  indexedDB.deleteDatabase(name);
  const started = performance.now();
  openLibrary({ database: name }).then(
    () => done({ code: "none" }),
    ({ code, message }) => done({ code, message, milliseconds: performance.now() - started }),
  );
}

async function openAgain(database, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database });
    const assets = (await library.assets()).length;
    await library.close();
    done({ assets });
  } catch (error) {
    done({ error: String(error) });
  }
}
