/** Helpers for tests of the user's stored audio: visits, projects, and the contents of the origin's libraries. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";
import { beforeLoad } from "./studio.mjs";

/** The studio's own library, and the package's default one. */
export const OWN = "secuencia-studio";
export const SHARED = "secuencia";

/** The time by which the page has cleaned up. Before that, it makes sure that there is no other tab. */
const TIDIED_MS = 4000;

/** Starts a session with the page and its sample loaded. */
export async function begin(t) {
  const session = await startSession();
  t.after(session.close);
  await session.studio.open(session.site.url);
  return session;
}

/** Leaves the page, opens it again this many days later, and waits until it has cleaned up. */
export async function revisit(session, days = 0) {
  const { driver, studio, site } = session;
  await driver.get("about:blank");
  const later = days * 24 * 60 * 60 * 1000;
  await beforeLoad(driver, `window.now ??= Date.now; Date.now = () => window.now() + ${later}`);
  await studio.open(site.url);
  await sleep(TIDIED_MS);
}

/** Writes a project of `count` tones, each in its own file. Returns the paths to choose in the page. */
export function writeProject(session, name, count, seconds = 1) {
  const folder = join(session.folder, name);
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, index) => `${name.toLowerCase()}-${index}.wav`);
  for (const [index, file] of files.entries()) {
    writeTone(join(folder, file), { frequency: 200 + 20 * index, seconds });
  }
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ name, clips: files.map((file) => ({ file })) }));
  return [path, ...files.map((file) => join(folder, file))];
}

export function assertWhole(clips) {
  for (const { state, text } of clips) assert.equal(state, "ready", text);
}

/** Returns the assets of a library: each one's ID, name and content size. */
export function kept(session, database) {
  return session.driver.executeAsyncScript(readLibrary, database);
}

/** Adds audio files as a page does that uses the default library. */
export async function addToShared(session, files) {
  for (const [id, path] of files) {
    await session.driver.executeAsyncScript(addAsset, id, path.split("/").at(-1), readFileSync(path, "base64"));
  }
}

// The functions below run in the page.

async function readLibrary(database, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const library = await openLibrary({ database });
  const found = [];
  for (const { id, name } of await library.assets()) {
    found.push({ id, name, size: (await (await library.content(id)).arrayBuffer()).byteLength });
  }
  await library.close();
  done(found);
}

async function addAsset(id, name, base64, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const library = await openLibrary();
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  await library.addAsset(new Blob([bytes]), { id, name });
  await library.close();
  done();
}
