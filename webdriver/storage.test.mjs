/**
 * The browser's storage fails under an open library: it is cleared, it holds damaged records, it is full, it may not be
 * used. Files vanish after they were picked. Nothing is lost in silence, and work goes on.
 */
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { By } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";
import { beforeLoad } from "./studio.mjs";

const SOUND = readFileSync("tests/data/media/pcm-s16-11025-mono.wav", "base64");

let session;
before(async () => {
  session = await startSession();
});
after(() => session?.close());

describe("a library whose storage fails", () => {
  before(() => session.openBlank());

  const inPage = async (script, ...given) => {
    const found = await session.driver.executeAsyncScript(script, ...given);
    assert.equal(found?.fault, undefined);
    return found;
  };

  test("one that the browser clears is opened again by the next call, and says that it came back empty", async () => {
    assert.deepEqual(await inPage(openAndAdd, "cleared", SOUND), { assets: 1 });
    await clearStorage(session);
    assert.deepEqual(await inPage(useCleared), {
      closed: 0,
      told: "storage: The browser closed the library, as when its data is cleared. It is open again, and empty.",
      isLost: false,
      assets: 1,
      state: "done",
    });
  });

  test("one with a damaged record lists the others, names it, and reads its audio again", async () => {
    await inPage(openAndAdd, "damaged", SOUND);
    assert.deepEqual(await inPage(useDamaged, "damaged"), {
      listed: ["whole", "lost", "short"],
      faults: [
        { assetId: "damaged", name: "its name", kind: "damaged-record", isMended: true },
        { assetId: "lost", name: "", kind: "missing-content", isMended: false },
        { assetId: "short", name: "", kind: "wrong-size", isMended: false },
        { assetId: "hopeless", name: "", kind: "damaged-record", isMended: false },
      ],
      after: ["whole", "damaged: Hello.", "lost", "short"],
      again: ["lost", "short", "hopeless"],
    });
  });

  test("one that is checked while assets are added, replaced and removed blames none of them", async () => {
    const { fault, checks, faults } = await session.driver.executeAsyncScript(checkWhileChanging, SOUND);
    assert.equal(fault, undefined);
    assert.ok(checks > 10, `${checks} checks`);
    assert.deepEqual(faults, []);
  });

  test("an export under way is not changed by another tab that removes its audio", async () => {
    await inPage(openAndAdd, "removed", SOUND);
    const { first, second } = await inPage(exportWhileRemoving, "removed");
    assert.equal(second, first);
  });

  test("where there is no room, nothing is begun, and the error says how much is needed and there", async () => {
    await inPage(openAndAdd, "full", SOUND);
    const { add, addAll, fits, exported, files } = await inPage(fill);
    for (const refused of [add, addAll, exported]) {
      assert.equal(refused.code, "quota-exceeded");
      assert.match(
        refused.message,
        /^This needs \d+ MB, and the browser’s storage has room for \d MB\. Free some space/,
      );
      assert.ok(refused.needed > refused.available && refused.available === 5_000_000, JSON.stringify(refused));
    }
    assert.equal(fits, 1);
    assert.deepEqual(files, [], "the empty file of the save dialog is gone");
  });
});

describe("a file that is gone after it was picked", () => {
  before(() => session.openBlank());

  const pick = async (fate, ...paths) => {
    await session.driver.executeScript(makeInput);
    await session.driver.findElement(By.css("#pick")).sendKeys(paths.join("\n"));
    for (const path of paths) fate(path);
  };

  for (const [what, fate] of [
    ["deleted", (path) => rmSync(path)],
    ["changed", (path) => appendFileSync(path, "more")],
  ]) {
    test(`one that was ${what} is said to be so, whatever it was to be`, async () => {
      const tone = writeTone(join(session.folder, "tone.wav"), { frequency: 440, seconds: 1 });
      const picture = join(session.folder, "picture.png");
      copyFileSync("docs/studio.png", picture);
      const archive = join(session.folder, "p.secuencia");
      copyFileSync("docs/studio.png", archive);
      await pick(fate, tone, picture, archive);
      const gone = "can no longer be read. It was moved, changed or deleted since you chose it.";
      const found = await session.driver.executeAsyncScript(readGone);
      assert.equal(found.add, `invalid-audio tone.wav ${gone}`);
      assert.equal(found.addAll, `invalid-audio tone.wav ${gone}`);
      assert.equal(found.clips, `invalid-audio clips[0] (tone.wav): tone.wav ${gone}`);
      assert.equal(found.picture, `invalid-image picture.png ${gone}`);
      assert.equal(found.archive, `undefined It ${gone}`);
      assert.match(found.cause, /^Not(Found|Readable)Error$/);
    });
  }
});

describe("the studio, when storage fails", () => {
  before(() => session.studio.open(session.site.url));

  const textOf = (css) => session.driver.executeScript(`return document.querySelector("${css}")?.textContent ?? ""`);
  const until = (what, css, pattern) =>
    session.driver.wait(async () => pattern.test(await textOf(css)), 15_000, `${what}: ${pattern}`);

  test("a file that is deleted while it waits to be added is named with the reason", async () => {
    const tones = Array.from({ length: 12 }, (_, index) =>
      writeTone(join(session.folder, `${index}.wav`), { frequency: 300, seconds: 20 }),
    );
    await session.studio.element("#add-audio").sendKeys(tones.join("\n"));
    rmSync(tones.at(-1));
    await session.studio.settled();
    const { problems } = await session.studio.view();
    assert.deepEqual(problems, [
      "11.wav could not be added: it can no longer be read. It was moved, changed or deleted since you chose it.",
    ]);
  });

  test("a full disk is said once, with the reason, until saving works again", async () => {
    await session.driver.executeScript(fillDisk);
    await session.studio.type("#project-name", "Typed while the disk is full");
    await until("why it is not saved", "#save-notice", /not saved: this browser’s storage is full/);
    const notices = await session.driver.findElements(By.css("#save-notice, #problems li"));
    assert.ok((await session.driver.executeScript(freeDisk)) > 5, "each key is a save that fails");
    await until("it is saved by itself", "#save-notice", /^$/);
    assert.ok(notices.length <= 2, `${notices.length} notices`);
    await session.studio.reload();
    assert.equal(await session.studio.element("#project-name").getAttribute("value"), "Typed while the disk is full");
  });

  test("files for which there is no room are not begun", async () => {
    const tone = writeTone(join(session.folder, "large.wav"), { frequency: 440, seconds: 20 });
    await session.driver.executeScript("navigator.storage.estimate = async () => ({ usage: 1e6, quota: 2e6 })");
    await session.studio.element("#add-audio").sendKeys(tone);
    await until("why it is not added", "#problems", /^1 file could not be added: this needs 2 MB, and .* for 1 MB\./);
    await session.studio.reload();
    assert.ok((await session.studio.clips()).every(({ text }) => text !== "large.wav"));
  });

  test("cleared data is told when the page is used again, and the project is saved anew", async () => {
    await clearStorage(session);
    const tone = writeTone(join(session.folder, "after.wav"), { frequency: 440, seconds: 1 });
    await session.studio.addAudio(tone);
    await until("it came back empty", "#problems", /It is open again, and empty/);
    await session.studio.reload();
    assert.equal(await session.studio.element("#project-name").getAttribute("value"), "Typed while the disk is full");
    const states = (await session.studio.clips()).map(({ text, state }) => `${text} ${state}`);
    assert.ok(states.includes("after.wav ready"), states.join());
  });

  test("a newer version in another tab is said, and a reload works in memory with the reason", async () => {
    await session.driver.executeAsyncScript(openNewer);
    await until("why it stops", "#start-notice p", /a newer version of this page opened it in another tab/);
    await session.studio.reload();
    const told = await textOf("#start-notice p");
    assert.match(
      told,
      /^This browser’s storage cannot be used: a newer version of this page saved it\. Reload the page\./,
    );
    assert.match(told, /Nothing is kept when you close this tab/);
    assert.ok((await session.studio.clips()).length > 0, "it shows the sample");
  });

  test("where nothing may be stored, the page works in memory, and says so once", async () => {
    await beforeLoad(
      session.driver,
      `IDBFactory.prototype.open = () => {
         throw new DOMException("denied by the test", "SecurityError");
       };`,
    );
    await session.studio.open(session.site.url);
    const told = await textOf("#start-notice p");
    assert.equal(
      told,
      "This browser’s storage cannot be used: the browser does not allow it. Nothing is kept when you close this tab, " +
        "so save the project before that.",
    );
    assert.match(await textOf("#storage"), /^Everything stays in this tab/);
    assert.equal((await session.studio.export()).state, "done");
  });
});

/** Clears the site's data, as the browser's settings do. */
async function clearStorage({ driver, site }) {
  const { origin } = new URL(site.url);
  await driver.sendDevToolsCommand("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
}

// The functions below run in the page.

async function openAndAdd(database, base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    window.sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    window.library = await openLibrary({ database });
    await library.addAsset(sound, { id: "whole" });
    done({ assets: (await library.assets()).length });
  } catch (error) {
    done({ fault: String(error) });
  }
}

async function useCleared(done) {
  try {
    let isLost = false;
    library.lost.then(() => {
      isLost = true;
    });
    const closed = (await library.assets()).length;
    const { code, message } = await library.emptied;
    const asset = await library.addAsset(sound);
    const timeline = await library.buildTimeline("n", [asset.id]);
    const { file } = await library.exportAudio(timeline.id);
    const assets = (await library.assets()).length;
    await library.close();
    done({ closed, told: `${code}: ${message}`, isLost, assets, state: file.size > 0 ? "done" : "empty" });
  } catch (error) {
    done({ fault: String(error) });
  }
}

async function useDamaged(database, done) {
  try {
    await library.addAsset(sound, { id: "damaged", name: "its name", text: "Hello." });
    for (const id of ["lost", "short"]) await library.addAsset(sound, { id });
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(database);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction(["assets", "contents"], "readwrite");
        transaction.objectStore("contents").delete(["lost", 0]);
        transaction.objectStore("contents").put(sound.slice(0, 100), ["short", 0]);
        const records = transaction.objectStore("assets");
        records.index("id").get("damaged").onsuccess = ({ target: { result } }) => {
          records.put({ ...result, frames: "many" });
          records.put({ id: "hopeless" });
        };
        transaction.onabort = reject;
        transaction.oncomplete = () => {
          opening.result.close();
          resolve();
        };
      };
    });
    const ids = async () => (await library.assets()).map(({ id, text }) => (text ? `${id}: ${text}` : id));
    const listed = await ids();
    const faults = await library.check();
    const after = await ids();
    const again = (await library.check()).map(({ assetId }) => assetId);
    await library.close();
    done({ listed, faults, after, again });
  } catch (error) {
    done({ fault: String(error) });
  }
}

async function checkWhileChanging(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const sound = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const [library, other] = [await openLibrary({ database: "changing" }), await openLibrary({ database: "changing" })];
    const faults = [];
    let [checks, isChanging] = [0, true];
    const check = async () => {
      for (; isChanging; checks += 1) faults.push(...(await library.check()));
    };
    const change = async () => {
      for (let turn = 0; turn < 60; turn += 1) {
        const id = `asset ${turn % 7}`;
        await other.addAsset(turn % 2 ? sound : sound.slice(0, sound.size - 400), { id });
        if (turn % 3 === 0) await other.removeAsset(id);
      }
      isChanging = false;
    };
    await Promise.all([check(), change()]);
    await Promise.all([library.close(), other.close()]);
    done({ checks, faults });
  } catch (error) {
    done({ fault: String(error) });
  }
}

async function exportWhileRemoving(database, done) {
  try {
    const timeline = await library.buildTimeline("n", new Array(300).fill("whole"));
    const bytesOf = async ({ file }) => new Uint8Array(await file.arrayBuffer()).join();
    const first = await bytesOf(await library.exportAudio(timeline.id));
    let removing;
    const remove = async () => {
      const { openLibrary } = await import("/secuencia/index.js");
      const other = await openLibrary({ database });
      await other.removeAsset("whole");
      await other.close();
    };
    const onProgress = ({ phase }) => {
      if (phase === "encoding") removing ??= remove();
    };
    const second = await bytesOf(await library.exportAudio(timeline.id, { onProgress }));
    await removing;
    const gone = await library.asset("whole");
    await library.close();
    done({ first: gone ? "it is still there" : "same", second: first === second ? "same" : "other bytes" });
  } catch (error) {
    done({ fault: String(error) });
  }
}

/** Asks for more than there is room for. Chromium tells every page that it has 10 GiB, so the number is the test's. */
async function fill(done) {
  try {
    navigator.storage.estimate = async () => ({ usage: 1_000_000, quota: 6_000_000 });
    const facts = ({ code, message, needed, available }) => ({ code, message, needed, available });
    const refusal = (work) => work.then(() => ({ code: "none" }), facts);
    const big = new Blob([new Uint8Array(10_000_000)]);
    const folder = await navigator.storage.getDirectory();
    const destination = await folder.getFileHandle("out.m4a", { create: true });
    const timeline = await library.buildTimeline(
      "n",
      Array.from({ length: 40 }, (_, index) => ({ assetId: "whole", offset: index * 30 })),
    );
    const found = {
      add: await refusal(library.addAsset(big)),
      addAll: await refusal(library.addAssets([sound, big])),
      fits: (await library.addAssets([sound])).filter(({ asset }) => asset).length,
      exported: await refusal(library.exportAudio(timeline.id, { destination })),
      files: [],
    };
    for await (const name of folder.keys()) found.files.push(name);
    await library.close();
    done(found);
  } catch (error) {
    done({ fault: String(error) });
  }
}

/** Has every save fail as on a full disk. Chromium notices a smaller quota only after half a minute. */
function fillDisk() {
  window.put = IDBObjectStore.prototype.put;
  window.refused = 0;
  IDBObjectStore.prototype.put = () => {
    window.refused += 1;
    throw new DOMException("The current transaction exceeded its quota limitations.", "QuotaExceededError");
  };
}

function freeDisk() {
  IDBObjectStore.prototype.put = window.put;
  return window.refused;
}

function makeInput() {
  const input = Object.assign(document.createElement("input"), { id: "pick", type: "file", multiple: true });
  document.body.replaceChildren(input);
}

async function readGone(done) {
  const { exportClips, openLibrary } = await import("/secuencia/index.js");
  const { openProject } = await import("/secuencia/archive.js");
  const [tone, picture, archive] = document.querySelector("#pick").files;
  const library = await openLibrary({ database: "gone" });
  let cause = "none";
  const words = (error) => {
    cause = error.cause?.name;
    return `${error.code} ${error.message}`;
  };
  const refusal = (work) => work.then(() => "none", words);
  const found = {
    archive: await refusal(openProject(archive)),
    picture: await refusal(library.addImage(picture)),
    add: await refusal(library.addAsset(tone, { id: "a" })),
    addAll: await library.addAssets([tone]).then(([{ error }]) => words(error)),
    clips: await refusal(exportClips([tone])),
  };
  await library.close();
  done({ ...found, cause });
}

function openNewer(done) {
  const opening = indexedDB.open("secuencia-studio", 7);
  opening.onsuccess = () => {
    opening.result.close();
    done();
  };
}
