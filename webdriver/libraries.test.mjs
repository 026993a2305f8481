/** One page opens several libraries at the same time, as independent components do. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startSession } from "./session.mjs";

const SOUND = "tests/data/media/pcm-s16-48000-5.1.wav";
const NAMES = ["first", "second", "third"];

test("libraries that are opened at the same time each keep and give back their own", async () => {
  const session = await startSession();
  try {
    await session.openBlank();
    const found = await session.driver.executeAsyncScript(openTogether, NAMES, readFileSync(SOUND, "base64"));
    assert.deepEqual(
      found,
      NAMES.map((name) => [name]),
    );
  } finally {
    await session.close();
  }
});

// The functions below run in the page.

/** Opens libraries, and adds an asset with the library's name to each. Returns the assets of each, or an error. */
async function openTogether(names, base64, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
  const use = async (name) => {
    const library = await openLibrary({ database: name });
    await library.addAsset(content, { name });
    return (await library.assets()).map((asset) => asset.name);
  };
  Promise.all(names.map(use)).then(done, (error) => done(String(error)));
}
